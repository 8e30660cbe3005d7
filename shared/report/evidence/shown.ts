import type { ReportedEvidence } from './types.ts'

/** The evidence of a verdict, or null where it is none. A report may come from a file, so nothing is taken for granted. */
export function shownEvidence(evidence: unknown): ReportedEvidence | null {
  if (!isRecord(evidence)) return null
  const { sentence, anomaly, operations, edges, legalPrefix, cycle, shown, unit } = evidence
  if (typeof sentence !== 'string' || !(anomaly === null || typeof anomaly === 'string')) return null
  if (![operations, legalPrefix, cycle].every((rows) => isList(rows, (row) => typeof row === 'number')))
    return null
  if (!isList(edges, isEdge) || !isList(shown, isOperation)) return null
  if (unit !== 'ms' && unit !== 'events') return null
  return evidence as unknown as ReportedEvidence
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem)
}

function isEdge(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { from, to, kind, text } = value
  return (
    [from, to].every((row) => typeof row === 'number') && typeof kind === 'string' && typeof text === 'string'
  )
}

function isOperation(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { row, line, process, f, text, status, from, to, isProof } = value
  const isNumber = (one: unknown): boolean => typeof one === 'number' && Number.isFinite(one)
  return (
    isNumber(row) &&
    (line === null || isNumber(line)) &&
    [process, f, text].every((one) => typeof one === 'string') &&
    (status === 'ok' || status === 'fail' || status === 'info') &&
    isNumber(from) &&
    (to === null || isNumber(to)) &&
    typeof isProof === 'boolean'
  )
}
