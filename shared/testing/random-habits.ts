import { READ_LEVELS } from '../topology/schema/behaviour.ts'
import type { ReadLevel, SessionGuarantee } from '../topology/types.ts'

/** What a random run of a strategy needs beside its manifest. */
export interface Habits {
  /** Narrower bounds of parameters; one whose default lies outside is always drawn. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>
  /** Levels that reads may ask for; those that the strategy's checks refuse lead to another attempt. */
  readonly levels: readonly ReadLevel[]
  /** Session guarantees to ask for one of, now and then; those of single keys where left out. */
  readonly sessions?: readonly SessionGuarantee[]
  /** How long clients wait for an answer, which may take several links one after another. */
  readonly timeoutMs: readonly [number, number]
  /** How many times slower clients are: checked mode copies and compares the whole state at each step. */
  readonly pace: number
  /** How much longer a run lasts, so that a leader can be elected once every fault has ended. */
  readonly recoveryMs: number
  /** Schemes under which replicas may join and leave; all that divide the key space where left out. */
  readonly changesUnder?: readonly string[]
  /** Parameters that have their defaults, unless a run is bent. */
  readonly fixed?: readonly string[]
  /** What some of the runs are bent to, because chance alone would seldom come upon it. */
  readonly bends?: readonly Bend[]
}

export interface Bend {
  readonly percent: number
  readonly params: (replicas: number) => Readonly<Record<string, number | boolean | string>>
  readonly consistency: { readonly read?: ReadLevel; readonly onPartition?: 'consistency' }
  readonly mixes?: readonly MixJson[]
  /** Clocks of the replicas that stay within bounds, instead of any: no fault touches them. */
  readonly clocks?: { readonly offsetMs: number; readonly driftPpm: number; readonly uncertaintyMs: number }
}

type MixJson = Readonly<Record<string, number>>

function majorityOf(replicas: number): number {
  return Math.floor(replicas / 2) + 1
}

/** One copy at each replica, and quorums that meet. */
const ATOMIC = (replicas: number) => ({
  n: replicas,
  r: majorityOf(replicas),
  w: majorityOf(replicas),
  readScope: 'any',
  writeScope: 'any',
  conflicts: 'last-writer-wins',
  sloppyQuorum: false,
})

const TRUETIME = { offsetMs: 8, driftPpm: 50, uncertaintyMs: 10 }
/** No two further apart than `HYBRID` allows. */
const QUARTZ = { offsetMs: 55, driftPpm: 100, uncertaintyMs: 0 }
const COMMIT_WAIT = { timestamps: 'commit-wait', checkQuorum: true, closedAfterMs: 0, rotateLeaderMs: 0 }
const HYBRID = {
  timestamps: 'hybrid',
  checkQuorum: true,
  maxClockOffsetMs: 120,
  closedAfterMs: 100,
  maxStalenessMs: 300,
  rotateLeaderMs: 0,
}

