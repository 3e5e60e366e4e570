import { need } from '../core/fact.ts';
import { playbooks } from '../core/facts/playbooks.ts';
import type { Check } from './check.ts';

export const playbooksRead: Check = {
  id: 'playbooks',
  title: 'Every playbook of the project can be understood',
  facts: [playbooks.name],
  scope: 'project',
  examine(_config, facts) {
    const { files, problems, read } = need(playbooks, facts);
    if (read) return problems;
    return [
      {
        code: 'tool-missing',
        level: 'warning',
        message: `${files.join(', ')} ${files.length === 1 ? 'is' : 'are'} not checked: ansible-playbook is not installed`,
        fix: 'install Ansible, for the syntax of playbooks to be checked',
      },
    ];
  },
};
