import { settle } from '../raft/apply.ts'
import { protocol as raft } from '../raft/index.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { LOGS } from './raft-habitats.ts'
import { beforeOwnTermCommit } from './raft-snapshots.ts'
import { RAFT_DISSERTATION, RAFT_PAPER, SESSION_GUARANTEES } from './sources.ts'
import { afterwards, around, configured, hearing } from './wrap.ts'

/** Reads that nothing but their answers betrays. */
const BY_READS = ['linearizable', 'log order']

const READS: Habitat = {
  ...LOGS,
  params: { ...LOGS.params, reads: 'read-index' },
  replicas: [3, 5],
  faults: ['partition'],
  inTurn: true,
  faultCount: [30, 30],
  faultMs: [80, 300],
  keys: [1, 1],
  mix: { read: 0.7, update: 0.3 },
}

const LEASES: Habitat = {
  ...READS,
  // Of four followers one soon loses patience.
  replicas: [5, 5],
  params: {
    ...READS.params,
    checkQuorum: true,
    reads: 'lease',
    electionTimeoutMs: 250,
    heartbeatMs: 30,
    clockDriftPpm: 450_000,
  },
  faultMs: [400, 900],
  // Clients keep away from whoever leaves a write unanswered; these hardly write.
  clients: [5, 7],
  thinkMs: [4, 10],
  mix: { read: 0.96, update: 0.04 },
  durationMs: [1_800, 2_400],
  clockDriftPpm: 440_000,
}

/** Whoever has gone on to a later term confirms an earlier leader's round all the same. */
const acrossTerms = around(raft, (step, state, at, input, out) => {
  const isOld =
    input.type === 'message' && input.body.kind === 'raft.heartbeat' && input.body.term < state.term
  if (!isOld) {
    step(state, at, input, out)
    return
  }
  const { term, round } = input.body
  out.send(input.from, { kind: 'raft.heartbeatReply', term, round })
})

const withoutRound = afterwards(raft, (state, _input, out) => {
  const { lead } = state
  if (lead === null || lead.reads.length === 0 || lead.confirmedRound === lead.round) return
  lead.confirmedRound = lead.round
  lead.sentNs.clear()
  settle(state, out)
})

const followerDoesNotWait = hearing(raft, (input) =>
  input.type === 'message' && input.body.kind === 'raft.readIndexReply'
    ? { ...input, body: { ...input.body, index: 0 } }
    : input,
)

const wallClock = around(raft, (step, state, at, input, out) => {
  step(state, { ...at, monotonicNs: at.wallNs }, input, out)
})

const forgetsToken = hearing(raft, (input) =>
  input.type === 'request' ? { ...input, session: { ...input.session, token: null } } : input,
)

const retriesAnew = hearing(raft, (input) =>
  input.type === 'request' ? { ...input, session: { ...input.session, sequence: input.opId } } : input,
)

export const READ_BUGS: readonly PlantedBug[] = [
  {
    id: 'raft/read-index-before-own-commit',
    sentence: 'A new leader answers reads by its commit index before an entry of its own term is committed.',
    source: `${RAFT_DISSERTATION}, §6.4, step 1`,
    protocol: beforeOwnTermCommit,
    habitat: { ...READS, replicas: [3, 3], params: { ...READS.params, inflightMax: 1 } },
    caughtBy: BY_READS,
  },
  {
    id: 'raft/read-index-across-terms',
    sentence: 'Followers of a later term confirm the leadership of an earlier one.',
    source: `${RAFT_DISSERTATION}, §6.4, step 3`,
    protocol: acrossTerms,
    habitat: {
      ...READS,
      params: { ...READS.params, electionTimeoutMs: 120, heartbeatMs: 60 },
      faultMs: [60, 250],
    },
    caughtBy: BY_READS,
  },
  {
    id: 'raft/read-index-without-round',
    sentence: 'Whoever takes itself for the leader answers reads at once.',
    source: `${RAFT_DISSERTATION}, §6.4; Jepsen, "etcd and Consul", 2014 (stale reads at a deposed leader)`,
    protocol: withoutRound,
    habitat: READS,
    caughtBy: BY_READS,
  },
  {
    id: 'raft/follower-read-does-not-wait',
    sentence: 'A follower answers as soon as it has the read index, without having applied so much.',
    source: `${RAFT_DISSERTATION}, §6.4, step 4`,
    protocol: followerDoesNotWait,
    habitat: { ...READS, params: { ...READS.params, reads: 'follower-read-index' } },
    caughtBy: BY_READS,
  },
  {
    id: 'raft/lease-without-drift',
    sentence: 'A lease does not allow for a leader whose clock is slow.',
    source: `${RAFT_DISSERTATION}, §6.4.1: the lease relies on a bound on clock drift`,
    protocol: configured(raft, (params) => ({ ...params, clockDriftPpm: 0 })),
    habitat: LEASES,
    caughtBy: BY_READS,
  },
  {
    id: 'raft/lease-by-wall-clock',
    sentence: 'Leases are measured by a clock that may be set back.',
    source: `${RAFT_DISSERTATION}, §6.4.1`,
    protocol: wallClock,
    habitat: {
      ...LEASES,
      clockDriftPpm: 0,
      params: { ...LEASES.params, clockDriftPpm: 1_000 },
      faults: ['partition', 'clock', 'clock'],
      inTurn: false,
      faultCount: [12, 16],
      faultMs: [300, 900],
    },
    caughtBy: [...BY_READS, 'election safety', 'leader completeness'],
  },
  {
    id: 'raft/lagging-follower-read',
    sentence: 'A follower answers a session from less than the session has written.',
    source: SESSION_GUARANTEES,
    protocol: forgetsToken,
    habitat: {
      ...READS,
      params: { ...LOGS.params, reads: 'auto' },
      read: 'read-your-writes',
      judges: ['read-your-writes', 'log order'],
    },
    caughtBy: ['read-your-writes', 'log order'],
  },
  {
    id: 'raft/retry-applied-twice',
    sentence: 'A retried command is applied again.',
    source: `${RAFT_PAPER}, §8; ${RAFT_DISSERTATION}, §6.3`,
    protocol: retriesAnew,
    habitat: {
      ...READS,
      mix: { read: 0.4, update: 0.6 },
      timeoutMs: 50,
      retries: 3,
      link: { oneWay: { dist: 'uniform', min: 1, max: 15 }, lossPpm: 60_000 },
    },
    caughtBy: BY_READS,
  },
  {
    id: 'raft/pre-vote-behind-a-bridge',
    sentence:
      'A leader that only one follower hears keeps that follower from voting for another, and never steps down (CheckQuorum is off).',
    source:
      'Lianza and Snook, "A Byzantine failure in the real world", Cloudflare, 2020; Ng, Haridi and Carbone, "Omni-Paxos", EuroSys 2023',
    protocol: configured(raft, (params) => ({ ...params, checkQuorum: false })),
    habitat: {
      ...READS,
      replicas: [5, 5],
      params: { ...LOGS.params, preVote: true, checkQuorum: true },
      read: 'eventual',
      mix: { update: 1 },
      retries: 3,
      timeoutMs: 300,
      faults: ['pause'],
      faultCount: [0, 0],
      bridge: true,
      durationMs: [600, 600],
      recoveryMs: 5_000,
      thinkMs: [60, 100],
      judges: ['progress'],
    },
    caughtBy: ['progress'],
  },
]
