import { assert } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { configurationAt } from './configurations.ts'
import { forgetWritten, lastWrite, persist, resetLog } from './durable.ts'
import { compact, lastIndex, termAt } from './log.ts'
import { countStreamed } from './joining.ts'
import type { InstallSnapshot, Message, SnapshotReply } from './messages.ts'
import { advance, becomeProbe, becomeSnapshot } from './progress.ts'
import type { Progress } from './progress.ts'
import { chunkOf, itemsOf, restoreMachine, snapshotOf } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import type { State } from './state.ts'
import { settleSafeTime } from './timestamps/closing.ts'

/** Log compaction and snapshots on the wire (§7): each replica makes its own, a leader sends its own to stragglers. */

/** Replaces the applied part of the log by a snapshot once enough of it has gathered; a tail stays for stragglers. */
export function compactIfDue(state: State, out: Outbox<Message>): void {
  const { machine, params, log } = state
  if (machine.applied - (state.snapshot?.index ?? 0) < params.snapshotEvery) return
  const configuration = configurationAt(state.configurations, machine.applied)
  const snapshot = snapshotOf(machine, termAt(log, machine.applied), configuration)
  const offset = Math.max(log.offset, machine.applied - params.catchUpEntries)
  // A leader's newest entries may not have been handed to the disk yet; these are.
  compact(log, offset)
  adoptSnapshot(state, snapshot)
  persist(state, { type: 'compact', snapshot, offset }, out)
  out.note({ kind: 'snapshot' })
}

/** Older configurations than the snapshot's can never come back into force. */
function adoptSnapshot(state: State, snapshot: Snapshot): void {
  state.snapshot = snapshot
  const { configurations } = state
  while (configurations.length > 1 && configurations[1].index <= snapshot.index) configurations.shift()
}

/** The peer lacks what is compacted away: it gets the snapshot first. */
export function beginSnapshot(state: State, progress: Progress, out: Outbox<Message>): void {
  assert(state.snapshot !== null, 'a log is compacted only up to a snapshot')
  becomeSnapshot(progress, state.snapshot)
  out.note({ kind: 'snapshot-sent' })
  sendChunk(state, progress, out)
}

export function sendChunk(state: State, progress: Progress, out: Outbox<Message>): void {
  const { snapshot, chunkOffset: offset } = progress
  assert(snapshot !== null, 'a snapshot is under way')
  const { cells, sessions, next } = chunkOf(snapshot, offset, state.params.snapshotChunkBytes)
  out.send(progress.place, {
    kind: 'raft.installSnapshot',
    term: state.term,
    index: snapshot.index,
    indexTerm: snapshot.term,
    configuration: snapshot.configuration,
    offset,
    next,
    isLast: next === itemsOf(snapshot),
    cells,
    sessions,
    windowNs: snapshot.windowNs,
    ...(snapshot.range === undefined ? {} : { range: snapshot.range }),
  })
}

export function onSnapshotReply(
  state: State,
  from: PlaceId,
  body: SnapshotReply,
  out: Outbox<Message>,
): void {
  const progress = state.lead?.progress.get(from)
  if (progress === undefined) return
  progress.isActive = true
  if (progress.snapshot === null || progress.snapshot.index !== body.index) return
  if (body.matched > 0) {
    advance(progress, body.matched)
    becomeProbe(progress, progress.matched + 1)
  } else if (body.next !== progress.chunkOffset) {
    // Backwards where the receiver restarted and has to begin anew.
    progress.chunkOffset = body.next
    progress.isChunkOld = false
    sendChunk(state, progress, out)
  }
}

/** A chunk from the leader of this term. */
export function onInstallSnapshot(
  state: State,
  from: PlaceId,
  body: InstallSnapshot,
  out: Outbox<Message>,
): void {
  const { index, offset, next } = body
  const { term } = state
  const answer = (wanted: number, matched: number) =>
    out.send(
      from,
      { kind: 'raft.installSnapshotReply', term, index, next: wanted, matched },
      lastWrite(state),
    )
  if (index <= state.commitIndex) {
    answer(next, state.commitIndex)
    return
  }
  let { incoming } = state
  if (incoming?.index !== index || incoming.leaderTerm !== term) {
    incoming = { leaderTerm: term, index, next: 0, cells: [], sessions: [] }
    state.incoming = incoming
  }
  if (offset === incoming.next) {
    for (const cell of body.cells) incoming.cells.push(cell)
    for (const record of body.sessions) incoming.sessions.push(record)
    incoming.next = next
    countStreamed(state, body, body.cells.length, out)
  }
  if (!body.isLast || incoming.next !== next) {
    answer(incoming.next, 0)
    return
  }
  const { cells, sessions } = incoming
  const { indexTerm, configuration, windowNs, range } = body
  const snapshot = { index, term: indexTerm, configuration, cells, sessions, windowNs }
  install(state, range === undefined ? snapshot : { ...snapshot, range }, out)
  answer(next, index)
}

/** Entries after the snapshot stay where the log has its last entry; else none of the log is worth keeping (§7). */
function install(state: State, snapshot: Snapshot, out: Outbox<Message>): void {
  const { log } = state
  const keepsTail = termAt(log, snapshot.index) === snapshot.term
  if (keepsTail) {
    compact(log, snapshot.index)
    state.configurations.unshift({ index: snapshot.index, configuration: snapshot.configuration })
    state.configurations.sort((a, b) => a.index - b.index)
  } else {
    forgetWritten(state, 0)
    resetLog(log, snapshot)
    state.writtenIndex = lastIndex(log)
    state.configurations.splice(0, Infinity, {
      index: snapshot.index,
      configuration: snapshot.configuration,
    })
  }
  adoptSnapshot(state, snapshot)
  state.incoming = null
  state.commitIndex = snapshot.index
  restoreMachine(state.machine, snapshot)
  settleSafeTime(state)
  persist(state, { type: 'install', snapshot, keepsTail }, out)
  out.note({ kind: 'snapshot-installed' })
}
