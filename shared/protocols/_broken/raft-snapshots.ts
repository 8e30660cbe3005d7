import type { Outbox } from '../contract.ts'
import { settle } from '../raft/apply.ts'
import { configurationsIn } from '../raft/configurations.ts'
import { forgetWritten, persist, resetLog } from '../raft/durable.ts'
import type { DurableRecord } from '../raft/durable.ts'
import { protocol as raft } from '../raft/index.ts'
import { lastIndex } from '../raft/log.ts'
import type { InstallSnapshot, Message } from '../raft/messages.ts'
import { restoreMachine } from '../raft/snapshot.ts'
import { onRotateMembers } from '../raft/rotation.ts'
import type { Snapshot } from '../raft/snapshot.ts'
import type { State } from '../raft/state.ts'
import type { Habitat, PlantedBug } from './planted-bug.ts'
import { CHURN, LOGS } from './raft-habitats.ts'
import { RAFT_DISSERTATION, RAFT_PAPER } from './sources.ts'
import { around, afterwards, hearing, Relay } from './wrap.ts'

const CAUGHT_BY = [
  'election safety',
  'votes are cast once',
  'log matching',
  'leader completeness',
  'state machine safety',
  'indexes are in order',
  'one configuration change at a time',
  'the digest is that of the store',
  'an assertion',
  'linearizable',
  'log order',
  'convergence',
  'the record',
]

const SNAPSHOTS: Habitat = {
  ...LOGS,
  params: {
    ...LOGS.params,
    checkQuorum: true,
    snapshotEvery: [2, 6],
    catchUpEntries: 0,
    snapshotChunkBytes: 256,
  },
  faults: ['partition', 'isolate', 'crash', 'pause'],
  faultMs: [50, 300],
  atLeaders: 0,
}

/** Whether a message brings the whole of a snapshot that a replica is past already. */
function isOldAndWhole(state: State, body: InstallSnapshot): boolean {
  const isWhole = body.offset === 0 && body.isLast
  return (
    isWhole &&
    body.term === state.term &&
    body.index <= state.commitIndex &&
    body.index < lastIndex(state.log)
  )
}

/** Installs a snapshot, whatever the log has after it. */
function overwrite(state: State, body: InstallSnapshot, out: Outbox<Message>): void {
  const { index, indexTerm: term, configuration, cells, sessions, windowNs } = body
  const snapshot: Snapshot = { index, term, configuration, cells, sessions, windowNs }
  forgetWritten(state, 0)
  resetLog(state.log, snapshot)
  state.writtenIndex = index
  state.snapshot = snapshot
  state.commitIndex = index
  state.configurations.splice(0, Infinity, ...configurationsIn(state.log, snapshot, configuration))
  restoreMachine(state.machine, snapshot)
  persist(state, { type: 'install', snapshot, keepsTail: false }, out)
}

const deletesNewer = around(raft, (step, state, at, input, out) => {
  const isOld =
    input.type === 'message' &&
    input.body.kind === 'raft.installSnapshot' &&
    state.role === 'follower' &&
    isOldAndWhole(state, input.body)
  if (isOld) overwrite(state, input.body, out)
  step(state, at, input, out)
})

/** Snapshots of one's own are changed before they are kept. */
class ChangedSnapshots extends Relay<Message> {
  readonly #change: (snapshot: Snapshot) => Snapshot

  constructor(out: Outbox<Message>, change: (snapshot: Snapshot) => Snapshot) {
    super(out)
    this.#change = change
  }

