import type { LatencySummary, Metrics, VisibilityPoint } from '../metrics/types.ts'
import type { PredictedLatency, Prediction } from '../predict/types.ts'
import { listed } from '../base/listed.ts'
import { formatNumber, formatRatio } from './numbers.ts'
import type { PredictionAgreement } from './types.ts'

/** A fraction from fewer reads than this says more about chance than about the model. */
const READS_MIN = 1000
const READS_MIN_FALLBACK = 100
/** A quantile is compared only where at least this many operations lie beyond it. */
const BEYOND_MIN = 10

const QUANTILES = [
  { key: 'p50', p: 0.5 },
  { key: 'p90', p: 0.9 },
  { key: 'p95', p: 0.95 },
  { key: 'p99', p: 0.99 },
  { key: 'p999', p: 0.999 },
] as const

/** How far the prediction is from what was measured, with one sentence that does not flatter. */
export function agreementOf(
  measured: Pick<Metrics, 'latencyMs' | 'staleness'>,
  prediction: Prediction,
  faults: number,
): PredictionAgreement {
  const gap = largestGap(measured.staleness.visibility, prediction.visibility)
  const latency = (['read', 'write'] as const).flatMap((operation) =>
    latencyRatios(operation, measured.latencyMs[operation], prediction.latencyMs[operation]),
  )
  return {
    freshGapPoints: gap?.points ?? null,
    freshGapAtMs: gap?.atMs ?? null,
    latency,
    sentence: sentenceOf(gap, latency, faults),
  }
}

interface Gap {
  points: number
  atMs: number
  /** Half-width of the 95 % interval that chance alone gives the measured point, in percentage points. */
  chancePoints: number
}

function largestGap(measured: readonly VisibilityPoint[], predicted: readonly VisibilityPoint[]): Gap | null {
  let usable = measured.filter((point) => point.reads >= READS_MIN)
  if (usable.length === 0) usable = measured.filter((point) => point.reads >= READS_MIN_FALLBACK)
  let largest: Gap | null = null
  for (const point of usable) {
    const fresh = freshAt(predicted, point.tMs)
    if (fresh === null) continue
    const points = Math.abs(point.fresh - fresh) * 100
    if (largest !== null && points <= largest.points) continue
    // The prediction's own variance: the measured fraction may be exactly 0 or 1, which would claim certainty.
    const chancePoints = 196 * Math.sqrt(Math.max(0, fresh * (1 - fresh)) / point.reads)
    largest = { points, atMs: point.tMs, chancePoints }
  }
  return largest
}

/** P(fresh | t) between the points of a curve, along straight lines; beyond its ends, its end values. */
export function freshAt(curve: readonly VisibilityPoint[], tMs: number): number | null {
  if (curve.length === 0) return null
  let before = curve[0]
  if (tMs <= before.tMs) return before.fresh
  for (const point of curve) {
    if (point.tMs >= tMs) {
      const share = point.tMs === before.tMs ? 1 : (tMs - before.tMs) / (point.tMs - before.tMs)
      return before.fresh + share * (point.fresh - before.fresh)
    }
    before = point
  }
  return before.fresh
}

function latencyRatios(
  operation: string,
  measured: LatencySummary,
  predicted: PredictedLatency,
): PredictionAgreement['latency'] {
  return QUANTILES.flatMap(({ key, p }) => {
    const measuredMs = measured[key]
    const predictedMs = predicted[key]
    if (measuredMs === null || !(predictedMs > 0) || measured.count * (1 - p) < BEYOND_MIN) return []
    return [
      { metric: `${operation}.latency.${key}`, measuredMs, predictedMs, ratio: measuredMs / predictedMs },
    ]
  })
}

function sentenceOf(gap: Gap | null, latency: PredictionAgreement['latency'], faults: number): string {
  const parts: string[] = []
  if (gap !== null) {
    const chance = gap.points <= gap.chancePoints ? ', no more than chance explains' : ''
    parts.push(
      `P(fresh | t) differs from the prediction by at most ${formatNumber(gap.points)} percentage points (at t = ${formatNumber(gap.atMs)} ms${chance})`,
    )
  }
  if (latency.length > 0) {
    const ratios = latency.map((entry) => entry.ratio)
    const low = formatRatio(Math.min(...ratios))
    const high = formatRatio(Math.max(...ratios))
    parts.push(
      low === high
        ? `measured latency is ${low} times the predicted one`
        : `measured latency quantiles are ${low} to ${high} times the predicted ones`,
    )
  }
  if (parts.length === 0) return 'Too few operations were measured to compare them with the prediction.'
  const text = listed(parts)
  const caveat = faults > 0 ? ' The model knows no faults; this run had some.' : ''
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.${caveat}`
}
