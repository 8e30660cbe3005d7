import { formatNumber } from '../../../shared/report/numbers.ts'
import { panned, type Range } from '../../model/range.ts'
import { timeUnit } from '../../model/units.ts'

/** The time axis of the fault timeline: what is in sight, where its ticks are, and what a drag snaps to. */

/** Round steps: 1, 2 and 5 of each power of ten below a minute, then divisions of the clock. */
const STEPS_MS = [
  ...[1, 10, 100, 1_000, 10_000]
    .flatMap((power) => [power, 2 * power, 5 * power])
    .filter((ms) => ms < 60_000),
  ...[1, 2, 5, 10, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 6, 12, 24].map((hours) => hours * 3_600_000),
]

/** A look closer than this shows nothing new. */
export const SPAN_MS_MIN = 20

/** The smallest round step that is at least this long. */
export function roundStepMs(leastMs: number): number {
  return STEPS_MS.find((step) => step >= leastMs) ?? STEPS_MS[STEPS_MS.length - 1]
}

/** Ticks at round instants, at least `apartPx` from each other. */
export function ticksOf(range: Range, widthPx: number, apartPx: number): number[] {
  const step = roundStepMs(((range.to - range.from) * apartPx) / Math.max(1, widthPx))
  const ticks: number[] = []
  for (let ms = Math.ceil(range.from / step) * step; ms <= range.to; ms += step) ticks.push(ms)
  return ticks
}

/** The step of drags and arrow keys: the smallest round one that the eye tells apart. */
export function snapStepMs(range: Range, widthPx: number): number {
  return roundStepMs(((range.to - range.from) * 6) / Math.max(1, widthPx))
}

/** An instant or a length with all of its digits, as it stands in the file: "850 ms", "4.25 s", "90 s". */
export function exactWords(ms: number): string {
  const isMs = timeUnit.value === 'ms' || (ms !== 0 && Math.abs(ms) < 1_000)
  return isMs ? `${formatNumber(ms, 9)} ms` : `${formatNumber(ms / 1_000, 9)} s`
}

/** The instant that a drag means: an edge nearby, else the nearest step. */
export function snapped(
  ms: number,
  { stepMs, edges, reachMs }: { stepMs: number; edges: readonly number[]; reachMs: number },
): number {
  const edge = nearestEdge(ms, edges, reachMs)
  return edge ?? Math.round(ms / stepMs) * stepMs
}

/** Where a bar begins that is dragged as a whole: either of its ends may meet an edge, the nearer one wins. */
export function snappedBar(
  atMs: number,
  lengthMs: number,
  grid: { stepMs: number; edges: readonly number[]; reachMs: number },
): number {
  const start = nearestEdge(atMs, grid.edges, grid.reachMs)
  const end = nearestEdge(atMs + lengthMs, grid.edges, grid.reachMs)
  const byEnd = end === null ? null : end - lengthMs
  if (byEnd !== null && byEnd >= 0 && (start === null || Math.abs(byEnd - atMs) < Math.abs(start - atMs)))
    return byEnd
  return snapped(atMs, grid)
}

function nearestEdge(ms: number, edges: readonly number[], reachMs: number): number | null {
  let nearest: number | null = null
  for (const edge of edges)
    if (Math.abs(edge - ms) <= reachMs && (nearest === null || Math.abs(edge - ms) < Math.abs(nearest - ms)))
      nearest = edge
  return nearest
}

/** The range moved just so far that an instant is in sight. */
export function revealing(range: Range, ms: number, bounds: Range): Range {
  if (ms < range.from) return panned(range, ms - range.from, bounds)
  return ms > range.to ? panned(range, ms - range.to, bounds) : range
}
