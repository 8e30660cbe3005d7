import type { ReportedEvidence } from './types.ts'

/** An instant of evidence in words, exact to the microsecond: what comes first may hang on that. */
export function instantWords(at: number, unit: ReportedEvidence['unit']): string {
  return unit === 'ms' ? `${Math.round(at * 1000) / 1000} ms` : `event ${at}`
}
