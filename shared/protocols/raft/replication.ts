import { assert } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { forgetWritten, lastWrite, persist, persistEntries } from './durable.ts'
import { beginSnapshot } from './install.ts'
import { countStreamed, writesIn } from './joining.ts'
import { lastIndex, lastWithTermUpTo, termAt, truncate } from './log.ts'
import type { Entry } from './log.ts'
import { entryBytes } from './messages.ts'
import type { AppendEntries, AppendReply, Message } from './messages.ts'
import { advance, becomeReplicate, free, freshProgress, retreat } from './progress.ts'
import type { Progress } from './progress.ts'
import { membersOf, quorumValue } from './quorum.ts'
import type { Configuration } from './quorum.ts'
import { configurationOf } from './state.ts'
import type { Request, State } from './state.ts'
import { noteClosing, regularClosing } from './timestamps/closing.ts'
import { passedUpTo } from './timestamps/commit-wait.ts'
import { noteProposed, stampOf } from './timestamps/stamping.ts'

/** Log replication (§5.3): the leader's side, then the follower's. */

export const FLUSH = 'flush'

/** Adds an entry of a client's to the leader's log; it leaves with the next flush. Returns its index. */
export function propose(state: State, request: Request | null): number {
  const entry = {
    term: state.term,
    op: request === null ? null : request.op,
    process: request === null ? 0 : request.process,
    sequence: request === null ? 0 : request.sequence,
    configuration: null,
    stamp: stampOf(state, request),
  }
  state.log.entries.push(entry)
  const index = lastIndex(state.log)
  noteProposed(state, index, entry)
  return index
}

/** Adds a configuration, which is in force from now on (§6). */
export function proposeConfiguration(state: State, configuration: Configuration, out: Outbox<Message>): void {
  state.log.entries.push({ term: state.term, op: null, process: 0, sequence: 0, configuration, stamp: null })
  state.configurations.push({ index: lastIndex(state.log), configuration })
  followConfiguration(state)
  flush(state, out)
}

/** A leader keeps track of all members of the configuration in force, and of nobody else. */
export function followConfiguration(state: State): void {
  const { lead, self } = state
  if (lead === null) return
  const members = membersOf(configurationOf(state)).filter((place) => place !== self)
  for (const place of [...lead.progress.keys()]) if (!members.includes(place)) lead.progress.delete(place)
  for (const place of members) {
    if (!lead.progress.has(place)) lead.progress.set(place, freshProgress(place, lastIndex(state.log) + 1))
  }
}

/** Entries that arrive at one instant, or within the batch delay, go out together. */
export function scheduleFlush(state: State, out: Outbox<Message>): void {
  if (state.isFlushArmed) return
  state.isFlushArmed = true
  const { batchDelayNs } = state.params
  out.arm(FLUSH, batchDelayNs, batchDelayNs)
}

/** Hands new entries to the disk and to every peer that has room in its window. */
export function flush(state: State, out: Outbox<Message>): void {
  const { lead } = state
  if (lead === null) return
  persistEntries(state, out)
  let shared: AppendEntries | null = null
  for (const progress of lead.progress.values()) shared = sendEntries(state, progress, shared, out)
}

/**
 * Sends a peer what it lacks, as far as its window allows. Peers that are level get one body together: the first
 * message made is returned, for the next peer to use if it fits.
 */
export function sendEntries(
  state: State,
  progress: Progress,
  shared: AppendEntries | null,
  out: Outbox<Message>,
): AppendEntries | null {
  const { log, params } = state
  let first = shared
  // Never more than the disk has been handed: what is still being gathered is not sent.
  while (progress.next <= state.writtenIndex) {
    const isOpen =
      progress.mode === 'probe'
        ? !progress.isPaused
        : progress.mode === 'replicate' && progress.inflight.length < params.inflightMax
    if (!isOpen) break
    if (progress.next <= log.offset) {
      beginSnapshot(state, progress, out)
      break
    }
    const body =
      first !== null && first.prevIndex === progress.next - 1 ? first : appendFrom(state, progress.next)
    first ??= body
    sendAppend(state, progress, body, out)
  }
  return first
}

