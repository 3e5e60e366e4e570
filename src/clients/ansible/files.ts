import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BytechatError, type Problem } from '../../core/problem.ts';
import type { Play } from '../../tools/ansible.ts';

/** Whatever is named and not there, at once. Ansible itself goes on without an inventory, and does nothing. */
export const mustBeThere = async (play: Play): Promise<void> => {
  const found = await Promise.all(named(play).map(each => missing(each, play.cwd)));
  const problems = found.flat();
  if (problems.length > 0) throw new BytechatError(problems);
};

interface NamedFile {
  readonly path: string;
  readonly what: string;
  readonly fix: string;
}

/** An inventory with a comma is a list of hosts. */
const named = ({ playbook, inventory, extraVarsFile }: Play): NamedFile[] => [
  { path: playbook, what: 'playbook', fix: 'correct the name; paths start from the folder of the project' },
  ...(inventory === undefined || inventory.includes(',')
    ? []
    : [
        {
          path: inventory,
          what: 'inventory',
          fix: 'correct --inventory; hosts themselves are written with a comma: --inventory web1,web2,',
        },
      ]),
  ...(extraVarsFile === undefined
    ? []
    : [{ path: extraVarsFile, what: 'file with variables', fix: 'correct --extra-vars-file' }]),
];

const missing = async ({ path, what, fix }: NamedFile, cwd: string): Promise<Problem[]> =>
  access(resolve(cwd, path)).then(
    () => [],
    () => [{ code: 'missing-file', message: `The ${what} ${path} is not there`, where: { file: path }, fix }],
  );
