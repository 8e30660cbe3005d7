import { OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { counts, F, initialOf } from '../linearizable/key-rows.ts'

/** In `Sources.source`: what the key held in the beginning. */
export const INITIAL = -1

export type SourcesOutcome =
  | { readonly status: 'ok'; readonly sources: Sources }
  /** Values repeat, or operations are no reads and writes. */
  | { readonly status: 'unsuited' }
  | { readonly status: 'thin-air'; readonly read: number; readonly failed: number }

/** Writes of one key by one process, in order. */
export interface Slice {
  readonly process: number
  readonly rows: number[]
}

/** Which write each read of a history of registers returned, where what was read was written once. */
export interface Sources {
  /** 1: a read, or a write that certainly happened or was read. */
  readonly relevant: Uint8Array
  /** Of reads: the row of the write, or INITIAL. */
  readonly source: Int32Array
  /** Place of a relevant row in its process, from 1, and the row after it, or -1. */
  readonly place: Int32Array
  readonly next: Int32Array
  /** Of a write, and by key of the beginning: the last read in each process that returned it. */
  readonly readsOf: ReadonlyMap<number, readonly number[]>
  readonly initialReads: ReadonlyMap<number, readonly number[]>
  /** Writes by key. */
  readonly slices: ReadonlyMap<number, readonly Slice[]>
}

export function sourcesOf(ops: Operations): SourcesOutcome {
  const { model, count, f, key, value, result, status, siblings } = ops
  if ((model !== 'register' && model !== 'cas-register') || siblings.size > 0) return { status: 'unsuited' }
  const relevant = new Uint8Array(count)
  const source = new Int32Array(count).fill(INITIAL)
  /** By key and value, as one number: the row that wrote it, INITIAL, or UNWRITTEN while only read. */
  const writer = new Map<number, number>()
  const slot = (theKey: number, id: number): number => theKey * ops.valueCount + id
  for (let row = 0; row < count; row++) {
    if (!counts(ops, row)) continue
    if (f[row] === F.read) writer.set(slot(key[row], result[row]), UNWRITTEN)
    else if (f[row] !== F.write) return { status: 'unsuited' }
  }
  for (let row = 0; row < count; row++) {
    if (f[row] !== F.write || !counts(ops, row)) continue
    const known = writer.get(slot(key[row], value[row]))
    if (known === undefined) {
      relevant[row] = status[row] === OUTCOME.ok ? 1 : 0
      continue
    }
    if (known !== UNWRITTEN || value[row] === initialOf(ops, key[row])) return { status: 'unsuited' }
    writer.set(slot(key[row], value[row]), row)
    relevant[row] = 1
  }
  for (let row = 0; row < count; row++) {
    if (f[row] !== F.read || !counts(ops, row)) continue
    relevant[row] = 1
    const written = writer.get(slot(key[row], result[row])) as number
    if (written !== UNWRITTEN) source[row] = written
    else if (result[row] !== initialOf(ops, key[row]))
      return { status: 'thin-air', read: row, failed: failedWriter(ops, row) }
  }
  return { status: 'ok', sources: { relevant, source, ...placed(ops, relevant, source) } }
}

const UNWRITTEN = -2

function failedWriter({ count, f, key, value, result }: Operations, read: number): number {
  for (let row = 0; row < count; row++)
    if (f[row] === F.write && key[row] === key[read] && value[row] === result[read]) return row
  return -1
}

function placed(
  ops: Operations,
  relevant: Uint8Array,
  source: Int32Array,
): Pick<Sources, 'place' | 'next' | 'readsOf' | 'initialReads' | 'slices'> {
  const { count, process, processCount, f, key } = ops
  const place = new Int32Array(count)
  const next = new Int32Array(count).fill(-1)
  const last = new Int32Array(processCount).fill(-1)
  const readsOf = new Map<number, number[]>()
  const initialReads = new Map<number, number[]>()
  const slices = new Map<number, Slice[]>()
  const sliceOf = new Map<number, number[]>()
  for (let row = 0; row < count; row++) {
    if (relevant[row] === 0) continue
    const before = last[process[row]]
    place[row] = before < 0 ? 1 : place[before] + 1
    if (before >= 0) next[before] = row
    last[process[row]] = row
    if (f[row] === F.read) {
      const map = source[row] === INITIAL ? initialReads : readsOf
      const read = source[row] === INITIAL ? key[row] : source[row]
      const others = (map.get(read) ?? []).filter((other) => process[other] !== process[row])
      map.set(read, [...others, row])
      continue
    }
    const slot = key[row] * processCount + process[row]
    const slice = sliceOf.get(slot)
    if (slice !== undefined) {
      slice.push(row)
      continue
    }
    const rows = [row]
    sliceOf.set(slot, rows)
    slices.set(key[row], [...(slices.get(key[row]) ?? []), { process: process[row], rows }])
  }
  return { place, next, readsOf, initialReads, slices }
}
