import { createLeaderless, protocol as leaderless } from '../leaderless/index.ts'
import { RULES } from '../leaderless/rules.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { configured, hearing, withoutWaiting } from './wrap.ts'

const DYNAMO = 'DeCandia et al., "Dynamo: Amazon\'s Highly Available Key-value Store", SOSP 2007'
const ABD = 'Attiya, Bar-Noy and Dolev, "Sharing Memory Robustly in Message-Passing Systems", JACM 1995'
const PAXOS = 'Lamport, "Paxos Made Simple", 2001'

/** Strict quorums that overlap, of which one never learns everything at once. */
const QUORUMS: Habitat = {
  replicas: [3, 3],
  params: { n: 3, r: 2, w: 2, requestTimeoutMs: 200, suspectAfterMs: 2_000, durability: 'fsync' },
  keys: [1, 2],
  clients: [2, 4],
  thinkMs: [2, 12],
  link: { oneWay: { dist: 'uniform', min: 1, max: 30 } },
  faults: ['isolate', 'partition', 'loss'],
  faultCount: [4, 10],
  faultMs: [50, 400],
  durationMs: [800, 1_500],
  judges: ['no stale read'],
}

/** Reads are quick, and find writes and repairs on their way. */
const SLOW_WRITES = {
  oneWay: { dist: 'uniform', min: 1, max: 3 },
  oneWayOf: {
    'leaderless.write': { dist: 'exponential', meanMs: 50 },
    'leaderless.repair': { dist: 'exponential', meanMs: 50 },
  },
}

const ATOMIC: Habitat = {
  ...QUORUMS,
  params: { ...QUORUMS.params, registers: 'abd' },
  read: 'linearizable',
  judges: ['linearizable'],
}

const SWAPS: Habitat = {
  ...QUORUMS,
  params: { ...QUORUMS.params, registers: 'paxos', lightweightTransactions: true, contentionMs: [5, 40] },
  read: 'linearizable',
  mix: { read: 0.3, update: 0.3, compareAndSet: 0.4 },
  link: { oneWay: { dist: 'uniform', min: 1, max: 12 } },
  faultCount: [6, 14],
  judges: ['linearizable'],
}

/** Replicas join and leave, and what a newcomer copies takes its time; writes by different coordinators overlap little. */
const MOVES: Habitat = {
  ...QUORUMS,
  replicas: [4, 5],
  keys: [6, 12],
  changes: [3, 6],
  link: {
    oneWay: { dist: 'uniform', min: 1, max: 30 },
    oneWayOf: {
      'leaderless.chunk': { dist: 'exponential', meanMs: 60 },
      'leaderless.view': { dist: 'exponential', meanMs: 40 },
    },
  },
  durationMs: [1_500, 2_500],
}

const BY_PAXOS = [
  'linearizable',
  'acceptors keep their promises',
  'a ballot has one proposal',
  'a version has one value',
  'an assertion',
]

const stampsByClockAlone = hearing(leaderless, (input) =>
  input.type === 'request' && input.op.f === 'write'
    ? { ...input, session: { ...input.session, token: null } }
    : input,
)

