/** Every code, and exactly what it shows (e2ee/1, section 13): how strongly, and in which words. */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { RoomEvent, StopCode } from '../../../../chat-app/client/crypto/events.ts';
import type { Snapshot } from '../../../../chat-app/client/crypto/index.ts';
import { haltFor } from '../../../../chat-app/client/session/halts.ts';
import { notices } from '../../../../chat-app/client/session/notices.ts';
import { outside } from '../../../../chat-app/client/session/reducer.ts';
import { joinErrors, type Refusal } from '../../../../chat-app/client/session/refusals.ts';
import { Insecure } from '../../../../chat-app/client/views/Insecure.tsx';
import { NoStorage } from '../../../../chat-app/client/views/NoStorage.tsx';
import { OtherTab } from '../../../../chat-app/client/views/OtherTab.tsx';
import { type Code, LOCAL_CODES, WIRE_CODES } from '../../../../chat-app/protocol/failure.ts';
import { enter, newWorld, sees, until } from './support/people.ts';

const bob = { name: 'bob', identity: '04b0b' } as const;
const wrongBy = 12 * 60_000;

type Row = [strength: 'wall' | 'form' | 'stop' | 'banner' | 'line' | 'own line' | 'nothing', words: RegExp];

const rightly = /^The relay announced a key for bob that cannot be right\. \(CODE\)$/;
const unopened = /^A line from bob could not be opened \(CODE\)$/;
const forged = /^A line that claims to be from bob is forged or damaged \(CODE\)$/;
const rewritten = /^The relay has changed the history at line 812\. \(CODE\)$/;
const nothing = /^$/;

const table: Record<Code, Row[]> = {
  'insecure-context': [['wall', /https:\/\/chat\.example\.org/]],
  'no-storage': [['wall', /keeps nothing for this page/]],
  'tab-active': [['wall', /harbour is open in another tab/]],
  clock: [
    ['form', /^Your clock is 12 minutes off; others will refuse your key\./],
    ['stop', /Your clock is 12 minutes off; others will refuse your key\./],
  ],
  suite: [['stop', /Reload the page/]],
  'bundle-version': [['stop', /Reload the page/]],
  full: [['form', /harbour is full: 50 people/]],
  'name-taken': [['form', /called “bob” already/]],
  proof: [['form', /\(proof\)/]],
  door: [['form', /Ask for a new link/]],
  'bundle-format': [['banner', rightly]],
  'bundle-room': [['banner', rightly]],
  'bundle-name': [['banner', rightly]],
  'bundle-expired': [
    ['banner', rightly],
    ['stop', /The key of bob has run out/],
  ],
  'bundle-key': [['banner', rightly]],
  'bundle-sig': [['banner', rightly]],
  'bundle-rollback': [['banner', rightly]],
  'bundle-replayed': [['banner', rightly]],
  'duplicate-member': [['banner', rightly]],
  'roster-too-big': [['banner', rightly]],
  'key-changed': [['line', /^bob has a new key\. Compare numbers if that is a surprise$/]],
  'verified-key-changed': [
    ['line', /^bob, whom you verified, shows another key$/],
    ['stop', /bob’s key is not the one that you verified/],
  ],
  'roster-mismatch': [
    ['line', /^bob seals for other people than you see \(CODE\)$/],
    ['banner', /^bob seals for other people than you see\. \(CODE\)$/],
  ],
  'envelope-auth': [['line', unopened]],
  'chain-commit': [['line', unopened]],
  'no-chain': [['line', unopened]],
  'unknown-sender': [['line', unopened]],
  'not-for-me': [['line', unopened]],
  'msg-sig': [['line', forged]],
  'msg-auth': [['line', forged]],
  'sender-mismatch': [['line', forged]],
  'msg-format': [['line', forged]],
  'too-far': [['line', forged]],
  'chain-reused': [['line', forged]],
  replay: [['nothing', nothing]],
  duplicate: [['nothing', nothing]],
  'log-gap': [
    ['stop', /The relay has changed the history at line 812/],
    ['banner', rewritten],
  ],
  'log-rollback': [
    ['stop', /The relay has changed the history at line 812/],
    ['banner', rewritten],
  ],
  'own-altered': [
    ['stop', /The relay has changed the history at line 812/],
    ['banner', rewritten],
  ],
  fork: [
    ['stop', /The relay has changed the history at line 812/],
    ['banner', /^bob and you were shown different histories, or the program of bob lies\. \(CODE\)$/],
  ],
  alone: [['own line', /only-you/]],
  'not-alone': [['own line', /only-you/]],
  'plain-refused': [['line', /^The relay showed a plain line that is not allowed here \(CODE\)$/]],
  'stale-roster': [['own line', /sent/]],
  removed: [['own line', /sent/]],
  'too-big': [['own line', /failed it is too long/]],
  unavailable: [['own line', /waiting/]],
  'slow-down': [['own line', /waiting/]],
  // Only ever a fault of the program: the relay says so to one that speaks nonsense.
  'bad-frame': [['own line', /failed bad-frame/]],
};

