import type { Outbox } from '../contract.ts'
import { settle } from '../raft/apply.ts'
import { forgetWritten, persist } from '../raft/durable.ts'
import { protocol as raft } from '../raft/index.ts'
import { lastIndex, termAt, truncate } from '../raft/log.ts'
import type { AppendEntries, Message } from '../raft/messages.ts'
import { quorumValue } from '../raft/quorum.ts'
import { advanceCommit } from '../raft/replication.ts'
import { configurationOf } from '../raft/state.ts'
import type { State } from '../raft/state.ts'
import type { PlantedBug } from './planted-bug.ts'
import { CHURN, LOGS } from './raft-habitats.ts'
import { RAFT_DISSERTATION, RAFT_GUIDE, RAFT_PAPER } from './sources.ts'
import { afterwards, around, hearing, Relay, saying, withoutWaiting } from './wrap.ts'

const CAUGHT_BY = [
  'log matching',
  'leader completeness',
  'state machine safety',
  'indexes are in order',
  'one configuration change at a time',
  'an assertion',
  'linearizable',
  'log order',
  'convergence',
]

/** The entries that a follower was sent and, as the present leader's follower, has taken. */
function accepted(state: State, body: AppendEntries): boolean {
  return body.term === state.term && termAt(state.log, body.prevIndex) === body.prevTerm
}

const oldTermCommit = afterwards(raft, (state, _input, out) => {
  if (state.lead === null) return
  const { lead, durableIndex } = state
  const index = quorumValue(configurationOf(state), (place) =>
    place === state.self ? durableIndex : (lead.progress.get(place)?.matched ?? 0),
  )
  if (index <= state.commitIndex) return
  state.commitIndex = index
  settle(state, out)
})

/** A search that ends well before the conflict. */
const searchesFar = hearing(raft, (input) =>
  input.type === 'message' && input.body.kind === 'raft.appendEntriesReply' && !input.body.isAccepted
    ? { ...input, body: { ...input.body, hintIndex: Math.max(0, input.body.hintIndex - 4) } }
    : input,
)

const commitPastMatch = afterwards(searchesFar, (state, input, out) => {
  if (input.type !== 'message' || input.body.kind !== 'raft.appendEntries') return
  const { body } = input
  if (!accepted(state, body)) return
  state.commitIndex = Math.max(state.commitIndex, Math.min(body.commit, lastIndex(state.log)))
  settle(state, out)
})

class UnclampedHeartbeats extends Relay<Message> {
  readonly #state: State

  constructor(out: Outbox<Message>, state: State) {
    super(out)
    this.#state = state
  }