export const LEADERLESS_BUGS: readonly PlantedBug[] = [
  {
    id: 'leaderless/acknowledges-before-fsync',
    sentence: 'Replicas confirm writes that a crash still takes from them.',
    source: 'Apache Cassandra documentation, commitlog_sync: periodic acknowledges before the sync',
    protocol: withoutWaiting(leaderless),
    habitat: {
      ...QUORUMS,
      fsyncMs: [20, 80],
      faults: ['power-loss', 'crash'],
      faultMs: [5, 60],
      faultCount: [6, 14],
    },
    caughtBy: ['no stale read'],
  },
  {
    id: 'leaderless/sloppy-quorum-counts',
    sentence: 'Confirmations of stand-ins count although the topology asks for strict quorums.',
    source: `${DYNAMO}, section 4.6; Bailis et al., "Probabilistically Bounded Staleness", VLDB 2012`,
    protocol: configured(leaderless, (params) => ({ ...params, sloppyQuorum: true })),
    habitat: {
      ...QUORUMS,
      replicas: [6, 6],
      params: { ...QUORUMS.params, suspectAfterMs: 40, requestTimeoutMs: 150 },
      link: { oneWay: { dist: 'uniform', min: 1, max: 10 } },
      faults: ['partition', 'partition', 'isolate'],
      faultMs: [100, 400],
      timeoutMs: 200,
    },
    caughtBy: ['no stale read'],
  },
  {
    id: 'leaderless/answers-before-repair',
    sentence: 'A read answers before the repairs that it promises to wait for.',
    source: 'Apache Cassandra 4 documentation, "Read repair": blocking repair makes quorum reads monotonic',
    protocol: createLeaderless({ ...RULES, waitsForRepairs: () => false }),
    habitat: {
      ...QUORUMS,
      params: { ...QUORUMS.params, readRepair: 'blocking' },
      link: SLOW_WRITES,
      keys: [1, 1],
      mix: { read: 0.8, update: 0.2 },
      judges: ['monotonic-reads'],
    },
    caughtBy: ['monotonic-reads'],
  },
  {
    id: 'leaderless/tombstone-collected-early',
    sentence: 'A deletion is forgotten at once, and a replica that missed it brings the value back.',
    source: 'Apache Cassandra documentation, "Compaction": tombstones, gc_grace_seconds and zombies',
    protocol: createLeaderless({ ...RULES, forgetsAt: (goneAt) => goneAt }),
    habitat: { ...QUORUMS, mix: { read: 0.4, update: 0.3, delete: 0.3 } },
    caughtBy: ['no stale read'],
  },
  {
    id: 'leaderless/last-writer-wins-by-skewed-clocks',
    sentence: "A session's write gets an older timestamp than the one it replaces, and is lost.",
    source: 'Kingsbury, "The trouble with timestamps", 2013; Jepsen, "Cassandra", 2013',
    protocol: stampsByClockAlone,
    habitat: {
      ...QUORUMS,
      keys: [1, 1],
      clients: [1, 1],
      clockOffsetMs: 300,
      read: 'read-your-writes',
      judges: ['read-your-writes', 'monotonic-writes'],
    },
    caughtBy: ['read-your-writes', 'monotonic-writes'],
  },
  {
    id: 'leaderless/abd-without-write-back',
    sentence: 'A read returns what it found without making sure that a quorum has it.',
    source: `${ABD}, section 3; Lynch and Shvartsman, FTCS 1997`,
    protocol: createLeaderless({ ...RULES, mustWriteBack: () => false }),
    habitat: {
      ...ATOMIC,
      link: SLOW_WRITES,
      keys: [1, 1],
      mix: { read: 0.8, update: 0.2 },
    },
    caughtBy: ['linearizable'],
  },
  {
    id: 'leaderless/abd-without-query',
    sentence: 'A write takes its timestamp from its own clock instead of asking a quorum for the newest.',
    source:
      'Lynch and Shvartsman, "Robust emulation of shared memory using dynamic quorum-acknowledged broadcasts", FTCS 1997',
    protocol: createLeaderless({ ...RULES, stampFloor: () => 0 }),
    habitat: { ...ATOMIC, clockOffsetMs: 200 },
    caughtBy: ['linearizable', 'a version has one value'],
  },
  {
    id: 'leaderless/newcomer-read-before-it-has-copied',
    sentence: 'Reads go over to the new members before these have copied what the former ones hold.',
    source:
      'Apache Cassandra documentation, "Adding nodes": a joining node serves no reads until it has streamed its ranges',
    protocol: createLeaderless({ ...RULES, mayRead: () => true }),
    habitat: MOVES,
    caughtBy: ['no stale read'],
  },
  {
    id: 'leaderless/writes-to-former-members-only',
    sentence: 'While a newcomer copies, writes go to the former members alone.',
    source:
      'CASSANDRA-833 and CASSANDRA-2434: writes to pending ranges, and consistency over range movements',
    protocol: createLeaderless({ ...RULES, writesToBoth: () => false }),
    habitat: MOVES,
    caughtBy: ['no stale read'],
  },
  {
    id: 'leaderless/old-map-is-served',
    sentence: 'A replica serves what was asked under an older view of the members than its own.',
    source:
      'Apache Cassandra, CEP-21 "Transactional cluster metadata": requests from behind its epoch are refused',
    protocol: createLeaderless({ ...RULES, mustDecline: () => false }),
    habitat: { ...MOVES, params: { ...MOVES.params, coordinator: 'client' } },
    caughtBy: ['no stale read'],
  },
  {
    id: 'leaderless/paxos-promises-not-durable',
    sentence: 'Acceptors answer before their promise is on disk.',
    source: `${PAXOS}, section 2.5: an acceptor records its response before it sends it`,
    protocol: createLeaderless({ ...RULES, answersFromDisk: () => false }),
    habitat: {
      ...SWAPS,
      fsyncMs: [15, 60],
      faults: ['power-loss', 'crash'],
      faultMs: [2, 30],
      faultCount: [10, 20],
    },
    caughtBy: BY_PAXOS,
  },
  {
    id: 'leaderless/paxos-accepts-old-ballot',
    sentence: 'An acceptor accepts a ballot older than one it has promised itself to.',
    source: `${PAXOS}, section 2.2, P1a`,
    protocol: createLeaderless({ ...RULES, mayAccept: () => true }),
    habitat: SWAPS,
    caughtBy: BY_PAXOS,
  },
  {
    id: 'leaderless/paxos-promises-to-old-ballot',
    sentence: 'An acceptor promises itself to a ballot older than one it has promised itself to.',
    source: `${PAXOS}, section 2.2, phase 1`,
    protocol: createLeaderless({ ...RULES, mayPromise: () => true }),
    habitat: SWAPS,
    caughtBy: BY_PAXOS,
  },
  {
    id: 'leaderless/paxos-leaves-proposals-unfinished',
    sentence: 'A proposer goes on with its own value although an earlier one may have been chosen.',
    source: `${PAXOS}, section 2.2, P2c; CASSANDRA-12126 (a serial read that misses an accepted proposal)`,
    protocol: createLeaderless({ ...RULES, mustFinish: () => false }),
    habitat: SWAPS,
    caughtBy: BY_PAXOS,
  },
  {
    id: 'leaderless/paxos-without-majority',
    sentence: 'Half of the members are taken for a majority.',
    source: `${PAXOS}, section 2.1: any two majorities have an acceptor in common`,
    protocol: createLeaderless({ ...RULES, majorityOf: (members) => Math.ceil(members / 2) }),
    habitat: { ...SWAPS, replicas: [4, 4], params: { ...SWAPS.params, n: 4, r: 3, w: 2 } },
    caughtBy: BY_PAXOS,
  },
]