function sendAppend(state: State, progress: Progress, body: AppendEntries, out: Outbox<Message>): void {
  const last = body.prevIndex + body.entries.length
  if (progress.mode === 'probe') progress.isPaused = true
  else if (body.entries.length > 0) {
    progress.next = last + 1
    progress.inflight.push(last)
  }
  progress.toldCommit = Math.max(progress.toldCommit, Math.min(body.commit, last))
  // The leader's own write may go on beside this (dissertation §10.2.1): it counts itself only once that is durable.
  out.send(progress.place, body, state.params.parallelDiskWrite ? undefined : lastWrite(state))
}

function appendFrom(state: State, next: number): AppendEntries {
  const { log, params, term } = state
  const from = next - log.offset - 1
  const end = Math.min(state.writtenIndex - log.offset, from + params.batchEntriesMax)
  let to = from
  let bytes = 0
  while (to < end && bytes < params.batchBytes) {
    bytes += entryBytes(log.entries[to++])
  }
  return {
    kind: 'raft.appendEntries',
    term,
    prevIndex: next - 1,
    prevTerm: termAt(log, next - 1),
    entries: log.entries.slice(from, to),
    commit: state.commitIndex,
    closing: regularClosing(state),
  }
}

/** Asks whether a peer has what it was sent: an append without entries, refused where something before it was lost. */
export function sendProbe(state: State, progress: Progress, out: Outbox<Message>): void {
  const { log, term } = state
  const prevIndex = progress.next - 1
  if (prevIndex < log.offset) {
    beginSnapshot(state, progress, out)
    return
  }
  const prevTerm = termAt(log, prevIndex)
  const commit = state.commitIndex
  const body = { term, prevIndex, prevTerm, entries: [], commit, closing: null }
  sendAppend(state, progress, { kind: 'raft.appendEntries', ...body }, out)
}

/** §5.3, §5.4.2: an entry is committed once a majority has it and it, or one after it, is of the leader's own term. */
export function advanceCommit(state: State): void {
  const { lead } = state
  if (lead === null) return
  const index = quorumValue(configurationOf(state), (place) => matchedBy(state, place))
  if (index <= state.commitIndex) return
  const passed = passedUpTo(state, index)
  if (passed > state.commitIndex && termAt(state.log, passed) === state.term) state.commitIndex = passed
}

function matchedBy(state: State, place: PlaceId): number {
  return place === state.self ? state.durableIndex : (state.lead?.progress.get(place)?.matched ?? 0)
}

/**
 * Followers learn of a commit from the next entries. Where none are under way a notice tells them, so that an idle
 * system is not behind by a heartbeat.
 */
export function tellCommit(state: State, out: Outbox<Message>): void {
  const { lead, commitIndex, term } = state
  if (lead === null || commitIndex !== lastIndex(state.log)) return
  for (const progress of lead.progress.values()) {
    if (progress.matched < commitIndex || progress.toldCommit >= commitIndex) continue
    progress.toldCommit = commitIndex
    out.send(progress.place, { kind: 'raft.heartbeat', term, round: 0, commit: commitIndex, closing: null })
  }
}

export function onAppendReply(state: State, from: PlaceId, body: AppendReply, out: Outbox<Message>): void {
  const progress = state.lead?.progress.get(from)
  if (progress === undefined) return
  progress.isActive = true
  if (!body.isAccepted) {
    const hint = lastWithTermUpTo(state.log, body.hintIndex, body.hintTerm)
    if (retreat(progress, body.index, hint)) sendOrProbe(state, progress, out)
    return
  }
  const isNews = advance(progress, body.index)
  if (!isNews && !(progress.mode === 'probe' && body.index === progress.matched)) return
  if (progress.mode === 'replicate') free(progress, body.index)
  else if (progress.mode === 'probe' || progress.matched >= state.log.offset) becomeReplicate(progress)
  advanceCommit(state)
  sendEntries(state, progress, null, out)
}

