import { metricOf } from '../topology/metric-names.ts'
import { formatCount, formatMs, formatNumber, formatPercent, type TimeUnit } from './numbers.ts'
import type { ExpectationResult } from './types.ts'

/** What was measured where something was expected, with the unit that its metric has. */
export function measuredText({ actual, text }: ExpectationResult, timeUnit: TimeUnit = 'auto'): string {
  if (typeof actual !== 'number') return actual ?? '—'
  const unit = metricOf(text.split(' ')[0])?.unit
  if (unit === 'ms') return formatMs(actual, timeUnit)
  if (unit === 'fraction') return `${formatNumber(actual, 5)} (${formatPercent(actual)})`
  if (unit === 'count') return formatCount(actual)
  return unit === undefined ? formatNumber(actual) : `${formatNumber(actual)} ${unit}`
}
