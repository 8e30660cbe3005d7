import type { Habitat } from './planted-bug.ts'

/** Where Raft's bugs live: small groups, short timeouts, few keys, leaders that come and go. */

const PARAMS = {
  electionTimeoutMs: 150,
  heartbeatMs: 30,
  requestTimeoutMs: 400,
  // Checked mode copies the log at every step.
  snapshotEvery: [10, 30],
  catchUpEntries: [0, 10],
} as const

/** Without pre-votes elections collide, and terms go by fast. */
export const ELECTIONS: Habitat = {
  replicas: [3, 5],
  params: { ...PARAMS, electionTimeoutMs: [100, 160], preVote: false, checkQuorum: false },
  read: 'linearizable',
  link: { oneWay: { dist: 'uniform', min: 5, max: 40 } },
  fsyncMs: [0, 2],
  faults: ['crash', 'power-loss', 'isolate', 'partition'],
  faultCount: [4, 12],
  faultMs: [5, 250],
  durationMs: [1_000, 2_000],
  thinkMs: [5, 30],
  judges: ['linearizable', 'log order'],
}

/** Elections without end, in which voters crash and are back at once. */
export const VOTES: Habitat = {
  ...ELECTIONS,
  replicas: [5, 5],
  params: { ...ELECTIONS.params, electionTimeoutMs: 100, heartbeatMs: 95 },
  link: { oneWay: { dist: 'uniform', min: 10, max: 80 } },
  faults: ['crash'],
  faultCount: [60, 90],
  faultMs: [1, 15],
  thinkMs: [50, 100],
  durationMs: [2_500, 3_500],
  clients: [1, 1],
}

/** Leaders are cut off and deposed with entries that nobody has confirmed. */
export const LOGS: Habitat = {
  ...ELECTIONS,
  params: {
    ...PARAMS,
    electionTimeoutMs: [50, 80],
    heartbeatMs: 20,
    preVote: false,
    checkQuorum: false,
    batchEntriesMax: 1,
    // So that clients go on asking whoever lost touch with the others.
    requestsAtFollowers: 'forward',
  },
  link: { oneWay: { dist: 'uniform', min: 1, max: 8 } },
  faults: ['partition', 'partition', 'partition', 'crash', 'pause'],
  faultCount: [10, 20],
  faultMs: [40, 200],
  atLeaders: 60,
  clients: [3, 4],
  thinkMs: [2, 8],
  timeoutMs: 150,
  durationMs: [1_000, 1_800],
}

/**
 * One leader after another, each of which is cut off with a backlog of entries that go one at a time: it takes long until
 * its own first entry is anywhere else.
 */
export const CHURN: Habitat = {
  ...LOGS,
  replicas: [3, 3],
  params: { ...LOGS.params, inflightMax: 1, electionTimeoutMs: [20, 30], heartbeatMs: 10 },
  link: { oneWay: { dist: 'uniform', min: 2, max: 5 } },
  clients: [3, 4],
  thinkMs: [2, 6],
  timeoutMs: 60,
  mix: { read: 0.1, update: 0.9 },
  faults: ['partition'],
  inTurn: true,
  faultCount: [60, 60],
  faultMs: [20, 80],
  durationMs: [1_500, 2_000],
}
