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
    electionTimeoutMs: [60, 100],
    heartbeatMs: 20,
    preVote: false,
    checkQuorum: false,
    batchEntriesMax: 1,
  },
  link: { oneWay: { dist: 'uniform', min: 1, max: 10 } },
  faults: ['partition', 'partition', 'crash', 'pause'],
  faultCount: [6, 12],
  faultMs: [50, 250],
  atLeaders: 60,
  clients: [3, 4],
  thinkMs: [2, 8],
  timeoutMs: 120,
  durationMs: [1_000, 1_800],
}