  override send(to: number, body: Message, after?: number): void {
    const isHeartbeat = body.kind === 'raft.heartbeat'
    this.out.send(to, isHeartbeat ? { ...body, commit: this.#state.commitIndex } : body, after)
  }
}

const conflictingTailKept = around(raft, (step, state, at, input, out) => {
  if (input.type !== 'message' || input.body.kind !== 'raft.appendEntries') {
    step(state, at, input, out)
    return
  }
  const { log } = state
  const { prevIndex, entries } = input.body
  const before = lastIndex(log)
  const tail = log.entries.slice(Math.max(0, prevIndex + entries.length - log.offset))
  step(state, at, input, out)
  const after = lastIndex(log)
  if (after >= before || after !== prevIndex + entries.length) return
  log.entries.push(...tail)
  state.writtenIndex = lastIndex(log)
  persist(state, { type: 'append', from: after + 1, entries: tail }, out)
})

/** Takes everything after an index back, on disk too. */
function cut(state: State, last: number, out: Outbox<Message>): void {
  truncate(state.log, last + 1)
  forgetWritten(state, last + 1)
  const { configurations } = state
  while (configurations.length > 1 && configurations[configurations.length - 1].index > last)
    configurations.pop()
  persist(state, { type: 'append', from: last + 1, entries: [] }, out)
}

const truncatesWithoutConflict = afterwards(raft, (state, input, out) => {
  if (input.type !== 'message' || input.body.kind !== 'raft.appendEntries') return
  const { body } = input
  const last = body.prevIndex + body.entries.length
  if (body.entries.length === 0 || !accepted(state, body)) return
  if (last < lastIndex(state.log) && last >= state.commitIndex) cut(state, last, out)
})

const noPreviousCheck = hearing(raft, (input, state) => {
  if (input.type !== 'message' || input.body.kind !== 'raft.appendEntries') return input
  const prevTerm = termAt(state.log, input.body.prevIndex)
  return prevTerm < 0 ? input : { ...input, body: { ...input.body, prevTerm } }
})

const compactedIsConflict = around(raft, (step, state, at, input, out) => {
  if (
    input.type === 'message' &&
    input.body.kind === 'raft.appendEntries' &&
    input.body.term === state.term
  ) {
    const { log } = state
    if (input.body.prevIndex < log.offset && lastIndex(log) > log.offset) cut(state, log.offset, out)
  }
  step(state, at, input, out)
})

const ownVoteEarly = afterwards(raft, (state, _input, out) => {
  if (state.lead === null || state.durableIndex === state.writtenIndex) return
  state.durableIndex = state.writtenIndex
  advanceCommit(state)
  settle(state, out)
})

export const LOG_BUGS: readonly PlantedBug[] = [
  {
    id: 'raft/old-term-commit',
    sentence: 'A leader commits an entry of an earlier term because a majority has it.',
    source: `${RAFT_PAPER}, §5.4.2 and figure 8`,
    protocol: oldTermCommit,
    habitat: CHURN,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/commit-past-match',
    sentence:
      "A follower commits up to the leader's commit index, be its own entries up to there the leader's or not. (The leader's search for the conflict, whose precision hides it, goes back too far.)",
    source: `${RAFT_PAPER}, figure 2: min(leaderCommit, index of last new entry); ${RAFT_GUIDE}`,
    protocol: commitPastMatch,
    habitat: CHURN,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/commit-by-heartbeat',
    sentence: 'Heartbeats name the commit index to followers whose logs are not known to reach it.',
    source:
      "etcd-io/raft, raft.go, sendHeartbeat: the leader must not forward the follower's commit to an unmatched index",
    protocol: saying(raft, (out, state) => new UnclampedHeartbeats(out, state)),
    habitat: LOGS,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/conflicting-tail-kept',
    sentence: 'A follower overwrites the entry that conflicts and keeps those after it.',
    source: `${RAFT_PAPER}, figure 2: delete the existing entry and all that follow it`,
    protocol: conflictingTailKept,
    habitat: { ...LOGS, replicas: [5, 5] },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/truncates-without-conflict',
    sentence: 'A follower cuts its log after the entries of each append, also of one that arrives late.',
    source: `${RAFT_PAPER}, figure 2; ${RAFT_GUIDE}: "if an existing entry conflicts"`,
    protocol: truncatesWithoutConflict,
    habitat: {
      ...CHURN,
      params: { ...CHURN.params, inflightMax: 16, electionTimeoutMs: 50 },
      link: {
        oneWay: { dist: 'uniform', min: 1, max: 4 },
        oneWayOf: { 'raft.appendEntries': { dist: 'uniform', min: 1, max: 40 } },
        duplicatePpm: 300_000,
      },
    },
    caughtBy: [...CAUGHT_BY, 'progress'],
  },
  {
    id: 'raft/no-previous-check',
    sentence: 'A follower takes entries without asking whether its log agrees with the leader before them.',
    source: `${RAFT_PAPER}, §5.3: the consistency check of AppendEntries`,
    protocol: noPreviousCheck,
    habitat: { ...LOGS, replicas: [5, 5], faultCount: [14, 24] },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/compacted-prefix-conflicts',
    sentence: 'An append that begins before the compacted part of the log is taken for a conflict.',
    source: `${RAFT_PAPER}, §7`,
    protocol: compactedIsConflict,
    habitat: {
      ...LOGS,
      params: { ...LOGS.params, snapshotEvery: 4, catchUpEntries: 0 },
      link: { oneWay: { dist: 'uniform', min: 1, max: 40 }, duplicatePpm: 100_000, reorderPpm: 200_000 },
    },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/acknowledges-before-fsync',
    sentence: 'Replicas answer before what they say is on their disks.',
    source: `${RAFT_PAPER}, figure 2: persistent state is updated on stable storage before responding to RPCs`,
    protocol: withoutWaiting(raft),
    habitat: {
      ...LOGS,
      fsyncMs: [10, 60],
      faults: ['power-loss', 'crash'],
      faultMs: [5, 120],
      faultCount: [4, 10],
    },
    caughtBy: [...CAUGHT_BY, 'election safety', 'votes are cast once'],
  },
  {
    id: 'raft/own-vote-early',
    sentence: 'A leader that writes in parallel counts itself before its own disk has the entry.',
    source: `${RAFT_DISSERTATION}, §10.2.1`,
    protocol: ownVoteEarly,
    habitat: {
      ...CHURN,
      fsyncMs: [1, 60],
      params: { ...CHURN.params, electionTimeoutMs: 60, batchEntriesMax: 10, inflightMax: 16 },
      faults: ['partition', 'crash'],
      inTurn: false,
      faultCount: [20, 30],
      faultMs: [10, 150],
      atLeaders: 80,
    },
    caughtBy: CAUGHT_BY,
  },
]
