/** Who is here, and whose key it is (e2ee/1): each step, what it is without, and the test that then fails. */
import type { Steps } from '../steps.ts';

export const people: Steps = {
  'client/crypto/membership.ts': [
    {
      name: 'departed ids are forgotten at a sync only when they ran out',
      find: 'if (expires <= syncedAt) gone.delete(id);',
      put: 'gone.delete(id);',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        '17: a departed bundle announced again > is refused, also after a sync and after a reload',
      ],
    },
    {
      name: 'a bundle is checked',
      find: "  await checkBundle(bundle, { room, now: time, aliveAt: state.phase === 'replaying' ? state.syncedAt : time });\n",
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > the version'],
    },
    {
      name: 'in a replayed gap a bundle may have run out',
      find: "aliveAt: state.phase === 'replaying' ? state.syncedAt : time",
      put: 'aliveAt: time',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        '17: a departed bundle announced again > stays refused in a replayed gap in which it ran out, and is forgotten only then',
      ],
    },
    {
      name: 'a departed bundle stays away',
      find: "  if (state.gone.has(hex(id))) fail('bundle-replayed', bundle.name);\n",
      put: '',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        '17: a departed bundle announced again > is refused, also after a sync and after a reload',
      ],
    },
    {
      name: 'nobody is there twice',
      find: "  if (members(state).some(one => collides(one, bundle))) fail('duplicate-member', bundle.name);\n",
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '15: one name, sid or identity twice > the first stays'],
    },
    {
      name: 'nobody else is me',
      find: '...(session ? [session.bundle] : []),',
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '15: one name, sid or identity twice > the first stays'],
    },
    {
      name: 'a name is there once',
      find: 'a.name === b.name || ',
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '15: one name, sid or identity twice > the first stays'],
    },
    {
      name: 'a sid is there once',
      find: 'equal(a.sid, b.sid) || ',
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '15: one name, sid or identity twice > the first stays'],
    },
    {
      name: 'an identity is there once',
      find: ' || equal(a.ik, b.ik)',
      put: '',
      red: ['client/crypto/attacks-on-bundles.test.ts', '15: one name, sid or identity twice > the first stays'],
    },
    {
      name: 'who lacks the link is an outsider',
      find: 'if (!(await sharesLink(bundle, link.tagKey))) {',
      put: 'if (false as boolean) {',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        '15: one name, sid or identity twice > an outsider named bob does not keep bob out',
      ],
    },
    {
      name: 'a room has 200 members at most',
      find: "  if (state.peers.size + 1 >= MAX_MEMBERS) fail('roster-too-big', bundle.name);\n",
      put: '',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        '15: one name, sid or identity twice > more than 200 members are not counted',
      ],
    },
    {
      name: 'my own leave is mine',
      find: 'if (state.session && equal(state.session.id, bundleId)) return leaveRoom(state, seq, reason);',
      put: '',
      red: ['client/crypto/attacks-on-membership.test.ts', '9: no frame leaves > after our own removal'],
    },
    {
      name: 'a leave is of whom it names',
      find: 'if (equal(peer.id, id)) {',
      put: 'if (peer) {',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '12: members who come and go > one who was removed cannot read on; one who is late cannot read back',
      ],
    },
    {
      name: 'a leave of an outsider is of whom it names',
      find: 'if (equal(await bundleId(bundle), id)) {',
      put: 'if (await bundleId(bundle)) {',
      red: ['client/crypto/single-steps.test.ts', 'an outsider’s leave'],
    },
    {
      name: 'whoever has left is remembered',
      find: '  state.gone.set(hex(bundleId), bundle?.expires ?? state.setting.now() + BUNDLE_LIFE_MS);\n',
      put: '',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        '17: a departed bundle announced again > is refused, also after a sync and after a reload',
      ],
    },
    {
      name: 'my own left session is remembered',
      find: '  if (state.session) state.gone.set(hex(state.session.id), state.session.bundle.expires);\n',
      put: '',
      red: ['client/crypto/single-steps.test.ts', 'my own session that has left'],
    },
    {
      name: 'every membership entry ends the sending chain',
      find: '  endSending(state);\n  endReceiving(state);',
      put: '  endReceiving(state);',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '12: members who come and go > one who was removed cannot read on; one who is late cannot read back',
      ],
    },
    {
      name: 'every membership entry ends the receiving chains',
      find: '  endSending(state);\n  endReceiving(state);',
      put: '  endSending(state);',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '12: members who come and go > a leave hidden from the sender: readers who saw it say so',
      ],
    },
    {
      name: 'without a seat there is no roster',
      find: '    state.roster = undefined;\n    return;',
      put: '    return;',
      red: ['client/crypto/single-steps.test.ts', 'without a seat there is no roster'],
    },
    {
      name: 'only the same person under the same name is renewed',
      find: 'person?.identity === replaced.identity && person.name === replaced.name',
      put: 'person !== undefined',
      red: [
        'client/crypto/sessions.test.ts',
        'a new session of the same person > under another name is a leave and a join',
      ],
    },
    {
      name: 'a first foreign bundle ends plain lines',
      find: '  state.metOthers = true;\n',
      put: '',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '9: no frame leaves > when the relay says that we are alone',
      ],
    },
  ],
  'client/crypto/session.ts': [
    {
      name: 'a tag shows the link',
      find: 'equal(bundle.tag, await bundleTag(bundle, tagKey))',
      put: 'equal(bundle.tag, bundle.tag)',
      red: [
        'client/crypto/attacks-on-bundles.test.ts',
        '15: one name, sid or identity twice > an outsider named bob does not keep bob out',
      ],
    },
    {
      name: 'a bundle is newer than the last',
      find: 'Math.max(now, after + 1)',
      put: 'now',
      red: [
        'client/crypto/sessions.test.ts',
        'a new session of the same person > has a newer bundle, even when the clock went back',
      ],
    },
  ],
  'client/crypto/trust.ts': [
    {
      name: 'a key is known again',
      find: 'const same = pin !== undefined && equal(pin.ik, ik);',
      put: 'const same = pin !== undefined;',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '2: an identity changed later > unverified: a calm line, and sending goes on',
      ],
    },
    {
      name: 'a known person does not go back',
      find: "  if (same && created < pin.created) fail('bundle-rollback', name);\n",
      put: '',
      red: ['client/crypto/attacks-on-the-log.test.ts', 'an older bundle of the same person'],
    },
    {
      name: 'another key of somebody verified',
      find: "  if (pin && !same && verified.has(hex(pin.ik))) return [{ type: 'verified-key-changed', ...who }];\n",
      put: '',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '2: an identity changed later > verified: nothing is sealed until it is accepted, also after a reload',
      ],
    },
    {
      name: 'a pin that differs blocks',
      find: 'return pin !== undefined && !equal(pin.ik, ik);',
      put: 'return false;',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '2: an identity changed later > verified: nothing is sealed until it is accepted, also after a reload',
      ],
    },
    {
      name: 'a first meeting is remembered',
      find: 'pin && equal(pin.ik, ik) ? pin.firstSeen : now',
      put: 'now',
      red: ['client/crypto/single-steps.test.ts', 'somebody known was first seen'],
    },
    {
      name: 'a verified person under another name is said',
      find: 'verifiedAs === name ? events',
      put: 'verifiedAs ? events',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '2: an identity changed later > a verified person under another name is said to be that person',
      ],
    },
  ],
  'client/crypto/snapshot.ts': [
    {
      name: 'what is accepted is what was shown',
      find: 'peers.values()].find(({ bundle }) => bundle.name === name && hex(bundle.ik) === identity)',
      put: 'peers.values()].find(({ bundle }) => bundle.name === name)',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '2: an identity changed later > verified: nothing is sealed until it is accepted, also after a reload',
      ],
    },
    {
      name: 'whoever is accepted is there',
      find: "peer?.bundle ?? fail('key-changed', name)",
      put: 'peer?.bundle ?? ([...peers.values()][0] as (typeof peer & {})).bundle',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '2: an identity changed later > verified: nothing is sealed until it is accepted, also after a reload',
      ],
    },
  ],
  'client/crypto/seat.ts': [
    {
      name: 'no join after a stop',
      find: '  if (state.stopped) fail(state.stopped.code);\n  const { identity, room',
      put: '  const { identity, room',
      red: ['client/crypto/attacks-on-the-log.test.ts', 'an entry again, or one left out > entry 2 after 2'],
    },
    {
      name: 'no resume after a stop',
      find: '  if (state.stopped) fail(state.stopped.code);\n  const { identity, now',
      put: '  const { identity, now',
      red: ['client/crypto/single-steps.test.ts', 'after a stop nothing is resumed'],
    },
    {
      name: 'a suite that I speak',
      find: "  if (!suites.includes(SUITE)) return [{ type: 'stopped', code: 'suite', seq: state.log?.seq ?? 0 }];\n",
      put: '',
      red: ['client/crypto/conversation.test.ts', 'a greeting in another suite, or from another time, is said'],
    },
    {
      name: 'a seat that I asked for',
      find: 'if (!pending || stopped) return [];',
      put: 'if (!pending) return [];',
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'a seat on a connection that has one > is not taken when the history has changed meanwhile',
      ],
    },
    {
      name: 'a seat with me in it',
      find: '  if (others.length === members.length) return [];\n',
      put: '',
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'at a new session of someone who has a log > a `room` that nobody asked for, or without us in it, is no seat',
      ],
    },
    {
      name: 'a seat of another history',
      find: "  if (typeof view === 'string') return stop(state, { code: view }, seq);\n",
      put: "  if (typeof view === 'string') return [];\n",
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'at a new session of someone who has a log > another head is a fork, and no seat',
      ],
    },
    {
      name: 'myself is told by the bundle’s id',
      find: 'return equal(await bundleId(decodeBundle(bundle)), id);',
      put: 'return equal(await bundleId(decodeBundle(bundle)), id) && false;',
      red: ['client/crypto/attacks-on-bundles.test.ts', '3: a bundle edited > a trailing byte'],
    },
    {
      name: 'an expired session is not resumed',
      find: '  if (state.session && state.session.bundle.expires <= now()) lost(state);\n',
      put: '',
      red: ['client/crypto/single-steps.test.ts', 'a session that has run out'],
    },
    {
      name: 'entries that I was not shown are said',
      find: "log && seq > log.seq + 1 ? [{ type: 'unseen', from: log.seq + 1, to: seq - 1 }] : []",
      put: '[]',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '2: an identity changed later > unverified: a calm line, and sending goes on',
      ],
    },
    {
      name: 'a clock that is off is said',
      find: "return Math.abs(offMs) > CLOCK_SKEW_MS ? [{ type: 'clock', offMs }] : [];",
      put: 'return [];',
      red: ['client/crypto/conversation.test.ts', 'a greeting in another suite, or from another time, is said'],
    },
    {
      name: 'a session has a number of chains, and then another is due',
      find: ' || hasBegunAll(state, hex(session.bundle.sid));',
      put: ';',
      red: ['client/crypto/chains.test.ts', '1,024 chains under one roster'],
    },
    {
      name: 'a session is a day old',
      find: 'setting.now() - session.bundle.created >= SESSION_LIFE_MS || ',
      put: '',
      red: [
        'client/crypto/sessions.test.ts',
        'a new session of the same person > replaces the old one without a line, on the connection it has',
      ],
    },
  ],
};
