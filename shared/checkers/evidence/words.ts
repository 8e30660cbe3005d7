import { ABSENT, FUNCTIONS, OUTCOME } from '../contract.ts'
import type { EdgeKind, Evidence, EvidenceEdge, Operations } from '../contract.ts'

/** Longer texts of values are cut, so that a sentence stays one. */
const VALUE_LENGTH_MAX = 60

export function valueWords(ops: Operations, value: number): string {
  return value === ABSENT ? 'nothing' : shortened(ops.valueText(value))
}

export function listWords(ops: Operations, list: number): string {
  return shortened(`[${[...ops.lists[list]].map((id) => ops.valueText(id)).join(', ')}]`)
}

function shortened(text: string): string {
  if (text.length <= VALUE_LENGTH_MAX) return text
  const half = (VALUE_LENGTH_MAX - 3) / 2
  return `${text.slice(0, Math.ceil(half))} … ${text.slice(text.length - Math.floor(half))}`
}

/** "k7", with a word before it; nothing where the record has one nameless key. */
export function keyWords(ops: Operations, preposition: string, key: number): string {
  const name = ops.keyName(key)
  return name === '' ? '' : ` ${preposition} ${name}`
}

/** What one operation did, as a clause: "process 3 wrote 12 to k7". */
export function clause(ops: Operations, row: number): string {
  const who = `process ${ops.processName(ops.process[row])}`
  const doubt =
    ops.status[row] === OUTCOME.info
      ? ' (outcome unknown)'
      : ops.status[row] === OUTCOME.fail
        ? ' (failed)'
        : ''
  return `${who} ${deed(ops, row)}${doubt}`
}

/** The same without the process: "wrote 12 to k7". */
export function deed(ops: Operations, row: number): string {
  const key = ops.key[row]
  const value = ops.value[row]
  switch (FUNCTIONS[ops.f[row]]) {
    case 'read':
      return `read ${readWords(ops, row)}${keyWords(ops, 'from', key)}`
    case 'write':
      return value === ABSENT
        ? `deleted${keyWords(ops, 'the value of', key)}`
        : `wrote ${valueWords(ops, value)}${keyWords(ops, 'to', key)}`
    case 'cas': {
      const expected = valueWords(ops, ops.expected[row])
      if (ops.status[row] === OUTCOME.ok && ops.result[row] === 0)
        return `found something else than ${expected}${keyWords(ops, 'in', key)}`
      return `swapped ${expected} for ${valueWords(ops, value)}${keyWords(ops, 'in', key)}`
    }
    case 'append':
      return `appended ${valueWords(ops, value)}${keyWords(ops, 'to', key)}`
    case 'increment':
      return `added ${ops.amount[row]}${keyWords(ops, 'to', key)}`
    case 'add':
      return `added ${valueWords(ops, value)}${keyWords(ops, 'to', key)}`
    case 'remove':
      return `removed ${valueWords(ops, value)}${keyWords(ops, 'from', key)}`
    case 'txn':
      return 'ran a transaction'
    default:
      return `scanned${keyWords(ops, 'from', key)}`
  }
}

/** What a read returned. */
export function readWords(ops: Operations, row: number): string {
  if (ops.status[row] !== OUTCOME.ok) return 'something'
  if (ops.model === 'counter') return String(ops.amount[row])
  if (ops.model === 'set' || ops.model === 'append-list') return listWords(ops, ops.result[row])
  const several = ops.siblings.get(row)
  if (several !== undefined) return [...several].map((value) => valueWords(ops, value)).join(' and ')
  return valueWords(ops, ops.result[row])
}

export function edge(from: number, to: number, kind: EdgeKind, text: string): EvidenceEdge {
  return { from, to, kind, text }
}

/** The first ended before the second began. */
export function realTime(ops: Operations, from: number, to: number): EvidenceEdge {
  return ops.process[from] === ops.process[to]
    ? edge(from, to, 'process', 'came before it in the same process')
    : edge(from, to, 'real-time', 'ended before it began')
}

/** Evidence with its rows in order and each once; what is left out is empty. */
export function evidence(
  sentence: string,
  rows: Iterable<number>,
  more: Partial<Omit<Evidence, 'sentence' | 'operations'>> = {},
): Evidence {
  const operations = [...new Set(rows)].filter((row) => row >= 0).sort((a, b) => a - b)
  return { sentence, anomaly: null, operations, edges: [], legalPrefix: [], cycle: [], ...more }
}
