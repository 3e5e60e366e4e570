import { type Command, command, flags, type Tool } from '../core/action.ts';
import type { SecretRef } from '../core/json.ts';

/** ansible-core from 2.14 on. What is said here is about what it cannot even begin with; of tasks, its events tell. */
export const ansible: Tool = {
  file: 'ansible-playbook',
  version: ['--version'],
  install: 'https://docs.ansible.com/ansible/latest/installation_guide, or your package manager’s ansible',
  cause: String.raw`^(?:ERROR! |ERROR: |\[ERROR\]: )(.+)$`,
  // A SIGTERM ends it at once, and leaves what its workers have started.
  stopsOn: 'SIGINT',
  hints: [
    {
      what: 'Ansible has no callback that writes JSON lines',
      when: "(?:could not load|invalid callback for stdout specified:) '?ansible.posix.jsonl",
      say: 'ansible-galaxy collection install ansible.posix',
      code: 'collection-missing',
    },
    {
      what: 'The locale is not UTF-8, and Ansible wants no other',
      when: 'requires the locale encoding to be UTF-8',
      say: 'export LC_ALL=C.UTF-8, on macOS LC_ALL=en_US.UTF-8',
      code: 'missing-value',
    },
    {
      what: 'The playbook holds what a vault password opens',
      when: 'no vault secrets found|Decryption failed|vault password',
      say: 'set ANSIBLE_VAULT_PASSWORD_FILE to the file with the password',
      code: 'missing-secret',
    },
    {
      what: 'No host is meant',
      when: 'leaves us with no hosts to target|does not match any hosts',
      say: 'correct --limit, or name the inventory that has these hosts: --inventory <file>',
      code: 'no-hosts',
    },
    {
      what: 'The inventory cannot be read',
      when: 'No inventory was parsed',
      say: 'correct what it names; ansible-inventory --graph -i <file> shows what is understood',
      code: 'invalid-value',
    },
    {
      what: 'A role or a file of the playbook is not there',
      when: "the role '.+' was not found|could not be found|could not find or access|unable to retrieve file contents",
      say: 'correct its name, or put it where Ansible looks',
      code: 'missing-file',
    },
    {
      what: 'A variable is not defined',
      when: 'is undefined|has no attribute',
      say: 'define it in the inventory, in the playbook, or with --extra-vars-file <file>',
      code: 'undefined-variable',
    },
    {
      what: 'The playbook cannot be understood',
      when: String.raw`appears to be in '|^Origin: |[\r\n]Origin: |Syntax Error|couldn't resolve module|not a valid attribute`,
      say: 'correct it there; bytechat ansible check says whether it holds',
      code: 'playbook-syntax',
    },
  ],
};

/** One playbook, and what it is to be run on. Paths relative to `cwd`. */
export interface Play {
  readonly playbook: string;
  /** A file, a folder, or hosts with a comma: `web1,web2,`. Without it, what Ansible is configured with. */
  readonly inventory?: string | undefined;
  readonly limit?: string | undefined;
  readonly tags?: string | undefined;
  readonly extraVarsFile?: string | undefined;
  /** Variables of the environment that hold secrets; several with commas between them. */
  readonly secretEnv?: string | undefined;
  readonly cwd: string;
}

/** What makes its output one that programs read; its defaults are for people. */
const SETTINGS = {
  ANSIBLE_STDOUT_CALLBACK: 'ansible.posix.jsonl',
  ANSIBLE_JSON_INDENT: '0',
  ANSIBLE_SHOW_CUSTOM_STATS: '1',
  ANSIBLE_NOCOLOR: '1',
  ANSIBLE_FORCE_COLOR: '0',
  ANSIBLE_NOCOWS: '1',
  ANSIBLE_LOCALHOST_WARNING: '0',
  ANSIBLE_INVENTORY_UNPARSED_WARNING: '0',
  ANSIBLE_RETRY_FILES_ENABLED: '0',
};

const names = (text: string | undefined): string[] => text?.split(',').filter(name => name !== '') ?? [];

/** An inventory that cannot be read would be one without hosts, and a run that did nothing would be a success. */
const settings = ({ inventory, secretEnv, cwd }: Play): Record<string, string | SecretRef> => ({
  ...SETTINGS,
  // For playbooks that run jobs of bytechat: the project is not where they lie.
  BYTECHAT_PROJECT: cwd,
  ...(inventory !== undefined && { ANSIBLE_INVENTORY_UNPARSED_FAILED: '1' }),
  ...Object.fromEntries(names(secretEnv).map(name => [name, { $secret: name }])),
});

const chosen = ({ inventory, limit, tags, extraVarsFile }: Play): string[] =>
  flags({ inventory, limit, tags, 'extra-vars': extraVarsFile === undefined ? undefined : `@${extraVarsFile}` });

export const run = (play: Play, { check = false }: { readonly check?: boolean } = {}): Command =>
  command(ansible, [...flags({ check }), ...chosen(play), play.playbook], { cwd: play.cwd, env: settings(play) });

const SYNTAX_MS = 120_000;

/** Reads the playbook with all that it imports, and runs nothing. */
export const syntax = (play: Play): Command =>
  command(ansible, ['--syntax-check', ...chosen(play), play.playbook], {
    cwd: play.cwd,
    env: settings(play),
    timeoutMs: SYNTAX_MS,
  });

const galaxy: Tool = { ...ansible, file: 'ansible-galaxy', hints: [] };

/** Prints a line with its name when the collection is there, and ends well in any case. */
export const collection = (name: string): Command =>
  command(galaxy, ['collection', 'list', name], { env: { ANSIBLE_NOCOLOR: '1' }, timeoutMs: SYNTAX_MS });

/** The command that shows one failure again: where it began, on those hosts. */
export const again = (play: Play, { limit, task }: { readonly limit: string; readonly task: string }): Command =>
  command(ansible, [...chosen({ ...play, limit }), ...flags({ 'start-at-task': task }), play.playbook]);
