import { canonicalJson } from '../../../base/canonical-json.ts'
import type { Datasheet } from '../types.ts'

/** The datasheet as JSON with sorted keys, so that equal datasheets are equal files. */
export function jsonDatasheet(sheet: Datasheet): string {
  return `${canonicalJson(sheet, 2)}\n`
}
