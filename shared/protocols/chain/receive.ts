import type { PlaceId } from '../../plan/types.ts'
import { sourceOf } from './configuration.ts'
import { append, install } from './history.ts'
import { onReceived } from './feed.ts'
import type { Ack, SnapshotChunk, Updates } from './messages.ts'
import { isNode, isTail } from './state.ts'
import type { State, Turn } from './state.ts'
import type { Update } from './store.ts'

/** What a replica does with what its predecessor sends, and with what comes back from its successor. */

/** Messages that overtook others are kept, so many at most. */
const EARLY_MAX = 64
/** A replica outside of the chain is ready to enter once it lacks no more updates than this. */
const READY_WITHIN = 64

/**
 * Whether a message of the data path counts: of this very epoch. Whoever is behind learns of the configuration first.
 */
export function isCurrent({ state, out, rules }: Turn, from: PlaceId, epoch: number): boolean {
  const { configuration, ballot } = state
  if (rules.isOfEpoch(configuration.epoch, epoch)) return true
  if (epoch > configuration.epoch) out.send(from, { kind: 'chain.askConfiguration' })
  else out.send(from, { kind: 'chain.configuration', ballot, configuration })
  return false
}

export function onUpdates(turn: Turn, from: PlaceId, body: Updates): void {
  const { state, rules } = turn
  if (!isCurrent(turn, from, body.epoch) || from !== sourceOf(state.configuration, state.self)) return
  const { first, updates, tip, committed, isProbe } = body
  if (state.syncTip < 0) state.syncTip = tip
  state.feedTip = tip
  state.feedAtNs = state.nowNs
  const { last } = state.history
  if (first <= last + 1) take(turn, updates)
  else if (updates.length > 0 && state.early.length < EARLY_MAX) state.early = [...state.early, updates]
  takeEarly(turn)
  state.knownCommitted = Math.max(state.knownCommitted, Math.min(committed, state.history.last))
  // One who sends what is here already has not heard of it.
  if (isProbe || (updates.length > 0 && state.history.last === last)) state.owesAck = true
  if (!state.isSynced) state.isSynced = rules.isSynced(state.durableSeq, state.syncTip)
}

function take(turn: Turn, updates: readonly Update[]): void {
  for (const update of updates) if (update.seq > turn.state.history.last) append(turn, update)
}

function takeEarly(turn: Turn): void {
  const { state } = turn
  for (let found = true; found && state.early.length > 0;) {
    const ready = state.early.find((updates) => updates[0].seq <= state.history.last + 1)
    found = ready !== undefined
    if (ready === undefined) return
    take(turn, ready)
    state.early = state.early.filter((updates) => updates !== ready)
  }
}

export function onAck(turn: Turn, from: PlaceId, body: Ack): void {
  const { state } = turn
  if (!isCurrent(turn, from, body.epoch) || !onReceived(turn, from, body)) return
  // A newcomer outside of the chain has no say in what is committed.
  if (state.feed?.to === from) {
    state.knownCommitted = Math.max(state.knownCommitted, Math.min(body.committed, state.history.last))
  }
}

/** What reached the disk here matters to the predecessor where nobody further on will confirm it. */
export function afterDurable({ state, rules }: Turn, before: number): void {
  if (state.durableSeq <= before) return
  if (!isNode(state) || !state.isSynced) state.owesAck = true
  if (!state.isSynced) state.isSynced = rules.isSynced(state.durableSeq, state.syncTip) && state.syncTip >= 0
}

/** One answer per step: how far this replica is, and what it knows to be committed. */
export function sendAck({ state, out }: Turn): void {
  const { store, configuration, self } = state
  if (!state.owesAck && store.committed === state.ackedCommitted) return
  state.owesAck = false
  state.ackedCommitted = store.committed
  const source = sourceOf(configuration, self)
  if (source === -1 || (!isNode(state) && state.feedAtNs < 0)) return
  const { epoch } = configuration
  out.send(source, { kind: 'chain.ack', epoch, last: state.durableSeq, committed: store.committed })
}

/** Whether a replica outside of the chain could enter it. */
export function isReady(state: State): boolean {
  const { feedTip, feedAtNs, nowNs, params, durableSeq } = state
  if (isNode(state) || feedTip < 0 || nowNs - feedAtNs >= params.suspectAfterNs) return false
  return feedTip - durableSeq <= READY_WITHIN
}

/** A chunk of the state. Chunks of two senders are never mixed: each lists the cells in an order of its own. */
export function onSnapshot(turn: Turn, from: PlaceId, body: SnapshotChunk): void {
  const { state, out } = turn
  if (!isCurrent(turn, from, body.epoch) || from !== sourceOf(state.configuration, state.self)) return
  const { epoch, seq, offset, next } = body
  const answer = (wanted: number, isInstalled: boolean) => {
    const after = state.nextWriteId === 0 ? undefined : state.nextWriteId - 1
    out.send(from, { kind: 'chain.snapshotAck', epoch, seq, next: wanted, isInstalled }, after)
  }
  if (seq <= state.history.last) {
    answer(next, true)
    return
  }
  let { incoming } = state
  if (incoming?.from !== from || incoming.seq !== seq) {
    incoming = { from, seq, next: 0, cells: [], sessions: [] }
    state.incoming = incoming
  }
  if (offset === incoming.next) {
    for (const cell of body.cells) incoming.cells.push(cell)
    for (const record of body.sessions) incoming.sessions.push(record)
    incoming.next = next
  }
  if (!body.isLast || incoming.next !== next) {
    answer(incoming.next, false)
    return
  }
  const { cells, sessions } = incoming
  state.incoming = null
  install(turn, { seq, cells, sessions })
  answer(next, true)
}

/** The tail that may commit and answer for the chain. */
export function isActingTail(state: State): boolean {
  return isTail(state) && state.isSynced
}
