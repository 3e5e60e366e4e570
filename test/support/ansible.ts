import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

export const onPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, program)));

export const hasAnsible = onPath('ansible-playbook');

/** The real Ansible: what needs it is skipped without, and fails without when engines are required. */
export const withoutAnsible = !hasAnsible && process.env.BYTECHAT_TEST_ENGINES !== 'required';

/** Hosts that are this machine, without SSH: `local('web1', 'web2')` as an inventory. */
export const local = (...hosts: readonly string[]): string =>
  `[web]\n${hosts.map(host => `${host} ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'`).join('\n')}\n`;
