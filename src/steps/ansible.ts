import { call, thatRuns } from '../core/action.ts';
import type { JsonObject } from '../core/json.ts';
import type { Step } from '../core/step.ts';
import * as tool from '../tools/ansible.ts';

/** A playbook, with what it is run on, as the client takes it. */
export type Playing = JsonObject & tool.Play;

/** It changes what its hosts lack; which that is, only they know. */
export const runPlaybook = (play: Playing): Step[] => [
  {
    id: 'run',
    title: `Run ${play.playbook}`,
    needs: [],
    changes: [{ action: 'change', what: `what the hosts of ${play.playbook} lack` }],
    tells: true,
    actions: [thatRuns(tool.run(play), call('ansible', 'run', play))],
  },
];

/** Whether it can be understood, and what it would change. Modules that cannot know that are left out by Ansible. */
export const checkPlaybook = (play: Playing): Step[] => [
  {
    id: 'syntax',
    title: `Read ${play.playbook}`,
    needs: [],
    changes: [],
    actions: [thatRuns(tool.syntax(play), call('ansible', 'syntax', play))],
  },
  {
    id: 'preview',
    title: `See what ${play.playbook} would change`,
    needs: [],
    changes: [],
    tells: true,
    actions: [thatRuns(tool.run(play, { check: true }), call('ansible', 'check', play))],
  },
];
