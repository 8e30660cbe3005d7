import { assert } from '../../../base/assert.ts'
import { isLater } from '../../../clocks/timestamp.ts'
import type { Timestamp } from '../../../clocks/timestamp.ts'
import type { Operation } from '../../contract.ts'
import { PRELOADED } from '../../contract.ts'
import { lastKeyOf } from '../machine.ts'
import type { Cell, Machine } from '../machine.ts'

/** Older versions of keys, for reads at timestamps; as many as such reads may ask for. */

/** A key's newest version makes way for another. Versions go that were replaced longer ago than anybody asks for. */
export function keepOlder(machine: Machine, old: Cell | undefined, { key, stamp }: Cell): void {
  if (stamp === null) return
  machine.newestNs = Math.max(machine.newestNs, stamp.ns)
  if (old === undefined || old.stamp === null) return
  assert(isLater(stamp, old.stamp), () => `key ${key} got a version that is no later than the one before`)
  const chain = machine.older.get(key) ?? []
  chain.push(old)
  const horizonNs = stamp.ns - machine.retentionNs
  let gone = 0
  while (gone < chain.length && (chain.at(gone + 1)?.stamp ?? stamp).ns <= horizonNs) gone++
  chain.splice(0, gone)
  if (chain.length > 0) machine.older.set(key, chain)
  else machine.older.delete(key)
}

/** Whether all versions are still there that a read at a timestamp may have to return. */
export function isKept({ newestNs, retentionNs }: Machine, stamp: Timestamp): boolean {
  return stamp.ns >= newestNs - retentionNs
}

/** The newest version of a key up to a timestamp; undefined where the key had not been written. */
export function versionAt({ cells, older }: Machine, key: number, limit: Timestamp): Cell | undefined {
  const newest = cells.get(key)
  const stamp = newest?.stamp ?? null
  if (stamp === null || !isLater(stamp, limit)) return newest
  return older.get(key)?.findLast((cell) => cell.stamp === null || !isLater(cell.stamp, limit))
}

/** Rows of a scan at a timestamp. */
export function rowsAt(machine: Machine, op: Operation, limit: Timestamp): number {
  let rows = 0
  const last = lastKeyOf(machine)
  for (let key = op.key; key <= last && rows < op.count; key++) {
    const value = versionAt(machine, key, limit)?.value ?? (key < machine.preloaded ? PRELOADED : 0)
    if (value > 0) rows++
  }
  return rows
}

/** All versions, each key's oldest first: what a snapshot holds. */
export function versionsOf({ cells, older }: Machine): Cell[] {
  if (older.size === 0) return [...cells.values()]
  return [...cells.values()].flatMap((cell) => [...(older.get(cell.key) ?? []), cell])
}
