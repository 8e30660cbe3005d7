import { isObject } from '../../../shared/topology/problems.ts'

/** The part of a checker's evidence that a view needs; reports are files, so nothing is taken for granted. */
export interface ShownEvidence {
  readonly sentence: string
  /** Rows of the history. */
  readonly operations: readonly number[]
}

export function evidenceOf(evidence: unknown): ShownEvidence | null {
  if (!isObject(evidence)) return null
  const { sentence, operations } = evidence
  if (typeof sentence !== 'string' || !Array.isArray(operations)) return null
  const rows = operations.filter((row): row is number => typeof row === 'number')
  return rows.length === 0 ? null : { sentence, operations: rows }
}

/** What a verdict says for itself: a proof's sentence, or the reason why it is undecided. */
export function sentenceOfEvidence(evidence: unknown): string {
  if (typeof evidence === 'string') return evidence
  if (isObject(evidence) && typeof evidence.sentence === 'string') return evidence.sentence
  return 'no reason is recorded'
}
