import { canonicalJson } from '../../../base/canonical-json.ts'
import type { Comparison } from '../document.ts'

/** A comparison as JSON with sorted keys, so that equal ones are equal files. */
export function jsonComparison(comparison: Comparison): string {
  return `${canonicalJson(comparison, 2)}\n`
}
