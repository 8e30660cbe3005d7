import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'

const READ = FUNCTIONS.indexOf('read')
const CAS = FUNCTIONS.indexOf('cas')
const ADD = FUNCTIONS.indexOf('add')
const REMOVE = FUNCTIONS.indexOf('remove')
const WRITE = FUNCTIONS.indexOf('write')

/**
 * What a row's testimony rests on: `support(row)` are the rows without which it would contradict the record only because
 * they are gone. A part of a history that holds its own support proves a violation of the whole: a legal order of the
 * whole, with everything else struck out, would be a legal order of the part. Takes the rows that may be part of it.
 * `inRealTime`: for orders that real time allows. An operation rests on nothing that began after its end then, nor on
 * what a write wiped out before it, if only that write is there.
 */
export function supportOf(
  ops: Operations,
  rows: readonly number[],
  inRealTime = false,
): (row: number) => readonly number[] {
  const support = timelessSupportOf(ops, rows)
  if (!inRealTime) return support
  const wiperOf = lastWriteBefore(ops, rows)
  return (row) => {
    const its = support(row)
    // Reads may miss what was added because it was removed, whenever that was.
    if (ops.f[row] === ADD) return its
    const begun = its.filter((other) => ops.invokedAt[other] <= ops.endedAt[row])
    const wiper = wiperOf(row)
    if (wiper < 0) return begun
    const lasting = begun.filter((other) => !(ops.endedAt[other] < ops.invokedAt[wiper]))
    return lasting.length === begun.length ? begun : [...lasting, wiper]
  }
}

/** By row: of the writes of its key that ended before it began the one that began last, or -1. */
function lastWriteBefore(ops: Operations, rows: readonly number[]): (row: number) => number {
  const byKey = new Map<number, number[]>()
  for (const row of rows) {
    if (ops.f[row] !== WRITE || ops.status[row] !== OUTCOME.ok) continue
    const writes = byKey.get(ops.key[row])
    if (writes === undefined) byKey.set(ops.key[row], [row])
    else writes.push(row)
  }
  for (const writes of byKey.values()) {
    writes.sort((a, b) => ops.endedAt[a] - ops.endedAt[b] || a - b)
    // What began earlier than one that has ended by then is of no use.
    for (let at = 1; at < writes.length; at++)
      if (ops.invokedAt[writes[at - 1]] > ops.invokedAt[writes[at]]) writes[at] = writes[at - 1]
  }
  return (row) => {
    const writes = byKey.get(ops.key[row]) ?? []
    let [low, high] = [0, writes.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (ops.endedAt[writes[middle]] < ops.invokedAt[row]) low = middle + 1
      else high = middle
    }
    return low === 0 ? -1 : writes[low - 1]
  }
}

function timelessSupportOf(ops: Operations, rows: readonly number[]): (row: number) => readonly number[] {
  const isMutator = (row: number): boolean => ops.f[row] !== READ && ops.status[row] !== OUTCOME.fail
  const mutators = rows.filter(isMutator)
  const byValue = new Map<string, number[]>()
  for (const row of mutators) {
    const slot = `${ops.key[row]} ${ops.value[row]}`
    const list = byValue.get(slot)
    if (list === undefined) byValue.set(slot, [row])
    else list.push(row)
  }
  const writersOf = (key: number, value: number): readonly number[] => byValue.get(`${key} ${value}`) ?? []
  const ofKey = (row: number): number[] => mutators.filter((other) => ops.key[other] === ops.key[row])
  const textOf = (id: number): string => {
    const raw = ops.rawValue(id)
    return typeof raw === 'string' ? raw : ''
  }
  return (row) => {
    const key = ops.key[row]
    if (ops.f[row] === CAS) {
      // A mismatch may be anybody's doing who put something else there.
      const mismatched = ops.status[row] === OUTCOME.ok && ops.result[row] === 0
      return mismatched ? ofKey(row) : writersOf(key, ops.expected[row])
    }
    if (ops.f[row] === ADD) return writersOf(key, ops.value[row]).filter((other) => ops.f[other] === REMOVE)
    if (ops.f[row] !== READ) return []
    switch (ops.model) {
      case 'counter':
        return ofKey(row)
      case 'set':
      case 'append-list':
        return [...new Set(ops.lists[ops.result[row]])].flatMap((id) => writersOf(key, id))
      case 'kv': {
        const text = textOf(ops.result[row])
        return ofKey(row).filter((other) => text.includes(textOf(ops.value[other])))
      }
      default:
        return [...(ops.siblings.get(row) ?? [ops.result[row]])].flatMap((id) => writersOf(key, id))
    }
  }
}
