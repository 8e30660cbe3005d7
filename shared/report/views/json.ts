import { canonicalJson } from '../../base/canonical-json.ts'
import type { Report } from '../types.ts'

/** The report as JSON with sorted keys, so that equal reports are equal files. */
export function jsonReport(report: Report): string {
  return `${canonicalJson(report, 2)}\n`
}
