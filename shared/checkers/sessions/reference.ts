import { ABSENT, FUNCTIONS, NO_RANK, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { causalOrder, possibleHistories } from '../causal/reference.ts'
import type { PlainRow } from '../causal/reference.ts'
import type { SessionGuarantee } from './guarantee.ts'

/**
 * The four guarantees as they are defined (see README.md), quantifier by quantifier, by the causal order of versions.
 * For small records without ranks.
 */
export function keepsByCausality(ops: Operations, guarantee: SessionGuarantee): boolean {
  return possibleHistories(ops).some((rows) => {
    const order = causalOrder(rows)
    return order !== null && rows.every((read, r) => read.reads === null || !owes(rows, order, r, guarantee))
  })
}

function owes(rows: PlainRow[], order: boolean[][], r: number, guarantee: SessionGuarantee): boolean {
  const read = rows[r]
  const source = sourceOf(rows, read)
  const isOlder = (write: number): boolean =>
    rows[write].key === read.key && rows[write].writes !== null && (source === -1 || order[source][write])
  const before = (other: number, row: number): boolean =>
    rows[other].process === rows[row].process && rows[other].row < rows[row].row
  const all = [...rows.keys()]
  const readsUpTo = (row: number): number[] =>
    all.filter((o) => rows[o].reads !== null && (o === row || before(o, row)))
  const seen = readsUpTo(r).map((o) => sourceOf(rows, rows[o]))
  // The read returned a write for the first time after one of the same key that must follow it.
  const late = (mustFollow: (write: number, later: number) => boolean): boolean => {
    const earlier = all.filter((o) => before(o, r) && rows[o].key === read.key && rows[o].reads !== null)
    const sights = earlier.map((o) => sourceOf(rows, rows[o]))
    return source !== -1 && !sights.includes(source) && sights.some((s) => s !== -1 && mustFollow(source, s))
  }
  switch (guarantee) {
    case 'read-your-writes':
      return all.some((w) => before(w, r) && isOlder(w))
    case 'monotonic-reads':
      return all.some(
        (o) =>
          before(o, r) && rows[o].key === read.key && isWritten(rows, o) && isOlder(sourceOf(rows, rows[o])),
      )
    case 'monotonic-writes':
      return (
        seen.some((later) => later !== -1 && all.some((w) => before(w, later) && isOlder(w))) ||
        late((write, later) => before(write, later))
      )
    case 'writes-follow-reads':
      return (
        seen.some(
          (later) =>
            later !== -1 &&
            all.some((o) => before(o, later) && isWritten(rows, o) && isOlder(sourceOf(rows, rows[o]))),
        ) ||
        late((write, later) =>
          all.some((o) => before(o, later) && rows[o].reads !== null && sourceOf(rows, rows[o]) === write),
        )
      )
  }
}

const isWritten = (rows: readonly PlainRow[], o: number): boolean =>
  rows[o].reads !== null && sourceOf(rows, rows[o]) !== -1

function sourceOf(rows: readonly PlainRow[], { reads, key }: PlainRow): number {
  return reads === null || reads === ABSENT
    ? -1
    : rows.findIndex((other) => other.key === key && other.writes === reads)
}

/** The same by the record's own version order. */
export function keepsByRank(ops: Operations, guarantee: SessionGuarantee): boolean {
  const ranks = ops.versionRank as Uint32Array
  const [earlier, later] = {
    'read-your-writes': ['write', 'read'],
    'monotonic-reads': ['read', 'read'],
    'monotonic-writes': ['write', 'write'],
    'writes-follow-reads': ['read', 'write'],
  }[guarantee]
  for (let b = 0; b < ops.count; b++)
    for (let a = 0; a < b; a++) {
      const bound = ops.process[a] === ops.process[b] && ops.key[a] === ops.key[b]
      const known = [a, b].every((row) => ranks[row] !== NO_RANK && ops.status[row] === OUTCOME.ok)
      const kinds = FUNCTIONS[ops.f[a]] === earlier && FUNCTIONS[ops.f[b]] === later
      if (bound && known && kinds && ranks[b] < ranks[a]) return false
    }
  return true
}
