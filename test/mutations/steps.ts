// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of sources
/** Every step with which the client's cryptography makes sure of something. */
import { chains } from './table/chains.ts';
import { content } from './table/content.ts';
import { log } from './table/log.ts';
import { people } from './table/people.ts';
import { protocol } from './table/protocol.ts';
import { sealing } from './table/sealing.ts';

export interface Step {
  /** What it makes sure of. */
  name: string;
  /** Stands exactly once in the file. */
  find: string;
  /** What is left when the step is taken out. */
  put: string;
  /** Which test must fail then: its file in test/chat-app, and its name or a part of it. */
  red: readonly [file: string, name: string];
}

/** By file in `chat-app`. */
export type Steps = Readonly<Record<string, readonly Step[]>>;

export const steps: Steps = { ...chains, ...content, ...log, ...people, ...protocol, ...sealing };

/** Calls that look like a step and are none, or stand where nothing can get to; each stands exactly once in its file. */
export const noSteps: Readonly<Record<string, readonly (readonly [text: string, why: string])[]>> = {
  'client/crypto/seat.ts': [
    ["const challenge = state.challenge ?? fail('unavailable', 'no greeting');\n  const said", 'the order of calls'],
    ["const challenge = state.challenge ?? fail('unavailable', 'no greeting');\n  if", 'the order of calls'],
  ],
  'client/crypto/state.ts': [
    [
      "return session && listed ? session : fail('removed');",
      'only asked where an obstacle or a roster has been before',
    ],
  ],
  'client/crypto/writing.ts': [["state.roster ?? fail('removed')", 'an obstacle has been before: a seat has a roster']],
  'client/crypto/reading.ts': [
    ["state.peers.get(chain.sid) ?? fail('unknown-sender')", 'chains end with every leave: who has one is here'],
  ],
  'protocol/keys.ts': [["unhex(to) ?? fail('bad-frame', to)", 'for the compiler: what is written is hexadecimal']],
  'protocol/frames.ts': [
    ["?? fail('bad-frame', 'unknown kind')", 'without it there is no schema to go on with'],
    ["?? fail('bad-frame', frame.type)", 'for the compiler: what is encoded has a schema'],
    ["return fail('bad-frame', 'not JSON');", 'without it there is nothing to go on with'],
    ["if (error instanceof Failure) fail('bad-frame', error.message);", 'of frames to the relay'],
  ],
  'protocol/binary-frames.ts': [
    ["return fail('bad-frame', 'unknown kind');\n  }\n}\n\nfunction takeFirst", 'of frames to the relay'],
    ["fail('bad-frame', `a message of ${r.left} bytes`)", 'of frames to the relay'],
    ["return fail('bad-frame', 'unknown kind');\n  }\n}\n\nexport function encodeRelayBinary", 'nothing to go on with'],
  ],
};
