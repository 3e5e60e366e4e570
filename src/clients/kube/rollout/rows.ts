import * as admitting from './admitting.ts';
import * as becoming from './becoming-ready.ts';
import * as ending from './ending.ts';
import type { Knobs } from './knobs.ts';
import * as placing from './placing.ts';
import * as progressing from './progressing.ts';
import * as pulling from './pulling.ts';
import type { Row } from './row.ts';
import * as starting from './starting.ts';

const now = () => 0;
/** Two observations: the second is a fresh read, at least so long after the first. */
const twice = ({ confirmMs }: Knobs) => confirmMs;
const passing = ({ transientMs }: Knobs) => transientMs;
const missing = ({ missingMs }: Knobs) => missingMs;
const events = 'events';
const log = 'log';

/** The classifier: what is seen, how long it is borne, what it means and what shows it. The first that is due is the headline. */
export const ROWS: readonly Row[] = [
  { name: 'no-image', signal: pulling.pull('missing'), wait: twice, verdict: pulling.missingImage, evidence: events },
  {
    name: 'pull-refused',
    signal: pulling.pull('refused'),
    wait: twice,
    verdict: pulling.refusedPull,
    evidence: events,
  },
  { name: 'platform', signal: pulling.pull('platform'), wait: twice, verdict: pulling.wrongPlatform, evidence: events },
  {
    name: 'pull-passing',
    signal: pulling.pull('passing'),
    wait: passing,
    verdict: pulling.passingPull,
    evidence: events,
  },
  { name: 'exec-format', signal: starting.execFormat, wait: twice, verdict: starting.wrongArchitecture, evidence: log },
  { name: 'config', signal: starting.configError, wait: twice, verdict: starting.cannotMake, evidence: events },
  { name: 'cannot-start', signal: starting.cannotStart, wait: twice, verdict: starting.notStarted, evidence: events },
  { name: 'memory', signal: ending.memory, wait: now, verdict: ending.outOfMemory, evidence: log },
  { name: 'late', signal: becoming.late, wait: now, verdict: becoming.notStarted, evidence: log },
  { name: 'killed', signal: ending.killed, wait: now, verdict: ending.killedByProbe, evidence: log },
  { name: 'crash', signal: ending.crash, wait: now, verdict: ending.crashed, evidence: log },
  {
    name: 'not-admitted',
    signal: admitting.create('refused'),
    wait: now,
    verdict: admitting.notAdmitted,
    evidence: events,
  },
  {
    name: 'quota-full',
    signal: admitting.create('full'),
    wait: passing,
    verdict: admitting.notAdmitted,
    evidence: events,
  },
  {
    name: 'no-account',
    signal: admitting.create('account'),
    wait: missing,
    verdict: admitting.noAccount,
    evidence: events,
  },
  { name: 'no-pod', signal: admitting.create('passing'), wait: passing, verdict: admitting.noPod, evidence: events },
  { name: 'no-class', signal: placing.storageClass, wait: twice, verdict: placing.noClass, evidence: events },
  {
    name: 'no-volume',
    signal: placing.unbound,
    wait: placing.waitForNode,
    verdict: placing.noVolume,
    evidence: events,
  },
  { name: 'no-source', signal: placing.volumeSource, wait: missing, verdict: placing.noSource, evidence: events },
  {
    name: 'no-node',
    signal: placing.noNode,
    wait: placing.waitForNode,
    verdict: placing.unschedulable,
    evidence: events,
  },
  {
    name: 'unready',
    signal: becoming.notReady,
    wait: becoming.waitForReadiness,
    verdict: becoming.unready,
    evidence: log,
    isQuiet: true,
  },
  { name: 'job', signal: progressing.jobFailed, wait: now, verdict: progressing.failedJob, evidence: log },
  {
    name: 'deadline',
    signal: progressing.deadline,
    wait: now,
    verdict: progressing.tooSlow,
    evidence: events,
    isGeneral: 'now',
  },
  {
    name: 'idle',
    signal: progressing.silence,
    wait: progressing.waitForActivity,
    verdict: progressing.idle,
    evidence: events,
    isGeneral: 'last',
    isQuiet: true,
  },
];
