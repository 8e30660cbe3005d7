import { formatNumber, formatPercent } from '../numbers.ts'
import type { Report } from '../types.ts'
import { BOUND_WORDS, boundsOf } from './battery.ts'
import { percentilesOf } from './observe.ts'
import type { LoadPoint, Probe, Saturation, Subject } from './types.ts'

/** Less is chance. */
const GAIN_MIN = 1.1

/** Throughput against load, the knee, and what bounds it: found by taking one bound after the other away. */
export function saturationOf(
  subject: Subject,
  loads: readonly { probe: Probe; report: Report }[],
): Saturation {
  const points = loads.filter(({ probe }) => probe.unbound === null).map(pointOf)
  const last = points.at(-1)
  if (last === undefined) return nothing(subject)
  const gains = loads.flatMap(({ probe: { unbound }, report }) =>
    unbound === null ? [] : [{ bound: unbound, factor: report.throughput.okPerS / last.okPerS }],
  )
  const [best] = gains.sort((a, b) => b.factor - a.factor)
  const bottleneck = best !== undefined && best.factor >= GAIN_MIN ? best : null
  const knee = kneeOf(points)
  const peakOkPerS = Math.max(...points.map(({ okPerS }) => okPerS))
  return {
    points,
    knee,
    peakOkPerS,
    busiest: last.busiest,
    bottleneck,
    sentence: sentenceOf(points[knee], last, peakOkPerS, bottleneck),
  }
}

function pointOf({ probe, report }: { probe: Probe; report: Report }): LoadPoint {
  const sessions = probe.sessions ?? 0
  const { okPerS } = report.throughput
  const busiest = report.load.replicas.reduce((a, b) => (b.busy > a.busy ? b : a))
  return {
    sessions,
    okPerS,
    // Little's law: so many sessions are always waiting for an answer.
    meanMs: okPerS > 0 ? (sessions * 1_000) / okPerS : 0,
    readLatency: percentilesOf(report.latencyMs.read),
    writeLatency: percentilesOf(report.latencyMs.write),
    busiest: busiest.id,
    busy: busiest.busy,
  }
}

/** Kleinrock, "Power and Deterministic Rules of Thumb", ICC 1979: the load at which throughput over delay is largest. */
export function kneeOf(points: readonly Pick<LoadPoint, 'okPerS' | 'meanMs'>[]): number {
  const power = points.map(({ okPerS, meanMs }) => (meanMs > 0 ? okPerS / meanMs : 0))
  return power.indexOf(Math.max(...power))
}

function sentenceOf(
  knee: LoadPoint,
  last: LoadPoint,
  peakOkPerS: number,
  bottleneck: Saturation['bottleneck'],
): string {
  if (bottleneck === null) {
    return (
      `Throughput reaches ${formatNumber(peakOkPerS)} operations per second with ${last.sessions} sessions, and nothing is ` +
      'used up there: with more of them it would grow further.'
    )
  }
  const load =
    `Throughput peaks at ${formatNumber(peakOkPerS)} operations per second; the knee is at ` +
    `${formatNumber(knee.okPerS)} with ${knee.sessions} sessions.`
  const { bound, factor } = bottleneck
  const busy = bound === 'service' ? ` (${last.busiest}, ${formatPercent(last.busy)} busy)` : ''
  return `${load} What bounds it is ${BOUND_WORDS[bound]}${busy}: without it there would be ${formatNumber(factor)} times as much.`
}

function nothing({ topology }: Subject): Saturation {
  const sentence = boundsOf(topology).some((bound) => bound !== 'disk')
    ? 'The quick battery does not look for it.'
    : 'Nothing bounds the throughput: the topology states neither the time that a replica takes for a message ' +
      '(service.perMessageMs) nor the bandwidth of links.'
  return {
    points: [],
    knee: null,
    peakOkPerS: null,
    busiest: null,
    bottleneck: null,
    sentence,
  }
}
