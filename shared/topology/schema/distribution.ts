import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { isObject, shown } from '../problems.ts'
import { mendFor } from '../suggest.ts'
import type { DistributionSpec } from '../types.ts'
import { checked, described, fields, list, number, pick } from './blocks.ts'

/** Latencies and other durations in ms: a bare number, or one of the distributions below. */

const ms = (help: string) => number(help, { min: 0, max: LIMITS.latencyMs, unit: 'ms' })
const positiveMs = (help: string) => number(help, { min: 0, max: LIMITS.latencyMs, above: true, unit: 'ms' })

const shift = { plusMs: v.exactOptional(ms('A constant added to each draw.')) }

const constant = described(fields({ dist: v.literal('constant'), value: ms('Every draw.'), ...shift }), {
  help: 'Always the same; a bare number means the same.',
})

const uniform = checked(
  described(
    fields({
      dist: v.literal('uniform'),
      min: ms('The least draw.'),
      max: ms('The greatest draw.'),
      ...shift,
    }),
    { help: 'Even between two bounds.' },
  ),
  ({ min, max }, report) => {
    if (min > max) report('max', `"max" (${max}) is less than "min" (${min}). Swap them.`)
  },
)

const normal = described(
  fields({
    dist: v.literal('normal'),
    median: ms('The median, which is the mean.'),
    sd: ms('The standard deviation.'),
    ...shift,
  }),
  { help: 'Normal; draws below zero become zero.' },
)

const lognormal = described(
  fields({
    dist: v.literal('lognormal'),
    median: positiveMs('The median: e to the power of mu.'),
    sigma: number('Standard deviation of the logarithm.', { min: 0, max: 10 }),
    ...shift,
  }),
  { help: 'Log-normal: a long right tail.' },
)

const exponential = described(
  fields({ dist: v.literal('exponential'), meanMs: positiveMs('The mean: one over the rate.'), ...shift }),
  { help: 'Exponential.' },
)

const pareto = described(
  fields({
    dist: v.literal('pareto'),
    xm: positiveMs('The scale: the least draw.'),
    alpha: number('The shape: the smaller, the heavier the tail; the mean is infinite up to 1.', {
      min: 0,
      max: 1_000,
      above: true,
    }),
    ...shift,
  }),
  { help: 'Pareto (type I): a power-law tail.' },
)

const quantile = fields({
  p: number('Share of the draws at or below `ms`.', { min: 0, max: 1 }),
  ms: ms('The value.'),
})

const empirical = described(
  fields({
    dist: v.literal('empirical'),
    quantiles: described(
      checked(list(quantile, { min: 2, max: LIMITS.quantiles, of: 'quantiles' }), (quantiles, report) => {
        for (let i = 1; i < quantiles.length; i++) {
          const before = quantiles[i - 1]
          const here = quantiles[i]
          if (here.p <= before.p) {
            return report(null, `Quantiles must be sorted by rising "p", but ${here.p} follows ${before.p}.`)
          }
          if (here.ms < before.ms) {
            return report(
              null,
              `Quantiles must not fall, but ${here.ms} ms at p = ${here.p} follows ${before.ms} ms.`,
            )
          }
        }
      }),
      { help: 'Points of the measured quantile function, in rising order.' },
    ),
    ...shift,
  }),
  { help: 'Measured: the quantile function runs straight between the listed points and flat beyond them.' },
)

const SIMPLE = { constant, uniform, normal, lognormal, exponential, pareto, empirical } as const
const bareNumber = number('Constant.', { min: 0, max: LIMITS.latencyMs, unit: 'ms' })

/** Distributions in which mixtures may be nested `depth` deep. */
function nested(depth: number): v.GenericSchema<DistributionSpec> {
  const inner: v.GenericSchema<DistributionSpec> | null = depth === 0 ? null : nested(depth - 1)
  const part = fields({
    share: number('Share of the draws that come from this part.', { min: 0, max: 1, above: true }),
    // The converter to JSON Schema asks without an input; there the recursion has one definition, not one per depth.
    of: described(
      v.lazy((input) => (input === undefined || inner === null ? duration : inner)),
      { help: 'How this part is distributed.', unit: 'ms' },
    ),
  })
  const mixture = described(
    fields({
      dist: v.literal('mixture'),
      parts: described(
        checked(list(part, { min: 1, max: LIMITS.mixtureParts, of: 'parts' }), (parts, report) => {
          const sum = parts.reduce((total, { share }) => total + share, 0)
          if (Math.abs(sum - 1) > 1e-6) {
            report(null, `The shares must sum to 1, but they sum to ${Number(sum.toPrecision(9))}.`)
          }
        }),
        { help: 'The parts; their shares sum to 1.' },
      ),
      ...shift,
    }),
    {
      help: `Several distributions, each with a share of the draws; nested up to ${LIMITS.mixtureDepth} deep.`,
    },
  )
  const kinds = [...Object.keys(SIMPLE), 'mixture']
  return pick(
    [bareNumber, constant, uniform, normal, lognormal, exponential, pareto, empirical, mixture],
    (input) => {
      if (typeof input === 'number') return bareNumber
      if (!isObject(input)) {
        return `This must be a number of milliseconds or a distribution such as {"dist": "uniform", "min": 1, "max": 2}, but it is ${shown(input)}.`
      }
      const kind = Object.hasOwn(input, 'dist') ? input.dist : undefined
      if (kind === undefined)
        return `The field "dist" is missing. It names the distribution: ${kinds.join(', ')}.`
      if (kind === 'mixture') {
        return depth > 0
          ? mixture
          : `Mixtures are nested more than ${LIMITS.mixtureDepth} deep. Flatten them.`
      }
      if (typeof kind === 'string' && Object.hasOwn(SIMPLE, kind)) return SIMPLE[kind as keyof typeof SIMPLE]
      const mend = typeof kind === 'string' ? mendFor(kind, kinds, 'distribution') : ''
      return `"dist" must name a distribution, but it is ${shown(kind)}.${mend === '' ? ` Known: ${kinds.join(', ')}.` : mend}`
    },
  )
}

/** Any distribution of a duration. The one definition that others refer to. */
export const duration: v.GenericSchema<DistributionSpec> = nested(LIMITS.mixtureDepth)

export function durationOf(help: string): v.GenericSchema<DistributionSpec> {
  return described(
    v.lazy(() => duration),
    { help, unit: 'ms' },
  )
}
