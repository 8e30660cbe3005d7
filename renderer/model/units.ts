import { shallowRef } from 'vue'
import { formatMs as formatAuto, formatNumber } from '../../shared/report/numbers.ts'

/** How durations are written: in the unit that reads best, or always in ms. Set by the preferences. */
export const timeUnit = shallowRef<'ms' | 'auto'>('auto')

/** A duration with its unit, three significant digits; a dash where there is none. Follows the preference. */
export function formatMs(ms: number | null): string {
  return timeUnit.value === 'auto' || ms === null ? formatAuto(ms) : `${formatNumber(ms)} ms`
}
