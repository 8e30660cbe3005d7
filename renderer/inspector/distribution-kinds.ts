import { compileDistribution } from '../../shared/topology/distributions.ts'
import type { DistributionSpec } from '../../shared/topology/types.ts'

/** The forms that a distribution can take in the inspector, and how one becomes another. */

export type DistributionKind = Exclude<DistributionSpec, number>['dist']

interface ParameterSpec {
  readonly name: string
  readonly label: string
  readonly unit: string
  readonly max: number
}

interface KindSpec {
  readonly value: DistributionKind
  readonly label: string
  readonly help: string
  readonly parameters: readonly ParameterSpec[]
}

const LATENCY_MAX = 3_600_000
const ms = (name: string, label: string): ParameterSpec => ({ name, label, unit: 'ms', max: LATENCY_MAX })

export const KINDS: readonly KindSpec[] = [
  { value: 'constant', label: 'Constant', help: 'Every draw the same.', parameters: [] },
  {
    value: 'uniform',
    label: 'Uniform',
    help: 'Even between two bounds.',
    parameters: [ms('min', 'Least'), ms('max', 'Greatest')],
  },
  {
    value: 'normal',
    label: 'Normal',
    help: 'Even spread about the median; draws below zero become zero.',
    parameters: [ms('median', 'Median'), ms('sd', 'Deviation')],
  },
  {
    value: 'lognormal',
    label: 'Log-normal',
    help: 'A long right tail: what networks mostly look like.',
    parameters: [ms('median', 'Median'), { name: 'sigma', label: 'Sigma', unit: '', max: 10 }],
  },
  {
    value: 'exponential',
    label: 'Exponential',
    help: 'Many short draws, few long ones.',
    parameters: [ms('meanMs', 'Mean')],
  },
  {
    value: 'pareto',
    label: 'Pareto',
    help: 'A power-law tail: the smaller alpha, the heavier.',
    parameters: [ms('xm', 'Least'), { name: 'alpha', label: 'Alpha', unit: '', max: 1_000 }],
  },
  {
    value: 'empirical',
    label: 'Measured',
    help: 'Straight between measured quantiles, flat beyond them.',
    parameters: [],
  },
  {
    value: 'mixture',
    label: 'Mixture',
    help: 'Several distributions, each with a share of the draws.',
    parameters: [],
  },
]

export function kindOfSpec(spec: unknown): DistributionKind | null {
  if (typeof spec === 'number') return 'constant'
  if (typeof spec !== 'object' || spec === null) return null
  const { dist } = spec as { dist?: unknown }
  return KINDS.find(({ value }) => value === dist)?.value ?? null
}

const round = (value: number): number => Number(value.toPrecision(3))

/** Another kind of distribution with the same median; one that cannot be read begins at 1 ms. */
export function converted(spec: DistributionSpec, kind: DistributionKind): DistributionSpec {
  const quantile = quantilesOf(spec)
  const median = round(Math.max(0.001, quantile(0.5)))
  switch (kind) {
    case 'constant':
      return median
    case 'uniform':
      return { dist: 'uniform', min: round(median * 0.5), max: round(median * 1.5) }
    case 'normal':
      return { dist: 'normal', median, sd: round(median * 0.1) }
    case 'lognormal':
      return { dist: 'lognormal', median, sigma: 0.25 }
    case 'exponential':
      return { dist: 'exponential', meanMs: round(median / Math.LN2) }
    case 'pareto':
      // The median of a Pareto law is xm times the alpha-th root of two.
      return { dist: 'pareto', xm: round(median / Math.cbrt(2)), alpha: 3 }
    case 'empirical': {
      const shares = [0, 0.5, 0.9, 0.99, 1]
      const finite = (p: number) => (p === 1 ? quantile(0.999) : quantile(p))
      return { dist: 'empirical', quantiles: shares.map((p) => ({ p, ms: round(finite(p)) })) }
    }
    case 'mixture':
      return {
        dist: 'mixture',
        parts: [
          { share: 0.95, of: spec },
          { share: 0.05, of: { dist: 'exponential', meanMs: round(median * 4) } },
        ],
      }
  }
}

function quantilesOf(spec: DistributionSpec): (p: number) => number {
  try {
    const compiled = compileDistribution(spec)
    return (p) => compiled.quantileMs(p)
  } catch {
    return () => 1
  }
}

/** "0.5 12.3": a share and its milliseconds, one pair per line. */
export function quantileText(quantiles: readonly { p: number; ms: number }[]): string {
  return quantiles.map(({ p, ms }) => `${p} ${ms}`).join('\n')
}

/** null where a line is no pair of numbers. */
export function quantilesFrom(text: string): { p: number; ms: number }[] | null {
  const rows = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/[\s,;:]+/).map(Number))
  return rows.every((row) => row.length === 2 && row.every(Number.isFinite))
    ? rows.map(([p, ms]) => ({ p, ms }))
    : null
}
