/** The log, and the lines in it (e2ee/1): each step, what it is without, and the test that then fails. */
import type { Steps } from '../steps.ts';

export const log: Steps = {
  'client/crypto/log-view.ts': [
    {
      name: 'an entry may not come again',
      find: "if (seq <= log.seq) return 'log-rollback';\n  return seq ===",
      put: 'return seq ===',
      red: ['client/crypto/attacks-on-the-log.test.ts', 'an entry again, or one left out > entry 2 after 2'],
    },
    {
      name: 'an entry may not be left out',
      find: "return seq === log.seq + 1 ? undefined : 'log-gap';",
      put: 'return undefined;',
      red: ['client/crypto/attacks-on-the-log.test.ts', 'an entry again, or one left out > entry 4 after 2'],
    },
    {
      name: 'a rejoin does not go back',
      find: "  if (seq <= log.seq) return 'log-rollback';\n  if (seq > log.seq + 1)",
      put: '  if (seq > log.seq + 1)',
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'at a new session of someone who has a log > a seq that is not above ours is a rollback',
      ],
    },
    {
      name: 'a rejoin has the head that I compute',
      find: "return equal(next.head, head) ? next : 'fork';",
      put: 'return next;',
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'at a new session of someone who has a log > another head is a fork, and no seat',
      ],
    },
    {
      name: 'a view lies before its line',
      find: '  if (viewSeq >= log.seq) return { fork: true, unchecked: false };\n',
      put: '',
      red: ['client/crypto/attacks-on-the-log.test.ts', 'two histories > a view that is not below the line is a fork'],
    },
    {
      name: 'a view has my head',
      find: 'fork: mine !== undefined && !equal(mine, viewHead)',
      put: 'fork: false',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '5: lines reordered are each shown once, the gap is noted, and the logs part',
      ],
    },
    {
      name: 'a view that cannot be compared is said',
      find: 'unchecked: mine === undefined }',
      put: 'unchecked: false }',
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'two histories > behind 520 replays the view cannot be compared: the line is marked',
      ],
    },
    {
      name: '512 heads are kept and no more',
      find: 'heads.delete(seq - KEPT_HEADS);',
      put: '',
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'two histories > behind 520 replays the view cannot be compared: the line is marked',
      ],
    },
  ],
  'client/crypto/following.ts': [
    {
      name: 'after a stop nothing is followed',
      find: '  if (isStuck(state)) return [];\n  const { log } = state;',
      put: '  const { log } = state;',
      red: ['client/crypto/attacks-on-the-log.test.ts', 'an entry again, or one left out > entry 2 after 2'],
    },
    {
      name: 'the log has no gap and does not go back',
      find: '  if (code) return stop(state, { code }, entry.seq);\n',
      put: '',
      red: ['client/crypto/attacks-on-the-log.test.ts', 'an entry again, or one left out > entry 2 after 2'],
    },
    {
      name: 'after a stop nothing is in sync',
      find: 'if (!log || isStuck(state)) return [];',
      put: 'if (!log) return [];',
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'at a new session of someone who has a log > another head is a fork, and no seat',
      ],
    },
    {
      name: 'the log is complete',
      find: "  if (seq !== log.seq) return stop(state, { code: seq > log.seq ? 'log-gap' : 'log-rollback' }, seq);\n",
      put: '',
      red: [
        'client/crypto/attacks-on-the-log.test.ts',
        'an entry again, or one left out > a log that is said to be complete and is not',
      ],
    },
    {
      name: 'an envelope belongs to the next frame',
      find: "state.key = frame.type === 'key' ? frame.key : undefined;",
      put: "state.key = frame.type === 'key' ? frame.key : key;",
      red: [
        'client/crypto/attacks-on-chains.test.ts',
        '16: the wrong lane, and damaged frames > a message on the ephemeral lane, or back',
      ],
    },
    {
      name: 'a membership entry changes the roster',
      find: '  await membershipChanged(state);\n  return events;',
      put: '  return events;',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '7: a ghost shown to one side > with the link, the others refuse the chain',
      ],
    },
    {
      name: 'a refused join ends',
      find: "state.pending = undefined;\n  if (code === 'removed'",
      put: "state.pending = pending;\n  if (code === 'removed'",
      red: ['client/crypto/single-steps.test.ts', 'a join that was refused is over'],
    },
    {
      name: 'a stale chain is not sealed on',
      find: '&& isOver) endSending(state);',
      put: '&& isOver) void endSending;',
      red: ['client/crypto/attacks-on-messages.test.ts', "4: replay > a new chain ends the same sender's earlier one"],
    },
  ],
  'client/crypto/sent.ts': [
    {
      name: 'my own line comes back as I sealed it',
      find: "  if (line?.digest !== hex(await sha256(bytes))) return stop(state, { code: 'own-altered' }, seq);\n",
      put: '  if (!line) return [];\n',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '4: replay > of our own line, altered or never sent: no acknowledgement, and nothing is sealed any more',
      ],
    },
    {
      name: 'my own line is acknowledged once',
      find: "  if (line.seq !== undefined) return [{ type: 'ignored', code: 'replay', name: state.name }];\n",
      put: '',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '4: replay > of our own line, altered or never sent: no acknowledgement, and nothing is sealed any more',
      ],
    },
    {
      name: 'a line is known by its id',
      find: '  if (seen.has(key)) return true;\n',
      put: '',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '4: replay > of one line that was sealed twice: shown once, and no gap',
      ],
    },
    {
      name: 'a line is known by its author too',
      find: 'hex(ik.subarray(1, 17)) + hex(id)',
      put: 'hex(id)',
      red: ['client/crypto/single-steps.test.ts', 'one line id of two people'],
    },
  ],
  'client/crypto/reading.ts': [
    {
      name: 'my own line is not read as another’s',
      find: '    if (state.session && equal(m.sid, state.session.bundle.sid))\n      return await ownLine(state, seq, { id: m.id, bytes: msg });\n',
      put: '',
      red: ['client/crypto/attacks-on-membership.test.ts', '9: no frame leaves > after our own removal'],
    },
    {
      name: 'an envelope comes from a member',
      find: "const peer = state.peers.get(sender) ?? fail('unknown-sender');",
      put: "const peer = state.peers.get(sender) ?? [...state.peers.values()][0] ?? fail('unknown-sender');",
      red: ['client/crypto/single-steps.test.ts', 'an envelope from nobody who is here'],
    },
    {
      name: 'a chain begins once',
      find: "  if (state.chains.has(hex(id)) || state.ended.get(hex(id)) === 'no-chain') fail('chain-reused');\n",
      put: '',
      red: ['client/crypto/attacks-on-messages.test.ts', '4: replay > of a message, an envelope, under another index'],
    },
    {
      name: 'a chain in use does not begin again',
      find: 'state.chains.has(hex(id)) || ',
      put: '',
      red: ['client/crypto/attacks-on-messages.test.ts', '4: replay > of a message, an envelope, under another index'],
    },
    {
      name: 'a chain that ended does not begin again',
      find: " || state.ended.get(hex(id)) === 'no-chain'",
      put: '',
      red: ['client/crypto/attacks-on-messages.test.ts', "4: replay > a new chain ends the same sender's earlier one"],
    },
    {
      name: 'a chain is for my roster',
      find: "  if (!state.roster || !equal(roster, state.roster)) fail('roster-mismatch', peer.bundle.name);\n",
      put: '',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '7: a ghost shown to one side > with the link, the others refuse the chain',
      ],
    },
    {
      name: 'a member begins so many chains',
      find: "  if (hasBegunAll(state, sender)) fail('too-far', 'too many chains');\n",
      put: '',
      red: ['client/crypto/chains.test.ts', '1,024 chains under one roster'],
    },
    {
      name: 'a new chain ends the one before',
      find: '  endChainOf(state, sender);\n',
      put: '',
      red: ['client/crypto/attacks-on-messages.test.ts', "4: replay > a new chain ends the same sender's earlier one"],
    },
    {
      name: 'a line on an older chain says so',
      find: "  if (end) fail(end, 'an older chain');\n",
      put: '',
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '12: members who come and go > a leave hidden from the sender: readers who saw it say so',
      ],
    },
    {
      name: 'a line is on a chain that I follow',
      find: "state.chains.get(hex(m.chain)) ?? fail('no-chain')",
      put: "state.chains.get(hex(m.chain)) ?? [...state.chains.values()][0] ?? fail('no-chain')",
      red: [
        'client/crypto/attacks-on-membership.test.ts',
        '12: members who come and go > one who was removed cannot read on; one who is late cannot read back',
      ],
    },
    {
      name: 'a chain is its sender’s',
      find: "  if (chain.sid !== hex(m.sid)) fail('sender-mismatch');\n",
      put: '',
      red: ['client/crypto/attacks-on-messages.test.ts', '11: splices > into another room, under another sender'],
    },
    {
      name: 'a line is shown once',
      find: "  if (alreadySeen(state, peer.bundle.ik, m.id))\n    return [...missing, { type: 'ignored', code: 'duplicate', name: from.name }];\n",
      put: '',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '4: replay > of one line that was sealed twice: shown once, and no gap',
      ],
    },
    {
      name: 'an unaccepted key is marked',
      find: 'const unaccepted = isBlocked({ pins: state.pins, verified: state.setting.verified }, peer.bundle);',
      put: 'const unaccepted = false;',
      red: [
        'client/crypto/attacks-on-identity.test.ts',
        '2: an identity changed later > their lines are marked meanwhile',
      ],
    },
    {
      name: 'a fork is said',
      find: "return view.fork ? [{ type: 'fork', seq, ...from }, line] : [line];",
      put: 'return [line];',
      red: [
        'client/crypto/attacks-on-messages.test.ts',
        '5: lines reordered are each shown once, the gap is noted, and the logs part',
      ],
    },
  ],
};
