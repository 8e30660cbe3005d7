import type { LocalInstant, Outbox } from '../contract.ts'
import { persist } from './durable.ts'
import type { Message } from './messages.ts'
import { stampOf } from './stamps.ts'
import type { State } from './state.ts'
import { adopt, collect, markOf } from './store.ts'
import type { Cell } from './versions.ts'

/** Changes to a member's own copy, and the forgetting of tombstones. */

export const COLLECTION = 'collection'
const COLLECTED = { kind: 'tombstone-collected' } as const

/** Merges a cell into the store and puts it on its way to the disk; false where it was known. */
export function apply(state: State, cell: Cell, at: LocalInstant, out: Outbox<Message>): boolean {
  if (!adopt(state.store, cell)) return false
  persist(state, { type: 'cell', cell }, out)
  if (cell.goneAt > 0) armCollection(state, at, out)
  return true
}

export function armCollection(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const { tombstoneStamps } = state.store
  if (state.isCollectionArmed || tombstoneStamps.length === 0 || state.access.isAtomic) return
  const { rules, tombstoneGraceNs } = state.params
  const due = rules.forgetsAt(tombstoneStamps.peek() as number, tombstoneGraceNs)
  const waitNs = Math.max(due - stampOf(at.wallNs), 1)
  state.isCollectionArmed = true
  out.arm(COLLECTION, waitNs, waitNs)
}

/** Forgets the tombstones whose grace is over by this replica's own clock. */
export function onCollection(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const { store, params } = state
  const { tombstoneKeys, tombstoneStamps } = store
  const now = stampOf(at.wallNs)
  const isDue = (goneAt: number) => params.rules.forgetsAt(goneAt, params.tombstoneGraceNs) <= now
  state.isCollectionArmed = false
  while (tombstoneStamps.length > 0 && isDue(tombstoneStamps.peek() as number)) {
    tombstoneStamps.shift()
    const key = tombstoneKeys.shift() as number
    const cell = store.cells.get(key)
    if (cell === undefined || cell.goneAt === 0 || !isDue(cell.goneAt)) continue
    collect(store, cell)
    persist(state, { type: 'collect', key, mark: markOf(key, store.preloaded) }, out)
    out.note(COLLECTED)
  }
  armCollection(state, at, out)
}