  override persist(writeId: number, record: unknown): void {
    const change = record as DurableRecord
    const isOwn = change.type === 'compact'
    this.out.persist(writeId, isOwn ? { ...change, snapshot: this.#change(change.snapshot) } : record)
  }
}

function withSnapshots(change: (snapshot: Snapshot, state: State) => Snapshot): typeof raft {
  return around(raft, (step, state, at, input, out) => {
    const before = state.snapshot
    const changed = (snapshot: Snapshot) => change(snapshot, state)
    step(state, at, input, new ChangedSnapshots(out, changed))
    const isOwn = state.snapshot !== before && state.incoming === null && state.snapshot !== null
    if (isOwn && state.snapshot !== null) state.snapshot = changed(state.snapshot)
  })
}

const staleMembership = withSnapshots((snapshot, { founders }) => ({
  ...snapshot,
  configuration: { voters: founders, outgoing: [], learners: [] },
}))

const sessionsForgotten = withSnapshots((snapshot) => ({ ...snapshot, sessions: [] }))

const chunksMixed = hearing(raft, (input, state) => {
  const { incoming } = state
  if (input.type !== 'message' || input.body.kind !== 'raft.installSnapshot' || incoming === null)
    return input
  // The chunks so far count as this leader's, whoever sent them.
  if (incoming.leaderTerm < input.body.term)
    Object.assign(incoming, { leaderTerm: input.body.term, index: input.body.index })
  return input
})

/** A leader takes its own first entry for committed, and so itself for informed of what is. */
const beforeOwnTermCommit = afterwards(raft, (state, _input, out) => {
  if (state.lead === null || state.lead.firstIndex === 0) return
  Object.assign(state.lead, { firstIndex: 0 })
  settle(state, out)
})

/** Appends are lost; what they held goes again with a later heartbeat. */
class WithoutAppends extends Relay<Message> {
  override send(to: number, body: Message, after?: number): void {
    if (body.kind !== 'raft.appendEntries') this.out.send(to, body, after)
  }
}

const changesAtOnce = around(beforeOwnTermCommit, (step, state, at, input, out) => {
  const wasLeader = state.lead !== null
  step(state, at, input, wasLeader ? out : new WithoutAppends(out))
  if (!wasLeader && state.lead !== null) onRotateMembers(state, out)
})

export const SNAPSHOT_BUGS: readonly PlantedBug[] = [
  {
    id: 'raft/snapshot-deletes-newer',
    sentence: 'A snapshot that arrives twice, or late, replaces the entries after it too.',
    source: `${RAFT_PAPER}, §7: entries following the snapshot are still valid and must be retained`,
    protocol: deletesNewer,
    habitat: {
      ...CHURN,
      keys: [1, 1],
      params: {
        ...CHURN.params,
        snapshotEvery: [2, 4],
        catchUpEntries: 0,
        batchEntriesMax: 10,
        electionTimeoutMs: 40,
      },
      // The second copy of a snapshot comes when much has happened since the first.
      link: {
        oneWay: { dist: 'uniform', min: 1, max: 4 },
        oneWayOf: { 'raft.installSnapshot': { dist: 'uniform', min: 3, max: 120 } },
        duplicatePpm: 500_000,
      },
      faultMs: [30, 120],
    },
    caughtBy: [...CAUGHT_BY, 'progress'],
  },
  {
    id: 'raft/snapshot-with-stale-membership',
    sentence: 'A snapshot names the members that the group began with, not those as of its last entry.',
    source: `${RAFT_PAPER}, §7: the latest configuration in the log as of last included index`,
    protocol: staleMembership,
    habitat: {
      ...SNAPSHOTS,
      replicas: [4, 5],
      params: { ...SNAPSHOTS.params, rotateMembersMs: 60 },
    },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/snapshot-without-sessions',
    sentence: 'A snapshot leaves out the table of sessions, so that a retry after it is applied again.',
    source: `${RAFT_DISSERTATION}, §6.3: the sessions are a part of the replicated state machine`,
    protocol: sessionsForgotten,
    habitat: {
      ...SNAPSHOTS,
      timeoutMs: 60,
      retries: 3,
      faultCount: [10, 18],
      link: { oneWay: { dist: 'uniform', min: 1, max: 12 }, lossPpm: 80_000 },
    },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/snapshot-chunks-mixed',
    sentence: 'Chunks of snapshots of two leaders are put together into one.',
    source: `${RAFT_PAPER}, §7 and figure 13`,
    protocol: chunksMixed,
    habitat: { ...SNAPSHOTS, keys: [20, 40], atLeaders: 40, faultCount: [8, 16] },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/single-server-change-too-early',
    sentence:
      'A leader changes a member before an entry of its own term is committed (and sends that entry, whose arrival hides the bug, late).',
    source: 'Ongaro, "bug in single-server membership changes", raft-dev, 10 July 2015',
    protocol: changesAtOnce,
    habitat: {
      ...CHURN,
      replicas: [4, 4],
      params: {
        ...CHURN.params,
        membership: 'single-server',
        rotateMembersMs: 4,
        snapshotEvery: 100,
        electionTimeoutMs: [20, 25],
        heartbeatMs: 15,
      },
      clients: [1, 1],
      thinkMs: [40, 80],
      faultMs: [30, 110],
      durationMs: [4_000, 5_000],
    },
    caughtBy: CAUGHT_BY,
  },
]

export { beforeOwnTermCommit }
