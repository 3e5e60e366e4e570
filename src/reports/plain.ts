import type { PipelineEvent, StepResult } from '../core/report.ts';
import { clockOf, duration } from './format.ts';
import type { View } from './view.ts';

const NAME = 9;
const STATE = 8;
const HEARTBEAT_MS = 30_000;

/** Follows a run without a terminal: a line when a state changes, and one every 30 s, because CI ends silent jobs. */
export const plainView = (write: (text: string) => void, heartbeatMs = HEARTBEAT_MS): View => {
  let running: { id: string; since: number; last: string } | undefined;
  const line = (at: string, id: string, rest: string): void =>
    write(`${clockOf(at)} ${id.padEnd(NAME)} ${rest.trimEnd()}\n`);
  const beat = setInterval(() => {
    if (!running) return;
    const detail = `${running.last} (${duration(Date.now() - running.since)})`.trim();
    line(new Date().toISOString(), running.id, `${'running'.padEnd(STATE)} ${detail}`);
  }, heartbeatMs).unref();
  return {
    listen(event) {
      if (event.type === 'step.start' || event.type === 'undo.start')
        running = { id: event.id, since: Date.now(), last: '' };
      if (event.type === 'output' && running) running.last = event.line;
      const told = tell(event);
      if (told) line(event.at, told.id, `${told.state.padEnd(STATE)} ${told.detail}`);
      if (event.type === 'end') clearInterval(beat);
    },
    closed: async () => {},
  };
};

interface Told {
  readonly id: string;
  readonly state: string;
  readonly detail: string;
}

const tell = (event: PipelineEvent): Told | undefined => {
  switch (event.type) {
    case 'start':
      return event.steps.length === 0
        ? undefined
        : {
            id: event.goal,
            state: 'start',
            detail: [placeOf(event), ...event.context, event.at.slice(0, 10)].join(', '),
          };
    case 'step.start':
      return ['check', 'lock'].includes(event.id) ? undefined : { id: event.id, state: 'start', detail: event.title };
    case 'undo.start':
      return { id: event.id, state: 'undo', detail: `putting back: ${event.title}` };
    case 'step.end':
    case 'undo.end':
      return { id: event.id, ...ended(event.result) };
    case 'output':
      return event.tells && event.line.trim() !== '' ? { id: event.id, state: '|', detail: event.line } : undefined;
    case 'notice':
      return { id: 'notice', state: '', detail: [event.message, event.detail].filter(Boolean).join(': ') };
    default:
      return undefined;
  }
};

/** Terraform and Ansible say themselves where they act. */
const placeOf = ({ goal, app, target }: Extract<PipelineEvent, { type: 'start' }>): string =>
  /^(terraform|ansible) /.test(goal) ? app : `${app} to ${target}`;

const ended = ({ status, detail, problem, durationMs }: StepResult): Omit<Told, 'id'> => ({
  state: status,
  detail: [problem?.message ?? detail, `(${duration(durationMs)})`].filter(Boolean).join(' '),
});
