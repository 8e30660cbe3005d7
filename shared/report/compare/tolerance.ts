import { METRIC_NAMES, metricOf } from '../../topology/metric-names.ts'
import { metricValue } from '../metric-value.ts'
import { formatNumber } from '../numbers.ts'
import { comparisonRows, figureText, isMoreBetter, type ComparedRuns } from './comparison.ts'

/**
 * By how much a later run may be worse than the first: per cent of the first one's figure, and points of a hundred for
 * shares (of stale reads, of availability), of which per cent would say little.
 */
export interface Tolerance {
  /** For every figure that is compared; null where only those named are held. */
  readonly overall: number | null
  readonly byMetric: ReadonlyMap<string, number>
}

/** A figure that was held against the first run's. */
export interface HeldFigure {
  readonly metric: string
  /** Index of the run among those compared. */
  readonly run: number
  readonly status: 'kept' | 'exceeded' | 'undecided'
  /** How much worse it is, in per cent or points as the tolerance is; negative where better, null where it cannot be said. */
  readonly worseBy: number | null
  readonly tolerated: number
  /** What was found, as a sentence without the run's name. */
  readonly sentence: string
}

/** Every figure of every later run that is held to a tolerance, run by run. */
export function heldFigures(runs: ComparedRuns, { overall, byMetric }: Tolerance): HeldFigure[] {
  const compared = overall === null ? [] : comparisonRows(runs).map(({ metric }) => metric)
  const names = METRIC_NAMES.map(({ name }) => name).filter(
    (name) => byMetric.has(name) || compared.includes(name),
  )
  return runs.slice(1).flatMap((_, index) =>
    names.flatMap((name) => {
      const held = heldFigure(runs, index + 1, name, byMetric.get(name) ?? overall ?? 0)
      // Nobody asked for this very figure, and there is nothing that it could be worse than.
      const isUnasked = !byMetric.has(name) && metricValue(runs[0].report, name) === null
      return isUnasked ? [] : [held]
    }),
  )
}

function heldFigure(runs: ComparedRuns, run: number, name: string, tolerated: number): HeldFigure {
  const metric = metricOf(name)!
  const [before, after] = [runs[0].report, runs[run].report].map((report) => metricValue(report, name))
  const base = { metric: name, run, tolerated }
  if (before === null || after === null) {
    // Lags are those of stale reads: a run without any has none, and nothing can be better.
    const isFresh = after === null && before !== null && isOfStaleReads(name) && hasOnlyFreshReads(runs, run)
    if (isFresh) return { ...base, status: 'kept', worseBy: null, sentence: `${name}: no read was stale.` }
    const who = before === null ? (after === null ? 'Neither run has' : 'The first run has') : 'This run has'
    return { ...base, status: 'undecided', worseBy: null, sentence: `${name}: ${who} no such figure.` }
  }
  const isShare = metric.unit === 'fraction'
  const worse = isMoreBetter(name) ? before - after : after - before
  const values = `${figureText(metric, after)} against ${figureText(metric, before)}`
  if (!isShare && before === 0) {
    // Nothing is so many per cent of zero: whatever is worse than that is worse than any tolerance.
    const status = worse > 0 ? 'exceeded' : 'kept'
    return { ...base, status, worseBy: worse > 0 ? null : 0, sentence: `${name}: ${values}.` }
  }
  const worseBy = (isShare ? worse : worse / Math.abs(before)) * 100
  const amount = `${formatNumber(Math.abs(worseBy))}${isShare ? ' points' : ' %'}`
  const limit = `${formatNumber(tolerated)}${isShare ? ' points' : ' %'}`
  const how = worseBy === 0 ? 'the same' : `${amount} ${worseBy > 0 ? 'worse' : 'better'}`
  return {
    ...base,
    // What is stated in decimals is compared in decimals: 10 % of 1.1 is no more than 10 %.
    status: worseBy > tolerated * (1 + 1e-9) + 1e-9 ? 'exceeded' : 'kept',
    worseBy,
    sentence: `${name}: ${values}, ${how}; ${limit} tolerated.`,
  }
}

const isOfStaleReads = (name: string): boolean => name.startsWith('stale.timeLagMs.')

function hasOnlyFreshReads(runs: ComparedRuns, run: number): boolean {
  return metricValue(runs[run].report, 'stale.fraction') === 0
}
