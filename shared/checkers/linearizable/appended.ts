import { OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { counts, F, initialOf, Ties } from './key-rows.ts'
import { impossible, indexOfRow } from './unique.ts'
import type { Reading } from './unique.ts'
import type { VersionTable } from './versions.ts'

const UNUSED = -1

/** The mutators of one key as pieces, and a way to take what a read returned apart into them. */
interface Pieces {
  /**
   * The mutators that made what the read returned, in order, the first a write or else an append to the initial value;
   * -1 at the end where the rest is none of them. Starts with those of `known`, of which it is known to go on.
   */
  takeApart(row: number): number[]
}

/**
 * Reads append-lists, and strings that are written and appended to (kv), in which every piece was appended once and no
 * piece begins another: then what a read returned comes apart in one way only, and names all the operations that made
 * it, in their order. They form a chain, since whatever had come between would show.
 */
export class AppendReader {
  readonly #ops: Operations
  readonly #ties: Ties

  constructor(ops: Operations) {
    this.#ops = ops
    this.#ties = new Ties(ops)
  }

  read(rows: Uint32Array, table: VersionTable): Reading {
    const ops = this.#ops
    const pieces = ops.model === 'kv' ? stringPieces(ops, rows) : listPieces(ops, rows)
    if (pieces === null) return { kind: 'ambiguous' }
    table.reset()
    const versionOfRow = new Int32Array(rows.length).fill(UNUSED)
    const versionOf = (row: number): number => {
      const at = indexOfRow(rows, row)
      if (versionOfRow[at] === UNUSED) versionOfRow[at] = table.add(row)
      return versionOfRow[at]
    }
    for (const row of rows) if (ops.f[row] !== F.read && ops.status[row] === OUTCOME.ok) versionOf(row)
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]
      if (ops.f[row] !== F.read || !counts(ops, row)) continue
      let version = 0
      for (const piece of pieces.takeApart(row)) {
        if (piece < 0) return this.#unknown(rows, row)
        if (ops.f[piece] === F.write) {
          version = versionOf(piece)
          continue
        }
        const next = versionOf(piece)
        if (!table.chain(version, next)) return this.#unchained(rows, row, table, versionOfRow, version, next)
        version = next
      }
      table.observe(version, row)
      versionOfRow[at] = version
    }
    return this.#tied(rows, table, versionOfRow)
  }

  /** `next` does not come directly after `version`: another read, or this one itself, saw it elsewhere. */
  #unchained(
    rows: Uint32Array,
    row: number,
    table: VersionTable,
    versionOfRow: Int32Array,
    version: number,
    next: number,
  ): Reading {
    const earlier = table.previous[next]
    const other = table.next[version]
    const witness = rows.find(
      (read, at) =>
        read !== row &&
        this.#ops.f[read] === F.read &&
        passes(table, versionOfRow[at], other >= 0 ? other : next),
    )
    const appends = [table.writer[next], ...(other >= 0 ? [table.writer[other]] : [])]
    if (witness === undefined) return impossible('read-twice', [row, ...appends])
    return impossible(earlier >= 0 && other < 0 ? 'used-twice' : 'not-a-prefix', [row, witness, ...appends])
  }

  #tied(rows: Uint32Array, table: VersionTable, versionOfRow: Int32Array): Reading {
    const ties: number[] = []
    for (let at = 0; at < rows.length; at++) {
      const version = versionOfRow[at]
      if (version < 0) continue
      const earlier = this.#ties.before(rows[at])
      if (earlier < 0) continue
      const before = versionOfRow[indexOfRow(rows, earlier)]
      if (before === version && table.writer[version] === rows[at])
        return impossible('order', [earlier, rows[at]])
      if (before !== version) ties.push(before, version)
    }
    return { kind: 'versions', chained: true, ties }
  }

  /** A read returned a piece that no operation can have put there. */
  #unknown(rows: Uint32Array, row: number): Reading {
    const ops = this.#ops
    const has = (id: number): boolean =>
      ops.model === 'kv'
        ? textOf(ops, id) !== '' && textOf(ops, ops.result[row]).includes(textOf(ops, id))
        : ops.lists[ops.result[row]].includes(id)
    const failed = rows.find(
      (other) => ops.f[other] !== F.read && ops.status[other] === OUTCOME.fail && has(ops.value[other]),
    )
    return failed === undefined
      ? impossible('never-written', [row])
      : impossible('failed-write', [failed, row])
  }
}

/** Whether `version`'s chain runs through `through`, at or before it. */
function passes(table: VersionTable, version: number, through: number): boolean {
  for (let at = version; at >= 0; at = table.previous[at]) if (at === through) return true
  return false
}

/** Null where an element that a read returned was appended twice. */
function listPieces(ops: Operations, rows: Uint32Array): Pieces | null {
  const appendOf = new Map<number, number>()
  const twice = new Set<number>()
  for (const row of rows) {
    if (ops.f[row] !== F.append || !counts(ops, row)) continue
    if (appendOf.has(ops.value[row])) twice.add(ops.value[row])
    appendOf.set(ops.value[row], row)
  }
  if (twice.size > 0) {
    for (const row of rows) {
      if (ops.f[row] !== F.read || !counts(ops, row)) continue
      if (ops.lists[ops.result[row]].some((id) => twice.has(id))) return null
    }
  }
  return {
    takeApart(row) {
      const made: number[] = []
      for (const id of ops.lists[ops.result[row]]) {
        made.push(appendOf.get(id) ?? -1)
        if (!appendOf.has(id)) break
      }
      return made
    },
  }
}

/** An absent key is an empty string to kv. */
function textOf(ops: Operations, id: number): string {
  const raw = ops.rawValue(id)
  return typeof raw === 'string' ? raw : ''
}

/**
 * Null unless the strings that were written and appended, and a non-empty initial value, are all different, non-empty,
 * and none begins another.
 */
function stringPieces(ops: Operations, rows: Uint32Array): Pieces | null {
  const initial = textOf(ops, initialOf(ops, ops.key[rows[0]]))
  const pieces: { text: string; row: number }[] = initial === '' ? [] : [{ text: initial, row: -1 }]
  for (const row of rows)
    if (ops.f[row] !== F.read && counts(ops, row)) pieces.push({ text: textOf(ops, ops.value[row]), row })
  pieces.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
  if (pieces.some(({ text }, at) => text === '' || (at > 0 && text.startsWith(pieces[at - 1].text))))
    return null
  /** The piece that the text goes on with at `from`: in a sorted list of which none begins another, the last not above it. */
  const pieceAt = (text: string, from: number): { text: string; row: number } | null => {
    const rest = text.slice(from)
    let low = 0
    let high = pieces.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (pieces[middle].text <= rest) low = middle + 1
      else high = middle
    }
    return low > 0 && rest.startsWith(pieces[low - 1].text) ? pieces[low - 1] : null
  }
  return {
    takeApart(row) {
      const text = textOf(ops, ops.result[row])
      const made: number[] = []
      for (let from = 0; from < text.length;) {
        const piece = pieceAt(text, from)
        // A write or the initial value begins a string and stands nowhere else; an append begins only after an empty one.
        const begins = piece !== null && (piece.row < 0 || ops.f[piece.row] === F.write)
        if (piece === null || (from > 0 && begins) || (from === 0 && !begins && initial !== ''))
          return [...made, -1]
        if (piece.row >= 0) made.push(piece.row)
        from += piece.text.length
      }
      // The empty string, where that is not the initial value, was never written.
      return text === '' && initial !== '' ? [-1] : made
    },
  }
}
