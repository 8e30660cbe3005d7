import { groupedDigits } from '../../base/digits.ts'
import type { Operations } from '../contract.ts'
import { WORDS_MAX, WordArena } from './arena.ts'
import { ordinalAt } from './chains.ts'
import type { Chains } from './chains.ts'
import { READS_NOTHING } from './reads-from.ts'
import type { ReadsFrom } from './reads-from.ts'
import { STOP, schedule } from './schedule.ts'
import type { Blocked } from './schedule.ts'

/**
 * Which writes of its own key every write has in its causal past: the closure of session order and reads-from, kept
 * only where somebody will ask.
 */
export class Pasts {
  private readonly arena = new WordArena()
  private readonly at: Float64Array
  private readonly chains: Chains
  private readonly ops: Operations

  constructor(ops: Operations, chains: Chains) {
    this.ops = ops
    this.chains = chains
    this.at = new Float64Array(ops.count).fill(-1)
  }

  get words(): number {
    return this.arena.words
  }

  put(write: number, ordinals: Uint32Array, width: number): void {
    this.at[write] = this.arena.put(ordinals, width)
  }

  /** Copies the writes of its key in the write's past, itself included, to `ordinals`. */
  copy(write: number, ordinals: Uint32Array, width: number): void {
    const at = this.at[write]
    if (at < 0) ordinals.fill(0, 0, width)
    else {
      const block = this.arena.blockAt(at)
      const offset = this.arena.offsetAt(at)
      for (let i = 0; i < width; i++) ordinals[i] = block[offset + i]
    }
    ordinals[this.chains.chain[write] - this.chains.ofKey[this.ops.key[write]]] = this.chains.ordinal[write]
  }

  /** Ordinal of the last write of `chain`, a chain of the write's key, that precedes the write causally; 0 for none. */
  ordinal(write: number, chain: number): number {
    return this.arena.get(this.at[write], chain - this.chains.ofKey[this.ops.key[write]])
  }

  /** Whether the write `earlier` precedes the write `later` of the same key causally. */
  precedes(earlier: number, later: number): boolean {
    return this.ordinal(later, this.chains.chain[earlier]) >= this.chains.ordinal[earlier]
  }
}

export type PastsResult =
  | { readonly kind: 'pasts'; readonly pasts: Pasts; readonly steps: number }
  | { readonly kind: 'cycle'; readonly cycle: readonly Blocked[] }
  | { readonly kind: 'too-large'; readonly reason: string }

/**
 * One pass over the operations in causal order with a vector clock per process (an entry per process whose writes
 * others read). A write's clock is kept until its last reader has come. For n operations, p such processes, and m_x
 * writes of key x by p_x processes: time O(n p), memory O(n + sum of m_x p_x + p times what is alive).
 *
 * `onRead(row, ordinals, pasts)` is called for each row that saw what a key held, with the writes of the key in its past,
 * one ordinal per chain of the key (`ordinals[c − chains.ofKey[key]]`; the array is reused). Rows come in causal order,
 * so that `pasts` knows all writes in their past.
 */
