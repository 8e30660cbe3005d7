import { shallowRef } from 'vue'
import { formatMs as formatIn, type TimeUnit } from '../../shared/report/numbers.ts'

/** How durations are written: in the unit that reads best, or always in ms. Set by the preferences. */
export const timeUnit = shallowRef<TimeUnit>('auto')

/** A duration with its unit, three significant digits; a dash where there is none. Follows the preference. */
export function formatMs(ms: number | null): string {
  return formatIn(ms, timeUnit.value)
}