export const HABITS: Readonly<Record<string, Habits>> = {
  leaderless: {
    ranges: { contentionMs: [1, 60] },
    levels: [],
    timeoutMs: [50, 800],
    pace: 1,
    recoveryMs: 0,
    bends: [
      {
        percent: 25,
        params: (replicas) => ({ ...ATOMIC(replicas), registers: 'abd', lightweightTransactions: false }),
        consistency: { read: 'linearizable', onPartition: 'consistency' },
      },
      {
        percent: 25,
        params: (replicas) => ({ ...ATOMIC(replicas), registers: 'auto', lightweightTransactions: true }),
        consistency: { read: 'linearizable', onPartition: 'consistency' },
        mixes: [
          { read: 0.3, update: 0.2, compareAndSet: 0.5 },
          { read: 0.2, update: 0.3, delete: 0.1, compareAndSet: 0.4 },
        ],
      },
      {
        percent: 15,
        params: () => ({
          registers: 'timestamps',
          lightweightTransactions: true,
          conflicts: 'last-writer-wins',
        }),
        consistency: { read: 'eventual' },
        mixes: [
          { read: 0.2, compareAndSet: 0.8 },
          { read: 0.3, update: 0.2, compareAndSet: 0.5 },
        ],
      },
    ],
  },
  raft: {
    ranges: {
      electionTimeoutMs: [100, 250],
      heartbeatMs: [10, 50],
      maxStalenessMs: [0, 300],
      // More than what all faults together do to a clock.
      clockDriftPpm: [10_000, 100_000],
      pendingMax: [16, 100],
      batchEntriesMax: [1, 20],
      batchBytes: [1, 20_000],
      batchDelayMs: [0, 5],
      inflightMax: [1, 8],
      snapshotEvery: [1, 30],
      catchUpEntries: [0, 10],
      snapshotChunkBytes: [4_000, 20_000],
      requestTimeoutMs: [200, 2_000],
      rotateLeaderMs: [0, 500],
      rotateMembersMs: [0, 300],
    },
    levels: READ_LEVELS,
    timeoutMs: [600, 1_500],
    pace: 4,
    recoveryMs: 4_200,
    fixed: ['timestamps', 'maxClockOffsetMs', 'closedAfterMs', 'staleReads', 'oracleWindowMs'],
    bends: [
      {
        percent: 9,
        params: () => ({ ...COMMIT_WAIT, reads: 'auto' }),
        consistency: {},
        clocks: TRUETIME,
      },
      {
        percent: 9,
        params: () => ({ ...COMMIT_WAIT, closedAfterMs: 50, reads: 'timestamp', rotateLeaderMs: 300 }),
        consistency: { read: 'linearizable', onPartition: 'consistency' },
        clocks: TRUETIME,
      },
      {
        percent: 9,
        params: () => ({ ...HYBRID, staleReads: 'exact', reads: 'auto' }),
        consistency: { read: 'bounded-staleness', onPartition: 'consistency' },
        clocks: QUARTZ,
      },
      {
        percent: 9,
        params: () => ({ ...HYBRID, reads: 'timestamp', rotateLeaderMs: 200 }),
        consistency: { read: 'linearizable', onPartition: 'consistency' },
        clocks: QUARTZ,
      },
      // However wrong clocks are.
      {
        percent: 9,
        params: () => ({ timestamps: 'oracle', checkQuorum: true, oracleWindowMs: 60, rotateLeaderMs: 150 }),
        consistency: { read: 'linearizable', onPartition: 'consistency' },
      },
    ],
  },
  'multi-leader': {
    ranges: {
      shipDelayMs: [0, 20],
      batchEvents: [1, 10],
      windowEvents: [1, 50],
      // Short enough for state transfers, and for states that are cheap to copy and compare.
      logEventsMax: [1, 40],
      // A ring hands whole states on from one to the next: cell by cell that would take longer than a run waits for.
      cellsPerMessage: [5, 20],
      heartbeatMs: [20, 100],
      resendAfterMs: [100, 400],
      suspectAfterMs: [250, 600],
      requestTimeoutMs: [200, 2_000],
      pendingMax: [4, 100],
    },
    levels: ['eventual', 'causal', 'read-your-writes', 'monotonic-reads'],
    sessions: ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'],
    timeoutMs: [50, 800],
    pace: 2,
    recoveryMs: 0,
  },
  chain: {
    ranges: {
      maxStalenessMs: [0, 300],
      maxInconsistencyMs: [0, 300],
      maxInconsistencyVersions: [0, 5],
      // The slowest links take longer than the shortest of these: false suspicions are part of the load.
      heartbeatMs: [50, 120],
      suspectAfterMs: [250, 600],
      leaseMs: [150, 400],
      masters: [1, 3],
      // More than what all faults together do to a clock.
      clockDriftPpm: [10_000, 100_000],
      resendAfterMs: [50, 300],
      requestTimeoutMs: [200, 2_000],
      pendingMax: [4, 100],
      batchUpdatesMax: [1, 20],
      // States that are cheap to copy and compare, and transfers of whole ones.
      catchUpUpdates: [0, 10],
      snapshotChunkBytes: [100, 20_000],
    },
    levels: READ_LEVELS,
    sessions: ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'],
    timeoutMs: [600, 1_500],
    pace: 4,
    recoveryMs: 4_000,
  },
  'single-leader': {
    changesUnder: ['none'],
    ranges: {
      syncReplicas: [1, 2],
      degradeAfterMs: [0, 300],
      maxStalenessMs: [0, 300],
      leaseMs: [100, 250],
      heartbeatMs: [10, 50],
      // More than what all faults together do to a clock.
      clockDriftPpm: [10_000, 100_000],
      operatorDelayMs: [100, 600],
      shipEveryMs: [0, 30],
      applyDelayMs: [0, 20],
      inflightMax: [1, 8],
      batchEntriesMax: [1, 20],
      // Short enough for full copies, and for states that are cheap to copy and compare.
      retainEntries: [1, 30],
      copyChunkBytes: [256, 20_000],
      requestTimeoutMs: [200, 2_000],
      pendingMax: [16, 100],
    },
    levels: READ_LEVELS,
    sessions: ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'],
    timeoutMs: [600, 1_500],
    pace: 4,
    recoveryMs: 4_200,
  },
  'ttl-cache': {
    ranges: {
      ttlMs: [0, 400],
      negativeTtlMs: [0, 400],
      ttlJitterPercent: [0, 50],
      prefetchPercent: [0, 50],
      staleWhileRevalidateMs: [0, 300],
      serveStaleMs: [0, 800],
      staleAfterMs: [0, 200],
      failureRecheckMs: [0, 400],
      // Caches that are too small for the keys.
      maxEntries: [1, 20],
      parents: [0, 2],
      maxStalenessMs: [0, 300],
      upstreamTimeoutMs: [50, 400],
      upstreamTries: [1, 3],
      requestTimeoutMs: [200, 2_000],
      pendingMax: [4, 100],
    },
    levels: READ_LEVELS,
    sessions: ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'],
    timeoutMs: [300, 1_500],
    pace: 2,
    recoveryMs: 0,
  },
  zab: {
    ranges: {
      maxStalenessMs: [0, 300],
      tickMs: [80, 120],
      // Enough for the slowest links, six of which a new leader has to go through one after another.
      initLimit: [12, 15],
      syncLimit: [4, 6],
      electionWaitMs: [10, 50],
      outstandingMax: [4, 100],
      requestTimeoutMs: [200, 2_000],
      snapshotEvery: [1, 30],
      diffTxns: [0, 10],
      snapshotChunkBytes: [256, 20_000],
      retransmitMs: [80, 200],
    },
    levels: READ_LEVELS,
    sessions: ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'],
    timeoutMs: [600, 1_500],
    pace: 10,
    recoveryMs: 7_000,
  },
}

export const NO_HABITS: Habits = { ranges: {}, levels: [], timeoutMs: [50, 800], pace: 1, recoveryMs: 0 }