export function pastsOf(
  ops: Operations,
  rf: ReadsFrom,
  chains: Chains,
  stepsMax: number,
  onRead: ((row: number, ordinals: Uint32Array, pasts: Pasts) => void) | null,
): PastsResult {
  const { processCount } = ops
  const { position, ofKey } = chains
  const readers = new Uint32Array(ops.count)
  const column = new Int32Array(processCount).fill(-1)
  let width = 0
  const noteReader = (row: number, writer: number): void => {
    if (writer < 0 || ops.process[writer] === ops.process[row]) return
    readers[writer]++
    if (column[ops.process[writer]] === -1) column[ops.process[writer]] = width++
  }
  for (let row = 0; row < ops.count; row++) {
    if (chains.position[row] === 0) continue
    noteReader(row, rf.writer[row])
    for (const writer of rf.others.get(row) ?? []) noteReader(row, writer)
  }
  let widest = 0
  for (let key = 0; key < ops.keyCount; key++) widest = Math.max(widest, ofKey[key + 1] - ofKey[key])

  const pasts = new Pasts(ops, chains)
  const ordinals = new Uint32Array(widest)
  const taken = new Uint8Array(ops.count)
  const clocks: (Uint32Array | null)[] = new Array<null>(processCount).fill(null)
  const snapshots = new Map<number, Uint32Array>()
  const spare: Uint32Array[] = []
  let arrays = 0
  let steps = 0
  let reason = ''

  const array = (): Uint32Array => {
    const one = spare.pop()
    if (one !== undefined) return one
    arrays++
    return new Uint32Array(width)
  }
  const needs = (row: number): number => {
    if (steps > stepsMax) reason = `gave up after ${groupedDigits(stepsMax)} steps`
    else if (pasts.words + arrays * width > WORDS_MAX) reason = 'the clocks would take more than 1.5 GiB'
    if (reason !== '') return STOP
    const writer = rf.writer[row]
    if (writer >= 0 && taken[writer] === 0) return writer
    for (const other of rf.others.get(row) ?? []) if (taken[other] === 0) return other
    return -1
  }
  const join = (row: number, writer: number): void => {
    const process = ops.process[row]
    const from = ops.process[writer]
    if (writer < 0 || from === process) return
    let clock = clocks[process]
    const at = column[from]
    if (clock === null) {
      clock = array()
      clock.fill(0)
      if (column[process] >= 0) clock[column[process]] = position[row] - 1
      clocks[process] = clock
    }
    if (clock[at] < position[writer]) {
      const past = snapshots.get(writer)
      if (past !== undefined) {
        for (let i = 0; i < width; i++) if (past[i] > clock[i]) clock[i] = past[i]
        steps += width
      }
      clock[at] = position[writer]
    }
    readers[writer]--
    if (readers[writer] === 0) {
      const past = snapshots.get(writer)
      if (past !== undefined) spare.push(past)
      snapshots.delete(writer)
    }
  }
  const look = (row: number): number => {
    const key = ops.key[row]
    const process = ops.process[row]
    const clock = clocks[process]
    const first = ofKey[key]
    const chainCount = ofKey[key + 1] - first
    const writer = rf.writer[row]
    steps += chainCount + 1
    // What the write that was read had in its past is in the reader's, and often there is no more.
    if (writer >= 0) pasts.copy(writer, ordinals, chainCount)
    else ordinals.fill(0, 0, chainCount)
    for (let i = 0; i < chainCount; i++) {
      const owner = chains.process[first + i]
      const at = column[owner]
      const seen = owner === process ? position[row] - 1 : clock === null || at < 0 ? 0 : clock[at]
      if (seen > 0) ordinals[i] = ordinalAt(chains, first + i, seen, ordinals[i])
    }
    return chainCount
  }
  const take = (row: number): void => {
    taken[row] = 1
    const process = ops.process[row]
    const looks = rf.writer[row] !== READS_NOTHING || rf.mismatches.has(row)
    if (rf.writer[row] >= 0) join(row, rf.writer[row])
    for (const other of rf.others.get(row) ?? []) join(row, other)
    const clock = clocks[process]
    if (looks && onRead !== null) {
      look(row)
      onRead(row, ordinals, pasts)
    }
    if (rf.writes[row] === 1) pasts.put(row, ordinals, look(row))
    if (clock !== null && column[process] >= 0) clock[column[process]] = position[row]
    if (readers[row] > 0 && clock !== null) {
      const past = array()
      past.set(clock)
      snapshots.set(row, past)
    }
    if (clock !== null && position[row] === chains.from[process + 1] - chains.from[process]) {
      spare.push(clock)
      clocks[process] = null
    }
  }
  const result = schedule(ops, chains, needs, take)
  if (result === 'stopped') return { kind: 'too-large', reason }
  if (result !== null) return { kind: 'cycle', cycle: result }
  return { kind: 'pasts', pasts, steps }
}
