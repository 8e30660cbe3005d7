import { FUNCTIONS, MICRO, OUTCOME, UNKNOWN_READ } from '../../../shared/checkers/contract.ts'
import type { FunctionName, Operations } from '../../../shared/checkers/contract.ts'
import { OperationTable } from '../../../shared/history/columns.ts'
import { NO_TRAFFIC } from '../../../shared/history/traffic.ts'
import { OP_NAMES } from '../../../shared/history/types.ts'
import type { History } from '../../../shared/history/types.ts'
import type { OpName } from '../../../shared/protocols/contract.ts'

/** A label longer than this is cut: a bar of the diagram has room for a few words. */
const LABEL_CHARS = 80
/** One step of a record that has an order but no times is drawn as one ms. */
const STEP_NS = 1_000_000
const OPEN_SHARE = 0.05
const NO_PLACE = 65_535

/** What counts as what in figures. */
const KIND_OF: Readonly<Record<Exclude<FunctionName, 'txn'>, OpName>> = {
  read: 'read',
  write: 'write',
  cas: 'cas',
  append: 'write',
  increment: 'write',
  add: 'write',
  remove: 'delete',
  scan: 'scan',
}

/** A record of any model as operations to be drawn and timed, with what each did in words; it knows no versions. */
export interface DrawnRecord {
  history: History
  keyNames: string[]
  labels: string[]
}

/** Row i of the history is row i of the record, so that evidence finds its operations. */
export function drawnRecord(ops: Operations): DrawnRecord {
  const unitNs = ops.hasTimes ? 1 : STEP_NS
  const table = new OperationTable(Math.max(1, ops.count))
  const labels: string[] = []
  let endedNs = 0
  let isOpen = false
  for (let row = 0; row < ops.count; row++) {
    const atNs = ops.invokedAt[row] * unitNs
    const process = ops.process[row]
    table.add(process, process, OP_NAMES.indexOf(kindOf(ops, row)), ops.key[row], 0, atNs, atNs, 0)
    table.status[row] = ops.status[row]
    if (Number.isFinite(ops.endedAt[row])) table.endedNs[row] = ops.endedAt[row] * unitNs
    else isOpen = true
    // Not "absent": what it returned is in its label.
    table.result[row] = 1
    table.place[row] = NO_PLACE
    labels.push(labelOf(ops, row))
    endedNs = Math.max(endedNs, atNs, Number.isNaN(table.endedNs[row]) ? 0 : table.endedNs[row])
  }
  // What never ended is drawn to the end, and needs some room to be seen where it began last.
  if (isOpen) endedNs += Math.max(STEP_NS, endedNs * OPEN_SHARE)
  const keyNames = Array.from({ length: ops.keyCount }, (_, key) => ops.keyName(key))
  const history: History = {
    model: 'register',
    order: 'ordered',
    runtime: 'live',
    places: [{ name: 'process', kind: 'client', region: 'unknown' }],
    replicaCount: 0,
    shards: [],
    sessions: new Uint32Array(ops.processCount),
    initial: null,
    preloaded: 0,
    ops: table,
    contexts: new Map(),
    siblings: new Map(),
    faults: [],
    notes: [],
    notesDropped: 0,
    facts: new Map(),
    samples: [],
    sampleEveryNs: endedNs,
    traffic: NO_TRAFFIC,
    issuedUntilNs: ops.count === 0 ? 0 : table.invokedNs[ops.count - 1],
    endedNs,
    warmupNs: 0,
    stoppedEarly: null,
    keyName: (key) => keyNames[key] ?? `key ${key}`,
  }
  return { history, keyNames, labels }
}

function kindOf(ops: Operations, row: number): OpName {
  const f = FUNCTIONS[ops.f[row]]
  if (f !== 'txn') return KIND_OF[f]
  return microsOf(ops, row).every((micro) => ops.txns?.f[micro] === MICRO.read) ? 'read' : 'write'
}

/** "r x→5", "append x 3", "txn r x→[1], w y 2": what an operation did, as far as the record says. */
function labelOf(ops: Operations, row: number): string {
  const f = FUNCTIONS[ops.f[row]]
  const key = ops.keyName(ops.key[row])
  const text = ((): string => {
    switch (f) {
      case 'read':
      case 'scan':
        return `r ${key}→${ops.status[row] === OUTCOME.ok ? readText(ops, row) : '?'}`
      case 'cas': {
        const outcome = ops.status[row] === OUTCOME.ok && ops.result[row] === 0 ? ' (no match)' : ''
        return `cas ${key} ${ops.valueText(ops.expected[row])}→${ops.valueText(ops.value[row])}${outcome}`
      }
      case 'increment':
        return `${key} ${ops.amount[row] < 0 ? '−' : '+'}${Math.abs(ops.amount[row])}`
      case 'write':
        return `w ${key}=${ops.valueText(ops.value[row])}`
      case 'txn':
        return microsOf(ops, row)
          .map((micro) => microText(ops, micro))
          .join(', ')
      default:
        return `${f} ${key} ${ops.valueText(ops.value[row])}`
    }
  })()
  return text.length > LABEL_CHARS ? `${text.slice(0, LABEL_CHARS - 1)}…` : text
}

function readText(ops: Operations, row: number): string {
  const several = ops.siblings.get(row)
  if (several !== undefined) return listText(ops, several)
  if (ops.model === 'counter') return String(ops.amount[row])
  if (ops.model === 'set' || ops.model === 'append-list') return listText(ops, ops.lists[ops.result[row]])
  return ops.result[row] === 0 ? '∅' : ops.valueText(ops.result[row])
}

function microsOf({ txns }: Operations, row: number): number[] {
  if (txns === null) return []
  return Array.from({ length: txns.from[row + 1] - txns.from[row] }, (_, at) => txns.from[row] + at)
}

function microText(ops: Operations, micro: number): string {
  const { txns } = ops
  if (txns === null) return ''
  const key = ops.keyName(txns.key[micro])
  const value = txns.value[micro]
  if (txns.f[micro] !== MICRO.read) {
    return `${txns.f[micro] === MICRO.write ? 'w' : 'append'} ${key} ${ops.valueText(value)}`
  }
  if (value === UNKNOWN_READ) return `r ${key}→?`
  return `r ${key}→${txns.readsLists ? listText(ops, ops.lists[value]) : value === 0 ? '∅' : ops.valueText(value)}`
}

/** The end of a long list tells most. */
const LIST_SHOWN = 8

function listText(ops: Operations, ids: Uint32Array | undefined): string {
  if (ids === undefined) return '[]'
  const shown = Array.from(ids.slice(-LIST_SHOWN), (id) => ops.valueText(id))
  return `[${ids.length > LIST_SHOWN ? '… ' : ''}${shown.join(' ')}]`
}
