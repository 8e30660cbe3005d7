import type { Evidence, EvidenceEdge, Operations } from '../contract.ts'
import { listed } from '../../base/listed.ts'
import { clause, edge, evidence, keyWords, readWords, realTime } from '../evidence/index.ts'
import { F } from './key-rows.ts'
import type { Finding } from './unique.ts'
import type { Conflict, VersionTable } from './versions.ts'

/** A violation that is visible without any order. */
export function explainFinding(
  ops: Operations,
  { kind, rows }: Finding,
  precedes: readonly (readonly [number, number])[] = [],
): Evidence {
  const said = rows.map((row) => clause(ops, row))
  const edges = precedes.map(([from, to]) => realTime(ops, from, to))
  switch (kind) {
    case 'never-written':
      return evidence(`${said[0]}, which nobody had put there`, rows, { anomaly: 'thin-air read' })
    case 'failed-write':
      return evidence(`${said[rows.length - 1]}, put there only by an operation that failed`, rows, {
        anomaly: 'aborted read',
      })
    case 'siblings':
      return evidence(`${said[0]} at once: a register holds one value`, rows, { anomaly: 'siblings' })
    case 'read-twice':
      return evidence(`${said[0]}, which has twice what was put there once`, rows, { anomaly: 'duplicate' })
    case 'used-twice':
      return evidence(`${listed(said)}: both cannot have come directly after the same version`, rows, {
        anomaly: 'lost update',
      })
    case 'not-a-prefix':
      return evidence(`${said[0]} while ${said[1]}: neither can have grown into the other`, rows, {
        anomaly: 'incompatible order',
      })
    case 'order':
      return evidence(
        `${said[0]} before ${said[1]}, ${said[2] === undefined ? 'which must have come first' : `yet ${said[2]}`}`,
        rows,
        {
          anomaly: 'order',
          edges: edges.length > 0 ? edges : [realTime(ops, rows[0], rows[1])],
        },
      )
  }
}

/** One that a few operations show. */
type PlainConflict = Conflict & { readonly kind: Exclude<Conflict['kind'], 'tangled'> }

/** Versions that real time does not let stand in any order: the two to four operations in question and the writers. */
export function explainConflict(ops: Operations, table: VersionTable, conflict: PlainConflict): Evidence {
  const pairs = conflict.precedes
    .filter(([from, to]) => from >= 0 && to >= 0)
    .map(([from, to]) => plainest(ops, table, conflict.versions, from, to))
  const witnesses = pairs.flat()
  const writers = conflict.versions.map((version) => table.writer[version]).filter((row) => row >= 0)
  const edges: EvidenceEdge[] = pairs.map(([from, to]) => realTime(ops, from, to))
  for (const version of conflict.versions) {
    const writer = table.writer[version]
    for (const row of new Set([table.firstEndRow[version], table.lastStartRow[version]]))
      if (writer >= 0 && row !== writer && row >= 0 && witnesses.includes(row) && ops.f[row] === F.read)
        edges.push(edge(writer, row, 'reads-from', `read ${readWords(ops, row)}, which this wrote`))
  }
  const shown = conflict.versions.map((version) => showing(table, version)).filter((row) => row >= 0)
  const rows = [...witnesses, ...writers, ...shown]
  const key = keyWords(ops, 'of', ops.key[rows[0]])
  switch (conflict.kind) {
    case 'future-read': {
      const [[reader, writer]] = pairs
      return evidence(`${clause(ops, reader)} before ${clause(ops, writer)}`, rows, {
        anomaly: 'future read',
        edges,
        cycle: [writer, reader],
      })
    }
    case 'chain-order': {
      const [[later, older]] = pairs
      return evidence(
        `${clause(ops, later)}; after that ${clause(ops, older)}, which is older`,
        [...rows, later, older],
        {
          anomaly: 'stale read',
          edges,
          cycle: [older, later],
        },
      )
    }
    case 'blocks': {
      // What the key held in the beginning comes before everything without any operation to show for it.
      if (pairs.length === 1)
        return explainConflict(ops, table, { ...conflict, kind: 'chain-order', precedes: pairs })
      const [[a, b], [c, d]] = pairs
      const isRead = (row: number): boolean => ops.f[row] === F.read
      const anomaly = [b, d].some(isRead) ? 'stale read' : 'write order'
      const more = { anomaly, edges, cycle: [...new Set([a, b, c, d])] }
      const said = [a, b, c, d].map((row) => clause(ops, row))
      if (!isRead(a) && !isRead(b))
        return evidence(`${said[2]} before ${said[3]}, although ${said[0]} before ${said[1]}`, rows, more)
      if (!isRead(c) && !isRead(d))
        return evidence(`${said[0]} before ${said[1]}, although ${said[2]} before ${said[3]}`, rows, more)
      const both = `${said[0]} before ${said[1]}, and ${said[2]} before ${said[3]}`
      return evidence(`${both}: neither value${key} can have come first`, rows, more)
    }
  }
}

/** An observer that shows how the version came to be, if it is one of a chain: of itself or of one further on; or -1. */
function showing(table: VersionTable, version: number): number {
  if (table.next[version] < 0 && table.previous[version] < 0) return -1
  let at = version
  while (at >= 0 && table.observer[at] < 0) at = table.next[at]
  return at < 0 ? -1 : table.observer[at]
}

/** The writers themselves in place of the operations that show the order of their versions, where those will do. */
function plainest(
  ops: Operations,
  table: VersionTable,
  versions: readonly number[],
  from: number,
  to: number,
): readonly [number, number] {
  const writerOf = (row: number): number => {
    const version = versions.find(
      (candidate) => table.firstEndRow[candidate] === row || table.lastStartRow[candidate] === row,
    )
    return version === undefined || table.writer[version] < 0 ? row : table.writer[version]
  }
  const first = ops.endedAt[writerOf(from)] < ops.invokedAt[to] ? writerOf(from) : from
  const second = ops.endedAt[first] < ops.invokedAt[writerOf(to)] ? writerOf(to) : to
  return [first, second]
}
