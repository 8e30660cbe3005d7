import { OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { counts, F, initialOf, Ties } from './key-rows.ts'
import type { VersionTable } from './versions.ts'

/** What the rows of one key show at a glance, before any order is looked for. */
export type Reading =
  /** Every observation names its version: the table is filled. */
  | { readonly kind: 'versions'; readonly chained: boolean; readonly ties: readonly number[] }
  /** An observation fits several operations, or none in particular: only a search can tell. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'impossible'; readonly finding: Finding }

/** A violation that needs no order to see. */
export interface Finding {
  readonly kind:
    'never-written' | 'failed-write' | 'siblings' | 'not-a-prefix' | 'used-twice' | 'read-twice' | 'order'
  readonly rows: readonly number[]
}

const NONE = -1
const SEVERAL = -2

/**
 * Reads registers and cas-registers in which what was observed was written once. Writes of unknown outcome that nobody
 * observed are left out: they may never have happened. A cas that swapped chains its version to the one it expected.
 */
export class RegisterReader {
  readonly #ops: Operations
  /** By value id, for the key at hand: the version that holds it, NONE or SEVERAL. */
  readonly #versionOf: Int32Array
  readonly #keyOf: Int32Array
  readonly #observed: Uint8Array
  readonly #ties: Ties
  readonly #versionOfRow: Int32Array

  constructor(ops: Operations, rowsMax: number) {
    this.#ops = ops
    this.#versionOf = new Int32Array(ops.valueCount)
    this.#keyOf = new Int32Array(ops.valueCount).fill(-1)
    this.#observed = new Uint8Array(ops.valueCount)
    this.#ties = new Ties(ops)
    this.#versionOfRow = new Int32Array(rowsMax)
  }

  read(rows: Uint32Array, table: VersionTable): Reading {
    const { f, status, value, expected, result, siblings, key } = this.#ops
    const theKey = key[rows[0]]
    const initial = initialOf(this.#ops, theKey)
    this.#touch(theKey, initial)
    let openCas = false
    for (const row of rows) {
      if (!counts(this.#ops, row)) continue
      if (f[row] === F.read) {
        if (siblings.size > 0 && siblings.has(row)) return impossible('siblings', [row])
        this.#touch(theKey, result[row])
        this.#observed[result[row]] = 1
      } else {
        this.#touch(theKey, value[row])
        if (f[row] !== F.cas) continue
        this.#touch(theKey, expected[row])
        if (status[row] !== OUTCOME.ok) openCas = true
        else if (result[row] === 0) return { kind: 'ambiguous' }
        else this.#observed[expected[row]] = 1
      }
    }
    if (openCas) this.#observeThroughOpenCas(rows)
    table.reset()
    this.#versionOf[initial] = 0
    this.#addVersions(rows, table)
    return this.#observeAll(rows, table)
  }

  /** A cas of unknown outcome whose value was observed did happen, and so observed what it expected. */
  #observeThroughOpenCas(rows: Uint32Array): void {
    const { f, status, value, expected } = this.#ops
    for (let news = true; news;) {
      news = false
      for (const row of rows) {
        if (f[row] !== F.cas || status[row] !== OUTCOME.info) continue
        if (this.#observed[value[row]] === 0 || this.#observed[expected[row]] === 1) continue
        this.#observed[expected[row]] = 1
        news = true
      }
    }
  }

  /** Gives every mutator that certainly happened, or that somebody observed, a version. */
  #addVersions(rows: Uint32Array, table: VersionTable): void {
    const { f, status, value } = this.#ops
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]
      this.#versionOfRow[at] = NONE
      if (f[row] === F.read || !counts(this.#ops, row)) continue
      if (status[row] === OUTCOME.info && this.#observed[value[row]] === 0) continue
      const version = table.add(row)
      this.#versionOfRow[at] = version
      this.#versionOf[value[row]] = this.#versionOf[value[row]] === NONE ? version : SEVERAL
    }
  }

  #observeAll(rows: Uint32Array, table: VersionTable): Reading {
    const { f, status, value, expected, result } = this.#ops
    let chained = false
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]
      const isRead = f[row] === F.read
      if (!counts(this.#ops, row) || (isRead ? false : f[row] !== F.cas || this.#versionOfRow[at] === NONE))
        continue
      // Of unknown outcome, and another may have put its value there: whether it happened is open.
      if (status[row] === OUTCOME.info && this.#versionOf[value[row]] === SEVERAL)
        return { kind: 'ambiguous' }
      const observed = isRead ? result[row] : expected[row]
      const version = this.#versionOf[observed]
      if (version === SEVERAL) return { kind: 'ambiguous' }
      if (version === NONE) return this.#unwritten(rows, row, observed)
      if (isRead) {
        table.observe(version, row)
        this.#versionOfRow[at] = version
        continue
      }
      chained = true
      if (table.chain(version, this.#versionOfRow[at])) continue
      const rival = table.writer[table.next[version]]
      return impossible('used-twice', [rival, row])
    }
    return this.#tied(rows, table, chained)
  }

  /** The version that holds a value of the key that was read last. */
  versionOf(value: number): number {
    return this.#versionOf[value]
  }

  #tied(rows: Uint32Array, table: VersionTable, chained: boolean): Reading {
    const ties: number[] = []
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]
      const version = this.#versionOfRow[at]
      if (version === NONE) continue
      const earlier = this.#ties.before(row)
      if (earlier < 0) continue
      const versionBefore = this.#versionOfRow[indexOfRow(rows, earlier)]
      if (versionBefore === version && table.writer[version] === row)
        return impossible('order', [earlier, row])
      if (versionBefore !== version) ties.push(versionBefore, version)
    }
    return { kind: 'versions', chained, ties }
  }

  /** `row` observed a value that no operation can have put there. */
  #unwritten(rows: Uint32Array, row: number, wanted: number): Reading {
    const { f, status, value } = this.#ops
    const failed = rows.find(
      (other) => f[other] !== F.read && status[other] === OUTCOME.fail && value[other] === wanted,
    )
    return failed === undefined
      ? impossible('never-written', [row])
      : impossible('failed-write', [failed, row])
  }

  #touch(key: number, id: number): void {
    if (this.#keyOf[id] === key) return
    this.#keyOf[id] = key
    this.#versionOf[id] = NONE
    this.#observed[id] = 0
  }
}

export function impossible(kind: Finding['kind'], rows: readonly number[]): Reading {
  return { kind: 'impossible', finding: { kind, rows } }
}

/** Place of `row` among ascending `rows`. */
export function indexOfRow(rows: Uint32Array, row: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rows[middle] < row) low = middle + 1
    else high = middle
  }
  return low
}