const rows = Object.entries(table).flatMap(([code, all]) => all.map(row => [code as Code, ...row] as const));

test('every code has its row', () => {
  expect(Object.keys(table).sort()).toEqual([...WIRE_CODES, ...LOCAL_CODES].sort());
});

describe.each(rows.filter(([, strength]) => strength !== 'own line'))('%s: %s', (code, strength, words) => {
  test(`shows ${words}`, () => {
    const expected = new RegExp(words.source.replaceAll('CODE', code));
    expect(shown(code, strength)).toMatch(expected);
  });
});

function shown(code: Code, strength: Row[0]): string {
  switch (strength) {
    case 'wall':
      return renderToStaticMarkup(walls[code as keyof typeof walls]);
    case 'form':
      return Object.values(joinErrors(refusal(code), { roomId: 'harbour', name: 'bob', mode: 'invited' })).join();
    case 'stop':
      return stops(code)
        .map(halt => halt?.text)
        .join();
    default:
      return told(code, strength === 'banner' || strength === 'line' ? strength : undefined);
  }
}

const walls = {
  'insecure-context': <Insecure address="https://chat.example.org/r/harbour" />,
  'no-storage': <NoStorage full={false} />,
  'tab-active': <OtherTab roomId="harbour" onUseHere={() => undefined} />,
};

const refusal = (code: Code): Refusal => ({ code: code as Refusal['code'], limit: 50, clockOffMs: wrongBy });

function stops(code: Code) {
  const inside = { ...outside('harbour', 'mira', true), inside: true };
  const calm = { stopped: undefined, obstacle: undefined } as unknown as Snapshot;
  if (['clock', 'suite', 'bundle-version'].includes(code))
    return [haltFor({ ...inside, refusal: refusal(code) }, calm)];
  if (['verified-key-changed', 'bundle-expired'].includes(code))
    return [haltFor(inside, { ...calm, obstacle: { code, names: ['bob'] } })];
  return [haltFor(inside, { ...calm, stopped: { code: code as StopCode, seq: 812 } })];
}

/** Everything that an event of this code shows at this strength. */
function told(code: Code, strength: 'banner' | 'line' | undefined): string {
  const changes = notices(eventOf(code), 7);
  const texts = changes.flatMap(change => {
    if (change.type === 'remark' && strength !== 'banner') return [[change.remark.text, change.remark.code]];
    return change.type === 'banner' && strength !== 'line' ? [[change.banner.title, change.banner.code]] : [];
  });
  return texts.map(([text, shownCode]) => (shownCode ? `${text} (${shownCode})` : text)).join('\n');
}

function eventOf(code: Code): RoomEvent {
  if (code === 'key-changed' || code === 'verified-key-changed') return { type: code, ...bob };
  if (code === 'replay' || code === 'duplicate') return { type: 'ignored', code, name: 'bob' };
  if (code === 'fork') return { type: 'fork', seq: 812, ...bob };
  if (['log-gap', 'log-rollback', 'own-altered'].includes(code))
    return { type: 'stopped', code: code as StopCode, seq: 812 };
  const announced = code.startsWith('bundle-') || code === 'duplicate-member' || code === 'roster-too-big';
  return announced ? { type: 'refused', code, name: 'bob' } : { type: 'unreadable', code, seq: 812, name: 'bob' };
}

/** What becomes of a line of one's own that the relay refuses once with this code. */
describe.each(rows.filter(([code, strength]) => strength === 'own line' && code !== 'alone'))(
  '%s: %s',
  (code, _, words) => {
    test(`becomes ${words}`, async () => {
      const world = newWorld();
      const [alice] = [await enter(world, 'alice'), await enter(world, 'bob')];
      await until(alice, sees('bob'));
      let refusals = 0;
      alice.wire.answer = frame => {
        if (frame.type !== 'first' || refusals++ > 0) return undefined;
        return {
          type: 'no',
          code: code as (typeof WIRE_CODES)[number],
          id: frame.msg.slice(28, 44),
          seq: world.relay.seq,
        };
      };
      alice.commands.write('hello');
      await until(alice, ({ items }) =>
        items.some(item => {
          const { state, reason } = (item.kind === 'line' && item.delivery) as unknown as {
            state?: string;
            reason?: string;
          };
          return words.test(`${state} ${reason ?? ''}`);
        }),
      );
      expect(alice.faults).toEqual([]);
    });
  },
);
