import { msOfNs } from '../../base/time.ts'
import { FUNCTIONS, OUTCOME } from '../../checkers/contract.ts'
import type { Evidence, Operations } from '../../checkers/contract.ts'
import { deed } from '../../checkers/evidence/index.ts'
import { microWords } from '../../checkers/txn/words.ts'
import type { ReportedEvidence, ShownOperation } from './types.ts'

/** Rows told of a proof that could not be made small. */
const ROWS_MAX = 1_000
/** Operations of a picture, and how many of them may merely run beside the proof: of its processes, and of others. */
const SHOWN_MAX = 48
const OWN_MAX = 8
const OTHERS_MAX = 4

const STATUS_NAMES: ReadonlyMap<number, ShownOperation['status']> = new Map([
  [OUTCOME.ok, 'ok'],
  [OUTCOME.fail, 'fail'],
  [OUTCOME.info, 'info'],
])

/** Evidence as a report keeps it: with what a reader without the history needs to know of its operations. */
export function reportedEvidence(ops: Operations, evidence: Evidence): ReportedEvidence {
  const { sentence, anomaly, operations, edges, legalPrefix, cycle } = evidence
  const told = new Set(operations.slice(0, ROWS_MAX))
  const proof = [...new Set([...cycle, ...operations])].slice(0, SHOWN_MAX).sort((a, b) => a - b)
  const shown = [...proof, ...besides(ops, proof)].sort((a, b) => a - b)
  const inProof = new Set(proof)
  return {
    sentence,
    anomaly,
    operations: [...told],
    edges: edges.filter(({ from, to }) => told.has(from) && told.has(to)).map((edge) => ({ ...edge })),
    legalPrefix: legalPrefix.slice(0, ROWS_MAX),
    cycle: cycle.slice(0, ROWS_MAX),
    shown: shown.map((row) => shownOperation(ops, row, inProof.has(row))),
    unit: ops.hasTimes ? 'ms' : 'events',
  }
}

function shownOperation(ops: Operations, row: number, isProof: boolean): ShownOperation {
  const instant = (at: number): number => (ops.hasTimes ? msOfNs(at) : at)
  const isTxn = ops.txns !== null
  return {
    row,
    line: ops.line === null ? null : ops.line[row],
    process: ops.processName(ops.process[row]),
    f: FUNCTIONS[ops.f[row]],
    text: isTxn ? microWords(ops, row) : deed(ops, row),
    status: STATUS_NAMES.get(ops.status[row]) ?? 'info',
    from: instant(ops.invokedAt[row]),
    to: ops.endedAt[row] === Infinity ? null : instant(ops.endedAt[row]),
    isProof,
  }
}

/**
 * Operations on the keys of the proof by its processes, and then by others, that ran while it did: those begun nearest
 * to its last operation first. One pass over the rows between its first and its last.
 */
function besides(ops: Operations, proof: readonly number[]): number[] {
  if (proof.length === 0 || ops.txns !== null) return []
  const keys = new Set(proof.map((row) => ops.key[row]))
  const processes = new Set(proof.map((row) => ops.process[row]))
  const taken = new Set(proof)
  const last = proof[proof.length - 1]
  const own: number[] = []
  const others: number[] = []
  for (let row = last; row >= proof[0] && own.length < OWN_MAX; row--) {
    if (taken.has(row) || !keys.has(ops.key[row])) continue
    if (processes.has(ops.process[row])) own.push(row)
    else if (others.length < OTHERS_MAX) others.push(row)
  }
  return [...own, ...others].slice(0, Math.max(0, SHOWN_MAX - proof.length))
}
