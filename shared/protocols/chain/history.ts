import { assert } from '../../base/assert.ts'
import { forgetWritten, persist } from './durable.ts'
import { writeOutcome } from './outcomes.ts'
import { isNode, isTail, markDirty } from './state.ts'
import type { State, Turn } from './state.ts'
import { apply, recordOf, restore } from './store.ts'
import type { Snapshot, Update } from './store.ts'

/** The history of updates: added at its end, committed from its beginning, forgotten once nobody may need it. */

export function append(turn: Turn, update: Update): void {
  const { state } = turn
  const { history } = state
  assert(update.seq === history.last + 1, () => `update ${update.seq} does not follow ${history.last}`)
  history.updates.push(update)
  history.last = update.seq
  markDirty(state, update, state.nowNs)
}

export function updateAt({ history }: State, seq: number): Update {
  return history.updates.at(seq - history.base - 1)
}

/**
 * The tail commits whatever it has on its disk, and answers the clients (van Renesse & Schneider §3). The others learn
 * from their neighbours what is committed.
 */
export function commit(turn: Turn): void {
  const { state, rules } = turn
  commitUpTo(turn, Math.min(state.knownCommitted, state.durableSeq), false)
  if (!isTail(state) || !state.isSynced) return
  state.knownCommitted = rules.forwardsUpTo(state.durableSeq, state.history.last)
  commitUpTo(turn, state.knownCommitted, true)
}

function commitUpTo(turn: Turn, seq: number, isByTail: boolean): void {
  const { state } = turn
  const { store } = state
  if (seq <= store.committed) return
  while (store.committed < seq) {
    const update = updateAt(state, store.committed + 1)
    apply(store, update)
    clean(state, update)
    answerClients(turn, update, isByTail)
  }
  compact(state)
}

/** A key's versions are committed in their order. */
function clean({ dirtyByKey, dirtyByProcess }: State, update: Update): void {
  if (dirtyByProcess.get(update.process) === update) dirtyByProcess.delete(update.process)
  if (!update.isApplied) return
  const versions = dirtyByKey.get(update.key)
  if (versions === undefined || versions.length === 1) dirtyByKey.delete(update.key)
  else versions.shift()
}

function answerClients({ state, out }: Turn, update: Update, isByTail: boolean): void {
  const again = state.retries.get(update.seq)
  if (!isByTail && again === undefined) return
  const outcome = writeOutcome(state, recordOf(update))
  if (isByTail) out.reply(update.opId, outcome)
  for (const opId of again ?? []) out.reply(opId, outcome)
  state.retries.delete(update.seq)
}

/** Committed updates stay for a while, for replicas that return. */
function compact({ history, store, params }: State): void {
  while (store.committed - history.base > params.catchUpUpdates) {
    history.updates.shift()
    history.base++
  }
}

/** What was not committed when this replica was left out of the chain may never be; another may stand in its place. */
export function truncate(turn: Turn, last: number): void {
  const { state } = turn
  const { history, store } = state
  state.knownCommitted = store.committed
  if (history.last <= last) return
  const kept: Update[] = []
  for (let seq = history.base + 1; seq <= last; seq++) kept.push(updateAt(state, seq))
  history.updates.clear()
  for (const update of kept) history.updates.push(update)
  history.last = last
  state.dirtyByKey.clear()
  state.dirtyByProcess.clear()
  for (const update of kept) if (update.seq > store.committed) markDirty(state, update, state.nowNs)
  forgetWritten(turn, last)
  persist(turn, { type: 'truncate', last })
}

/** Replaces everything by the state that the tail, or the node before this one, had. */
export function install(turn: Turn, snapshot: Snapshot): void {
  const { state, out } = turn
  const { history } = state
  restore(state.store, snapshot)
  history.base = snapshot.seq
  history.last = snapshot.seq
  history.updates.clear()
  state.dirtyByKey.clear()
  state.dirtyByProcess.clear()
  state.early = []
  state.knownCommitted = snapshot.seq
  forgetWritten(turn, 0)
  state.writtenSeq = snapshot.seq
  persist(turn, { type: 'install', snapshot })
  out.note({ kind: 'state-installed' })
}

/** The value that the next command would find: that of the newest version, committed or not. */
export function newestValue(state: State, key: number, preloadedValue: number): number {
  const versions = state.dirtyByKey.get(key)
  if (versions !== undefined) return versions[versions.length - 1].update.value
  const cell = state.store.cells.get(key)
  return cell !== undefined ? cell.value : key < state.preloaded ? preloadedValue : 0
}

/** Whether an uncommitted update is in doubt here: a node of the chain works on it, others only hold it. */
export function underWay(state: State): number {
  return isNode(state) ? state.history.last - state.store.committed : 0
}
