import { countOf, formatNumber } from '../../shared/report/numbers.ts'
import { DEFAULTS } from '../../shared/topology/defaults.ts'
import { compileDistribution } from '../../shared/topology/distributions.ts'
import type { DistributionSpec } from '../../shared/topology/types.ts'
import type { ClientFile } from './file.ts'
import { formatMs } from './units.ts'

/** "300/s", or "4 sessions" of a closed loop, whose rate is an outcome. */
export function rateWords({ loop, sessions }: Pick<ClientFile, 'loop' | 'sessions'>): string {
  const ratePerS = loop !== undefined && 'open' in loop ? loop.open?.ratePerS : undefined
  return typeof ratePerS === 'number'
    ? `${formatNumber(ratePerS)}/s`
    : countOf(sessions ?? DEFAULTS.sessions, 'session')
}

/** The median of a distribution of a file, which may be half typed; null where it has none. */
export function medianMs(spec: DistributionSpec | undefined): number | null {
  if (spec === undefined) return null
  try {
    return compileDistribution(spec).quantileMs(0.5)
  } catch {
    return null
  }
}

export function medianWords(spec: DistributionSpec | undefined): string {
  const ms = medianMs(spec)
  return ms === null ? '' : formatMs(ms)
}
