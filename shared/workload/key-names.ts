import type { InsertOrder } from '../topology/types.ts'
import { ycsbHashDecimal } from './ycsb-hash.ts'

/** What of a workload says how its keys are called. */
export interface KeyNaming {
  kind: 'mix' | 'probe'
  insertOrder?: InsertOrder
  /** Keys that exist when the run begins. */
  keys?: number
}

const LETTERS = 26
const A = 97
/** Digits of a number in a name: as many keys as a run can have. */
const DIGITS = 10

/**
 * How a workload's keys are called. Mixes name them as YCSB does: in hashed insert order "user" and the hash of the key
 * number, so that neighbours in the sequence are strangers in the key space (the hash is injective over the lab's keys: no
 * two of the first 2^25 share one, hence so is the name); ordered, "user" and the number with leading zeros. Alphabetical
 * names run evenly from a… to z…, and so do what people call things; those inserted later come after "z". A probe's keys
 * are its samples: "p0", "p1", ….
 */
export function keyNameOf({ kind, insertOrder, keys = 1 }: KeyNaming): (key: number) => string {
  if (kind === 'probe') return (key) => `p${key}`
  if (insertOrder === 'ordered') return (key) => `user${String(key).padStart(DIGITS, '0')}`
  if (insertOrder === 'alphabetical') return alphabetical(keys)
  return (key) => `user${ycsbHashDecimal(key)}`
}

/** Whether names sort as the numbers of their keys do. */
export function areNamesOrdered({ kind, insertOrder = 'hashed' }: KeyNaming): boolean {
  return kind === 'mix' && insertOrder !== 'hashed'
}

function alphabetical(keys: number): (key: number) => string {
  let length = 2
  let names = LETTERS * LETTERS
  // At least as many names as letters between two neighbours, so that "zz…" stays free for the first one after the last.
  while (names < LETTERS * keys) {
    names *= LETTERS
    length++
  }
  const letters = (rank: number, places: number): string => {
    let text = ''
    for (let left = rank, at = 0; at < places; at++, left = Math.floor(left / LETTERS)) {
      text = String.fromCharCode(A + (left % LETTERS)) + text
    }
    return text
  }
  return (key) =>
    key < keys
      ? letters(Math.floor((key * names) / keys), length)
      : 'z'.repeat(length) + letters(key - keys, DIGITS - length > 0 ? DIGITS - length : 1)
}