/** Goes on with what a peer lacks; asks where it stands if there is nothing to send. */
export function sendOrProbe(state: State, progress: Progress, out: Outbox<Message>): void {
  if (progress.mode === 'probe' ? progress.isPaused : progress.mode === 'snapshot') return
  const before = progress.next
  const wasPaused = progress.isPaused
  sendEntries(state, progress, null, out)
  if (progress.next === before && progress.isPaused === wasPaused && progress.mode !== 'snapshot') {
    sendProbe(state, progress, out)
  }
}

// The follower's side.

/** Entries from the leader of this term. */
export function onAppendEntries(
  state: State,
  from: PlaceId,
  body: AppendEntries,
  out: Outbox<Message>,
): void {
  const { log } = state
  const { prevIndex, prevTerm, entries } = body
  // What is committed agrees with every later leader's log (§5.4.3), and may be compacted already.
  if (prevIndex > state.commitIndex && termAt(log, prevIndex) !== prevTerm) {
    const hintIndex = lastWithTermUpTo(log, prevIndex, prevTerm)
    reply(state, from, false, prevIndex, hintIndex, termAt(log, hintIndex), out)
    return
  }
  const fresh = firstNew(state, prevIndex, entries)
  if (fresh < entries.length) {
    const index = prevIndex + 1 + fresh
    if (index <= lastIndex(log)) takeBack(state, index)
    adopt(state, index, fresh === 0 ? entries : entries.slice(fresh), out)
    if (state.isJoining) countStreamed(state, body, writesIn(entries, fresh), out)
  }
  // Only up to what this message vouches for: entries after it may still be a former leader's.
  const matched = prevIndex + entries.length
  state.commitIndex = Math.max(state.commitIndex, Math.min(body.commit, matched))
  if (matched >= body.commit) state.isJoining = false
  if (body.closing !== null) noteClosing(state, body.closing)
  reply(state, from, true, matched, 0, 0, out)
}

function reply(
  state: State,
  to: PlaceId,
  isAccepted: boolean,
  index: number,
  hintIndex: number,
  hintTerm: number,
  out: Outbox<Message>,
): void {
  const { term } = state
  const body: AppendReply = { kind: 'raft.appendEntriesReply', term, isAccepted, index, hintIndex, hintTerm }
  out.send(to, body, lastWrite(state))
}

/** Position of the first entry that the log does not have; all have been there before where a message comes late. */
function firstNew(state: State, prevIndex: number, entries: readonly Entry[]): number {
  const { log, commitIndex } = state
  let position = Math.max(0, Math.min(entries.length, commitIndex - prevIndex))
  while (position < entries.length && termAt(log, prevIndex + 1 + position) === entries[position].term)
    position++
  return position
}

/** §5.3: entries that conflict with the leader's go. */
function takeBack(state: State, index: number): void {
  assert(state.role !== 'leader', 'a leader never takes entries of its own log back')
  assert(index > state.commitIndex, () => `committed entry ${index} was taken back`)
  truncate(state.log, index)
  forgetWritten(state, index)
  const { configurations } = state
  while (configurations[configurations.length - 1].index >= index) configurations.pop()
}

function adopt(state: State, from: number, entries: readonly Entry[], out: Outbox<Message>): void {
  const { log } = state
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]
    log.entries.push(entry)
    noteProposed(state, from + i, entry)
    if (entry.configuration !== null) {
      state.configurations.push({ index: from + i, configuration: entry.configuration })
    }
  }
  state.writtenIndex = lastIndex(log)
  persist(state, { type: 'append', from, entries }, out)
}
