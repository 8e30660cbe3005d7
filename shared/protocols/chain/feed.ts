import { assert } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import { NOBODY, successorOf } from './configuration.ts'
import { updateAt } from './history.ts'
import { cellBytes, chunkBytes } from './messages.ts'
import type { Ack, Join, SnapshotAck } from './messages.ts'
import { isNode, isTail } from './state.ts'
import type { Feed, State, Turn } from './state.ts'
import { snapshotOf } from './store.ts'
import type { Cell, SessionRecord, Snapshot, Update } from './store.ts'

/**
 * What a replica sends on: updates to its successor and, at the tail, to a newcomer. Messages may be lost or overtake
 * one another: the receiver says how far it is, and what does not get through is sent again from there on.
 */

function feedOf(state: State, to: PlaceId, mode: Feed['mode'], acked: number): Feed {
  const { nowNs } = state
  return { to, mode, next: acked + 1, acked, progressNs: nowNs, heardNs: nowNs, snapshot: null, offset: 0 }
}

/** A new configuration: how far the successor is has to be learned, and newcomers have to ask again. */
export function restartFeeds(turn: Turn): void {
  const { state } = turn
  state.joinerFeed = null
  const successor = successorOf(state.configuration, state.self)
  state.feed = successor === NOBODY ? null : feedOf(state, successor, 'probe', 0)
  if (state.feed !== null) probe(turn, state.feed)
}

/** A newcomer may have the tail's committed updates, one newcomer at a time. */
export function onJoin(turn: Turn, from: PlaceId, { epoch, last }: Join): void {
  const { state } = turn
  const { configuration, chainLength, joinerFeed } = state
  if (epoch !== configuration.epoch || !isTail(state) || !state.isSynced) return
  if (configuration.nodes.length >= chainLength) return
  if (joinerFeed !== null && joinerFeed.to !== from) return
  // One that restarted may have less than it said before.
  const isNew = joinerFeed === null || (joinerFeed.mode === 'stream' && last < joinerFeed.acked)
  if (!isNew) {
    joinerFeed.heardNs = state.nowNs
    return
  }
  state.joinerFeed = feedOf(state, from, 'stream', Math.min(last, state.store.committed))
  probe(turn, state.joinerFeed)
}

/**
 * Up to where a receiver may have updates: a newcomer must not see what may yet be lost, and nobody waits for its disk, so it
 * is sent no more at a time than the chain has under way.
 */
function limitOf({ state, rules }: Turn, feed: Feed): number {
  const { durableSeq, history, store, params } = state
  if (feed !== state.joinerFeed) return rules.forwardsUpTo(durableSeq, history.last)
  return Math.min(store.committed, feed.acked + params.pendingMax)
}

/** Sends what has become sendable. */
export function pump(turn: Turn): void {
  for (const feed of [turn.state.feed, turn.state.joinerFeed]) {
    if (feed?.mode === 'stream') stream(turn, feed)
  }
}

function stream(turn: Turn, feed: Feed): void {
  const { state } = turn
  const { history, params } = state
  if (feed.next <= history.base) {
    beginSnapshot(turn, feed)
    return
  }
  const limit = limitOf(turn, feed)
  while (feed.next <= limit) {
    const updates: Update[] = []
    const first = feed.next
    while (feed.next <= limit && updates.length < params.batchUpdatesMax)
      updates.push(updateAt(state, feed.next++))
    // It has had everything until now: the wait for its answer begins here.
    if (feed.acked === first - 1) feed.progressNs = state.nowNs
    send(turn, feed, first, updates, false)
  }
}

function send({ state, out }: Turn, feed: Feed, first: number, updates: Update[], isProbe: boolean): void {
  const { configuration, durableSeq: tip, store } = state
  const { epoch } = configuration
  out.send(feed.to, {
    kind: 'chain.update',
    epoch,
    first,
    updates,
    tip,
    committed: store.committed,
    isProbe,
  })
}

function probe(turn: Turn, feed: Feed): void {
  send(turn, feed, turn.state.history.last + 1, [], true)
}

