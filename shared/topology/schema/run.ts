import * as v from 'valibot'
import { DEFAULTS } from '../defaults.ts'
import { LIMITS } from '../limits.ts'
import {
  GUARANTEE_NAMES,
  GUARANTEE_PARAMETERS,
  isMetricName,
  METRIC_NAMES,
  PARAMETRIC_GUARANTEE,
} from '../metric-names.ts'
import { isObject, quoted, shown } from '../problems.ts'
import { mendFor } from '../suggest.ts'
import { checked, choice, described, fields, number, pick } from './blocks.ts'
import { reference } from './places.ts'

export const run = checked(
  fields({
    durationMs: v.exactOptional(
      number('Clients stop beginning operations after this long.', {
        min: 0,
        max: LIMITS.durationMs,
        above: true,
        unit: 'ms',
      }),
      DEFAULTS.run.durationMs,
    ),
    warmupMs: v.exactOptional(
      number('Operations that begin earlier are recorded but not measured; less than `durationMs`.', {
        min: 0,
        max: LIMITS.durationMs,
        unit: 'ms',
      }),
      DEFAULTS.run.warmupMs,
    ),
    seed: v.exactOptional(
      number('Every random choice follows from it.', { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true }),
      DEFAULTS.run.seed,
    ),
    timeScale: v.exactOptional(
      number('Live runs only: 5 runs the whole world five times slower.', {
        min: 0,
        max: LIMITS.timeScale,
        above: true,
      }),
      DEFAULTS.run.timeScale,
    ),
  }),
  ({ durationMs, warmupMs }, report) => {
    if (warmupMs >= durationMs) {
      report('warmupMs', `The warm-up (${warmupMs} ms) must be shorter than the run (${durationMs} ms).`)
    }
  },
)

const metric = checked(reference('A figure of the report; see the list of metrics.'), (name, report) => {
  if (isMetricName(name)) return
  const mend = mendFor(
    name,
    METRIC_NAMES.map((known) => known.name),
    'metric',
  )
  report(null, `There is no metric ${quoted(name)}.${mend}`)
})

const bound = (help: string) => number(help, { min: -1e15, max: 1e15 })

const BY_BOUND = {
  below: fields({ metric, below: bound('The figure must be less.') }),
  above: fields({ metric, above: bound('The figure must be greater.') }),
  atMost: fields({ metric, atMost: bound('The figure must not be greater.') }),
  atLeast: fields({ metric, atLeast: bound('The figure must not be less.') }),
} as const

type Bound = keyof typeof BY_BOUND
const BOUNDS = Object.keys(BY_BOUND) as Bound[]

const plainGuarantee = choice('A consistency property.', GUARANTEE_NAMES)
const parametricGuarantee = described(
  v.pipe(
    v.string(),
    v.regex(
      PARAMETRIC_GUARANTEE,
      'After the colon comes a whole number of versions (k-atomic:3) or a number of ms (bounded-staleness:250).',
    ),
  ),
  { help: 'A consistency property and its number: of versions, or of ms.' },
)

const guarantee = described(
  fields({
    guarantee: described(
      pick([plainGuarantee, parametricGuarantee], (input) => {
        const name =
          typeof input === 'string' && input.includes(':') ? input.slice(0, input.indexOf(':')) : ''
        return GUARANTEE_PARAMETERS.has(name) ? parametricGuarantee : plainGuarantee
      }),
      { help: 'A consistency property, with a number of its own where it takes one.' },
    ),
    is: choice('What the checker is to find.', ['holds', 'violated']),
  }),
  { help: 'A guarantee and the verdict that is expected.' },
)

export const expectation = pick(
  [BY_BOUND.below, BY_BOUND.above, BY_BOUND.atMost, BY_BOUND.atLeast, guarantee],
  (input) => {
    if (!isObject(input)) {
      return `This must be an object such as {"metric": "read.latency.p99", "below": 20}, but it is ${shown(input)}.`
    }
    const isGuarantee = Object.hasOwn(input, 'guarantee')
    if (isGuarantee && !Object.hasOwn(input, 'metric')) return guarantee
    if (isGuarantee) return 'An expectation names a "metric" or a "guarantee", not both. Make two of it.'
    const stated = BOUNDS.filter((name) => Object.hasOwn(input, name))
    if (stated.length === 1) return BY_BOUND[stated[0]]
    const found = stated.length === 0 ? 'there is none' : `there are ${stated.join(' and ')}`
    return `An expectation of a metric has exactly one of ${BOUNDS.join(', ')}, but ${found}.`
  },
)
