import type { EvidenceEdge, Operations } from '../contract.ts'
import { clause, deed, edge, valueWords } from '../evidence/index.ts'
import type { PathStep } from './path.ts'

/** "process 3": a session is one process of the record. */
export function sessionOf(ops: Operations, row: number): string {
  return `process ${ops.processName(ops.process[row])}`
}

/** "process 3 wrote 12 to k7, then read 9 from k8; process 4 …": rows in the order given, told as they follow. */
export function story(ops: Operations, rows: readonly number[]): string {
  let text = ''
  for (const [at, row] of rows.entries()) {
    const before = at === 0 ? -1 : rows[at - 1]
    if (before === -1) text = clause(ops, row)
    else if (ops.process[before] === ops.process[row] && before < row) text += `, then ${deed(ops, row)}`
    else text += `; ${clause(ops, row)}`
  }
  return text
}

export function sourceEdge(ops: Operations, write: number, read: number): EvidenceEdge {
  return edge(
    write,
    read,
    'reads-from',
    `${sessionOf(ops, read)} read ${valueWords(ops, ops.value[write])}, written here`,
  )
}

export function processEdge(ops: Operations, from: number, to: number): EvidenceEdge {
  return edge(from, to, 'process', `${sessionOf(ops, to)} did the second after the first`)
}

/** Edges of a path; a derived step's is explained by the read that forces it. */
export function edgesOf(ops: Operations, path: readonly PathStep[]): EvidenceEdge[] {
  return path.map(({ from, to, kind, derived }): EvidenceEdge => {
    if (kind === 'process') return processEdge(ops, from, to)
    if (derived === null) return sourceEdge(ops, from, to)
    const [older, newer] = [valueWords(ops, ops.value[from]), valueWords(ops, ops.value[to])]
    const text = `${sessionOf(ops, derived.read)} had ${older} in its past when it read ${newer}`
    return edge(from, to, 'must-precede', text)
  })
}
