/** When something is sealed, and for whom (e2ee/1): each step, what it is without, and the test that then fails. */
import type { Steps } from '../steps.ts';

export const sealing: Steps = {
  'client/crypto/obstacle.ts': [
    {
      name: 'nothing is sealed against an obstacle',
      find: 'export const mayWrite = (state: State): void => refuse(obstacle(state));',
      put: 'export const mayWrite = (state: State): void => void obstacle(state);',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        'a bundle that ran out during a gap was good for those who were there',
      ],
    },
    {
      name: 'an obstacle refuses',
      find: "if (found) fail(found.code, found.names.join(', '));",
      put: 'void found;',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        'a bundle that ran out during a gap was good for those who were there',
      ],
    },
    {
      name: 'nothing is sealed alone',
      find: "  if (readers.length === 0) return { code: 'alone', names: [] };\n",
      put: '',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '1: keys swapped at first contact > with a link, the attacker is an outsider and nothing is sealed',
      ],
    },
    {
      name: 'nothing is sealed for another key of somebody verified',
      find: "  if (blocked.length > 0) return { code: 'verified-key-changed', names: blocked.map(({ name }) => name) };\n",
      put: '',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '2: an identity changed later > verified: nothing is sealed until it is accepted, also after a reload',
      ],
    },
    {
      name: 'nothing is sealed for somebody who has expired',
      find: "return expired.length > 0 ? { code: 'bundle-expired', names: expired.map(({ name }) => name) } : undefined;",
      put: 'void expired;\n  return undefined;',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        'a bundle that ran out during a gap was good for those who were there',
      ],
    },
    {
      name: 'my own expiry counts',
      find: '[session.bundle, ...readers].filter',
      put: '[...readers].filter',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '9: no frame leaves > while somebody whose bundle ran out is listed, ourselves included',
      ],
    },
    {
      name: 'nothing is sealed after a stop',
      find: '  if (stopped) return { code: stopped.code, names: [] };\n',
      put: '',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '4: replay > of our own line, altered or never sent: no acknowledgement, and nothing is sealed any more',
      ],
    },
    {
      name: 'nothing is sealed without a seat',
      find: "  if (!session || !listed) return { code: 'removed', names: [] };\n",
      put: '',
      red: ['client/crypto/attacks-on-membership.test.ts', '9: no frame leaves > after our own removal'],
    },
    {
      name: 'nothing is sealed before a sync',
      find: "return phase !== 'synced' || pending ? ",
      put: 'return pending ? ',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '9: no frame leaves > before the log is known to be complete',
      ],
    },
    {
      name: 'nothing is sealed while a join has no answer',
      find: "return phase !== 'synced' || pending ? ",
      put: "return phase !== 'synced' ? ",
      red: [
        'client/crypto/sessions.test.ts',
        'a new session of the same person > replaces the old one without a line, on the connection it has',
      ],
    },
    {
      name: 'no plain line once anybody was here',
      find: "  if (state.metOthers) return { code: 'not-alone', names: [] };\n",
      put: '',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '9: no frame leaves > when the relay says that we are alone',
      ],
    },
    {
      name: 'a session has a number of chains',
      find: "  if (needsChain(state) && hasBegunAll(state, hex(session.bundle.sid))) return { code: 'unavailable', names: [] };\n",
      put: '',
      red: ['client/crypto/chains.test.ts', '1,024 chains under one roster'],
    },
  ],
  'client/crypto/writing.ts': [
    {
      name: 'a line is sealed only when it may be',
      find: '  mayWrite(state);\n  const newcomers',
      put: '  const newcomers',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        'a bundle that ran out during a gap was good for those who were there',
      ],
    },
    {
      name: 'an event is sealed only when it may be',
      find: '  mayWrite(state);\n  const { sending }',
      put: '  const { sending }',
      red: ['client/crypto/attacks-on-membership.test.ts', '9: no frame leaves > after our own removal'],
    },
    {
      name: 'no event goes before its chain',
      find: 'if (!sending || sending.keys || needsChain(state)) return',
      put: 'if (!sending || needsChain(state)) return',
      red: ['client/crypto/chains.test.ts', 'a seal that failed burns its key'],
    },
    {
      name: 'no event on a worn chain',
      find: "  if (!sending || sending.keys || needsChain(state)) return fail('no-chain');\n",
      put: "  if (!sending || sending.keys) return fail('no-chain');\n",
      red: ['client/crypto/chains.test.ts', 'wear a chain out after 1,000'],
    },
    {
      name: 'a line that waited asks about newcomers',
      find: "  if (newcomers.length > 0) return { type: 'ask', newcomers };\n",
      put: '',
      red: [
        'client/crypto/conversation.test.ts',
        'a line that waited over a minute goes to newcomers only after asking',
      ],
    },
    {
      name: 'newcomers are who was not there',
      find: 'bundles.filter(({ ik }) => !written.for.includes(hex(ik)))',
      put: 'bundles.filter(() => false)',
      red: [
        'client/crypto/conversation.test.ts',
        'a line that waited over a minute goes to newcomers only after asking',
      ],
    },
    {
      name: 'a worn chain is not sealed on',
      find: 'if (state.sending && !needsChain(state)) return state.sending;',
      put: 'if (state.sending) return state.sending;',
      red: ['client/crypto/chains.test.ts', 'after 24 hours'],
    },
    {
      name: 'what is sent is remembered first',
      find: '  await remember(state, { id, bytes: msg }, hex(sending.chain.id));\n',
      put: '',
      red: ['client/crypto/attacks-on-membership.test.ts', '9: no frame leaves > after our own removal'],
    },
  ],
  'client/crypto/state.ts': [
    {
      name: 'a stop lasts',
      find: '  state.stopped ??= { code, seq };\n',
      put: '',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '4: replay > of our own line, altered or never sent: no acknowledgement, and nothing is sealed any more',
      ],
    },
    {
      name: 'chains are counted',
      find: 'void begun.set(sid, (begun.get(sid) ?? 0) + 1)',
      put: 'void [begun, sid]',
      red: ['client/crypto/chains.test.ts', '1,024 chains under one roster'],
    },
  ],
};