/** The receiver is this far. Returns whether the sender is one that this replica feeds. */
export function onReceived(turn: Turn, from: PlaceId, { last }: Ack): boolean {
  const { state, out } = turn
  const feed = state.feed?.to === from ? state.feed : state.joinerFeed?.to === from ? state.joinerFeed : null
  if (feed === null) return false
  feed.heardNs = state.nowNs
  if (feed.mode === 'probe') {
    feed.mode = 'stream'
    feed.acked = last
    feed.next = last + 1
    feed.progressNs = state.nowNs
    return true
  }
  if (last > feed.acked) {
    feed.acked = last
    feed.next = Math.max(feed.next, last + 1)
    feed.progressNs = state.nowNs
  } else if (feed.mode === 'stream' && feed.acked + 1 < feed.next && isOverdue(state, feed)) {
    out.note({ kind: 'resent', count: feed.next - feed.acked - 1 })
    feed.next = feed.acked + 1
    feed.progressNs = state.nowNs
  }
  return true
}

function isOverdue({ nowNs, params }: State, feed: Feed): boolean {
  return nowNs - feed.progressNs >= params.resendAfterNs
}

/** Asks each receiver how far it is, and whether it is there at all. */
export function tickFeeds(turn: Turn): void {
  const { state, out } = turn
  const { joinerFeed, nowNs, params } = state
  if (joinerFeed !== null && nowNs - joinerFeed.heardNs >= params.suspectAfterNs) state.joinerFeed = null
  for (const feed of [state.feed, state.joinerFeed]) {
    if (feed === null) continue
    probe(turn, feed)
    if (feed.mode === 'snapshot' && isOverdue(state, feed)) {
      feed.progressNs = nowNs
      sendChunk(turn, feed)
    }
  }
  if (!isNode(state)) {
    const { epoch, nodes } = state.configuration
    if (nodes.length < state.chainLength) {
      out.send(nodes[nodes.length - 1], { kind: 'chain.join', epoch, last: state.durableSeq })
    }
  }
}

/** A successor that has been silent for too long, though it should have answered. */
export function unreachableSuccessor({ feed, nowNs, params }: State): PlaceId {
  return feed !== null && nowNs - feed.heardNs >= params.suspectAfterNs ? feed.to : NOBODY
}

// Snapshots.

/** What the receiver lacks is no longer in the history: it gets the state first (§3.4: "it is initialised"). */
function beginSnapshot(turn: Turn, feed: Feed): void {
  const { state, out } = turn
  feed.mode = 'snapshot'
  feed.snapshot = snapshotOf(state.store)
  feed.offset = 0
  feed.progressNs = state.nowNs
  out.note({ kind: 'state-sent' })
  sendChunk(turn, feed)
}

function sendChunk({ state, out }: Turn, feed: Feed): void {
  const { snapshot, offset } = feed
  assert(snapshot !== null, 'a snapshot is under way')
  const { cells, sessions, next } = chunkOf(snapshot, offset, state.params.snapshotChunkBytes)
  const isLast = next === snapshot.cells.length + snapshot.sessions.length
  out.send(feed.to, {
    kind: 'chain.snapshot',
    epoch: state.configuration.epoch,
    seq: snapshot.seq,
    offset,
    next,
    isLast,
    cells,
    sessions,
  })
}

interface Chunk {
  readonly cells: readonly Cell[]
  readonly sessions: readonly SessionRecord[]
  readonly next: number
}

/** Items from `offset` on, up to a number of bytes, but one at least: cells first, then sessions. */
function chunkOf({ cells, sessions }: Snapshot, offset: number, bytesMax: number): Chunk {
  const all = cells.length + sessions.length
  let next = offset
  for (let bytes = 0; next < all && (bytes < bytesMax || next === offset); next++) {
    bytes += next < cells.length ? cellBytes(cells[next]) : chunkBytes([], 1)
  }
  const fromSession = Math.max(0, offset - cells.length)
  const toSession = Math.max(fromSession, next - cells.length)
  return { cells: cells.slice(offset, next), sessions: sessions.slice(fromSession, toSession), next }
}

export function onSnapshotAck(
  turn: Turn,
  from: PlaceId,
  { epoch, seq, next, isInstalled }: SnapshotAck,
): void {
  const { state } = turn
  const feed = [state.feed, state.joinerFeed].find((one) => one?.to === from) ?? null
  if (feed === null || epoch !== state.configuration.epoch) return
  feed.heardNs = state.nowNs
  if (feed.mode !== 'snapshot' || feed.snapshot?.seq !== seq) return
  if (isInstalled) {
    feed.mode = 'stream'
    feed.snapshot = null
    feed.acked = seq
    feed.next = seq + 1
    feed.progressNs = state.nowNs
  } else if (next !== feed.offset) {
    // Backwards where the receiver restarted and has to begin anew.
    feed.offset = next
    feed.progressNs = state.nowNs
    sendChunk(turn, feed)
  }
}
