import type { RunEvent, RunStatistics } from '../../../shared/report/statistics.ts'
import type { Plot } from '../../charts/stream-plot.ts'

/** Samples that a plot draws at most; more are thinned, the latest always kept. */
const SAMPLES_MAX = 600

export interface StreamPlots {
  readonly throughput: Omit<Plot, 'cursorMs'>
  readonly latency: Omit<Plot, 'cursorMs'>
  readonly errors: Omit<Plot, 'cursorMs'>
  readonly lag: Omit<Plot, 'cursorMs'>
  /** Live runs alone. */
  readonly lateness: Omit<Plot, 'cursorMs'> | null
}

/** The plots of a stream. `durationMs` is where the axis ends, unless the run goes on beyond it. */
export function plotsOf(
  statistics: readonly RunStatistics[],
  events: readonly RunEvent[],
  durationMs: number,
): StreamPlots {
  const samples = thinned(statistics)
  const atMs = samples.map(({ nowMs }) => nowMs)
  const toMs = Math.max(durationMs, atMs.at(-1) ?? 0, 1)
  const base = { atMs, fromMs: 0, toMs, windows: faultWindows(events, toMs) }
  const isLive = samples.some(({ latenessP99Ms }) => latenessP99Ms !== null)
  return {
    throughput: {
      ...base,
      lines: [{ name: 'ok', colour: 'neutral', values: samples.map(({ okPerS }) => okPerS) }],
    },
    latency: {
      ...base,
      lines: (['read', 'write'] as const).flatMap((operation) => [
        {
          name: `${operation} p99`,
          colour: operation,
          values: samples.map(({ latencyMs }) => latencyMs[operation]?.p99 ?? null),
        },
        {
          name: 'p50',
          colour: operation,
          dashed: true,
          values: samples.map(({ latencyMs }) => latencyMs[operation]?.p50 ?? null),
        },
      ]),
    },
    errors: {
      ...base,
      lines: [
        { name: 'failed or unknown', colour: 'error', values: samples.map(({ failedPerS }) => failedPerS) },
      ],
    },
    lag: {
      ...base,
      lines: [
        {
          name: 'furthest behind',
          colour: 'follower',
          values: samples.map(({ replicas }) =>
            replicas.reduce<number | null>(
              (most, { lag, up }) => (up && lag !== null ? Math.max(most ?? 0, lag) : most),
              null,
            ),
          ),
        },
      ],
    },
    lateness: isLive
      ? {
          ...base,
          lines: [
            { name: 'p99', colour: 'neutral', values: samples.map(({ latenessP99Ms }) => latenessP99Ms) },
          ],
        }
      : null,
  }
}

function thinned(statistics: readonly RunStatistics[]): readonly RunStatistics[] {
  if (statistics.length <= SAMPLES_MAX) return statistics
  const step = Math.ceil(statistics.length / SAMPLES_MAX)
  return statistics.filter((_, i) => (statistics.length - 1 - i) % step === 0)
}

/** Windows in which a fault was in force, as the events tell; one that has not ended reaches to the edge. */
export function faultWindows(events: readonly RunEvent[], toMs: number): { fromMs: number; toMs: number }[] {
  const open = new Map<number, number>()
  const windows: { fromMs: number; toMs: number }[] = []
  for (const { fault, phase, tMs } of events) {
    if (fault === undefined) continue
    const fromMs = open.get(fault)
    if (phase === 'start') open.set(fault, tMs)
    else if (phase === 'end' && fromMs !== undefined) {
      windows.push({ fromMs, toMs: tMs })
      open.delete(fault)
    }
  }
  for (const fromMs of open.values()) windows.push({ fromMs, toMs })
  return windows.sort((a, b) => a.fromMs - b.fromMs)
}
