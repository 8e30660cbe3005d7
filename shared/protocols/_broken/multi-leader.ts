import { createMultiLeader } from '../multi-leader/index.ts'
import { RULES } from '../multi-leader/rules.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { SESSION_GUARANTEES } from './sources.ts'

const INRIA = 'Shapiro, Preguiça, Baquero and Zawirski, INRIA 7506, 2011'

const SESSIONS = [
  'causal',
  'causal-convergent',
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
]

const CAUGHT_BY = [
  'leaders that have seen the same hold the same',
  'nobody has what its author has not',
  'an update comes after what it depends on',
  'the digest is that of the store',
  'an assertion',
  'convergence',
]

const LEADERS: Habitat = {
  replicas: [3, 3],
  params: {
    heartbeatMs: 30,
    resendAfterMs: 80,
    suspectAfterMs: 300,
    requestTimeoutMs: 300,
    logEventsMax: [10, 40],
    windowEvents: [4, 20],
    batchEvents: [1, 4],
  },
  onPartition: 'availability',
  keys: [1, 3],
  clients: [2, 4],
  thinkMs: [3, 15],
  timeoutMs: 200,
  link: { oneWay: { dist: 'uniform', min: 1, max: 20 } },
  faults: ['partition', 'isolate', 'loss', 'crash'],
  faultCount: [3, 8],
  faultMs: [50, 300],
  durationMs: [700, 1_300],
  judges: ['convergence'],
}

export const MULTI_LEADER_BUGS: readonly PlantedBug[] = [
  {
    id: 'multi-leader/counter-delta-applied-twice',
    sentence: 'An update of a counter that arrives twice counts twice.',
    source: `${INRIA}, section 3.1; Almeida, Shoker and Baquero, "Delta state replicated data types", JPDC 2018`,
    protocol: createMultiLeader({
      ...RULES,
      isNew: () => true,
      isDeliverable: () => true,
      // A delta that says "one more" instead of "so many by now".
      withShare: ({ up, down }, share) => ({
        up: up.map((count, actor) => (actor === share.by && share.up > 0 ? count + 1 : count)),
        down,
      }),
    }),
    habitat: {
      ...LEADERS,
      params: { ...LEADERS.params, conflicts: 'counter' },
      mix: { read: 0.4, update: 0.6 },
      link: { oneWay: { dist: 'uniform', min: 1, max: 20 }, duplicatePpm: 200_000 },
    },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'multi-leader/re-add-lost',
    sentence:
      'When states are merged, a set that one leader has emptied stays empty, whatever was added since.',
    source: `${INRIA}, section 3.3.5: in an observed-remove set the addition wins`,
    protocol: createMultiLeader({
      ...RULES,
      survives: (entry, others, seen) => others.length > 0 && RULES.survives(entry, others, seen),
    }),
    habitat: {
      ...LEADERS,
      params: { ...LEADERS.params, conflicts: 'set', logEventsMax: [1, 4] },
      mix: { read: 0.3, update: 0.5, delete: 0.2 },
    },
    caughtBy: [...CAUGHT_BY, 'set-full'],
  },
  {
    id: 'multi-leader/tie-by-arrival',
    sentence: 'Of two writes with one timestamp each leader keeps the one that came last.',
    source: `${INRIA}, section 3.2.1: timestamps are totally ordered; Riak documentation, "allow_mult" and last write wins`,
    protocol: createMultiLeader({
      ...RULES,
      // Clocks of two milliseconds, so that there are ties.
      nextStamp: (...args) => Math.ceil(RULES.nextStamp(...args) / 2e6) * 2e6,
      isNewer: (a, b) => a.stamp >= b.stamp,
    }),
    habitat: { ...LEADERS, keys: [1, 1], thinkMs: [1, 4] },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'multi-leader/effect-before-cause',
    sentence: 'An update is shown before what its author had seen.',
    source: 'Birman, Schiper and Stephenson, "Lightweight causal and atomic group multicast", TOCS 1991',
    protocol: createMultiLeader({
      ...RULES,
      isDeliverable: (have, update) => update.at === have[update.by] + 1,
    }),
    habitat: { ...LEADERS, read: 'causal', keys: [2, 3], judges: SESSIONS },
    caughtBy: [...CAUGHT_BY, ...SESSIONS],
  },
  {
    id: 'multi-leader/lagging-leader-read',
    sentence: 'A leader answers a session without having what the session has written.',
    source: SESSION_GUARANTEES,
    protocol: createMultiLeader({ ...RULES, isSatisfied: () => true }),
    habitat: { ...LEADERS, read: 'read-your-writes', judges: ['read-your-writes'] },
    caughtBy: ['read-your-writes'],
  },
  {
    id: 'multi-leader/last-writer-wins-by-skewed-clocks',
    sentence: 'A write is stamped by a wall clock that runs behind, and loses to what it replaces.',
    source:
      'Kulkarni et al., "Logical physical clocks", OPODIS 2014; Kingsbury, "The trouble with timestamps", 2013',
    protocol: createMultiLeader({
      ...RULES,
      nextStamp: (wallNs, ownLast, _seen) => RULES.nextStamp(wallNs, ownLast, 0, 'wall'),
    }),
    habitat: { ...LEADERS, read: 'causal', clockOffsetMs: 200, keys: [1, 2], judges: SESSIONS },
    caughtBy: [...CAUGHT_BY, ...SESSIONS],
  },
  {
    id: 'multi-leader/deletion-forgotten-early',
    sentence: 'A deletion is forgotten before every leader has it.',
    source:
      'Wuu and Bernstein, "Efficient solutions to the replicated log and dictionary problems", PODC 1984',
    protocol: createMultiLeader({ ...RULES, isStable: () => true }),
    habitat: { ...LEADERS, mix: { read: 0.3, update: 0.4, delete: 0.3 } },
    caughtBy: CAUGHT_BY,
  },
]
