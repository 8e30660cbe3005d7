import { countOf, formatMs, formatNumber } from '../numbers.ts'
import type { Palette } from '../palette.ts'
import type { Report } from '../types.ts'
import {
  faultSeries,
  frame,
  lineSeries,
  paletteOf,
  thinned,
  timeAxis,
  timeScale,
  timeWords,
  type Chart,
  type LineStyle,
} from './frame.ts'
import { axisBelowNames, namesAbove } from './legend.ts'

type Measured = NonNullable<Report['replicationLag']>
type Lag = Measured['replicas'][number]
type Quantity = 'ms' | 'versions'

/** More lines than this nobody tells apart; the table has them all. */
const LINES_MAX = 6
/** Replicas have no colours of their own, so hues and dashes together tell them apart. */
const STYLES: readonly { colour: keyof Palette; dash?: readonly number[] }[] = [
  { colour: 'follower' },
  { colour: 'candidate', dash: [7, 3] },
  { colour: 'neutralDeep', dash: [2, 2] },
  { colour: 'met', dash: [9, 3, 2, 3] },
  { colour: 'neutral', dash: [4, 4] },
  { colour: 'neutralSoft' },
]

const WORDS = {
  ms: {
    axis: 'behind (ms)',
    caption:
      'How long ago the furthest replica of its shard stood where this one stood then. A line breaks while its replica is down.',
  },
  versions: {
    axis: 'versions behind',
    caption:
      'How many versions fewer than the furthest replica of its shard each one had applied. Equal data is no lag; a line breaks while its replica is down.',
  },
} as const

/** How far each replica was behind, in time. */
export const replicationLag = lagChart('replication-lag', 'Replication lag', 'ms')

/** How far each replica was behind, in versions. */
export const replicationLagVersions = lagChart(
  'replication-lag-versions',
  'Replication lag in versions',
  'versions',
)

function lagChart(id: string, title: string, quantity: Quantity): Chart {
  const { axis, caption } = WORDS[quantity]
  return {
    id,
    title,
    aria: ({ replicationLag: measured }, unit) => {
      const worst = measured === undefined ? undefined : worstFirst(measured.replicas, quantity)[0]
      return `${title} over time: ${
        worst === undefined
          ? 'no replica was looked at.'
          : `${worst.id} was furthest behind, by at most ${amount(most(worst[quantity]), quantity, unit)}.`
      }`
    },
    caption: ({ replicationLag: measured, faults }, unit) =>
      caption +
      (measured === undefined
        ? ''
        : ` Looked at every ${formatMs(measured.sampleEveryMs, unit)}.${leftOutWords(measured, quantity)}`) +
      (faults.length > 0 ? ' Hatched: fault windows.' : ''),
    empty: ({ replicationLag: measured }) => {
      if (measured === undefined) return 'This report is of a version that did not measure it.'
      if (measured.reason !== null) return measured.reason
      return measured.replicas.length < 2 ? 'One replica alone is never behind another.' : null
    },
    option: (report, theme, unit) => {
      const colours = paletteOf(theme)
      const { replicationLag: measured } = report
      const lines = measured === undefined ? [] : drawn(measured, quantity)
      const base = timeScale(report, unit)
      const tMs = measured?.tMs ?? []
      // Replicas catch up after the load has ended, so this axis may reach further than the others.
      const lastMs = tMs.at(-1) ?? 0
      const scale = { ...base, endMs: lastMs > base.endMs * 1.02 ? lastMs : base.endMs }
      const styles = styled(lines, colours)
      return {
        ...frame(colours),
        ...namesAbove(
          colours,
          lines.map(({ id }) => ({ series: id, label: id })),
          { between: 'axis and faults', hasMarkers: false },
        ),
        xAxis: timeAxis(colours, scale),
        yAxis: axisBelowNames(
          colours,
          axis,
          { min: 0, ...(quantity === 'versions' ? { minInterval: 1 } : {}) },
          'axis and faults',
        ),
        series: [
          ...faultSeries(colours, report, scale),
          ...lines.map((line, at) =>
            lineSeries(
              styles[at],
              tMs.map((t, i) => [Math.min(t, scale.endMs) / scale.divisor, line[quantity][i] ?? null]),
            ),
          ),
        ],
      }
    },
    words: (report, unit) => timeWords(report, (value) => amount(value, quantity, unit), unit),
    isOverTime: true,
    table: ({ replicationLag: measured }, unit) => {
      if (measured === undefined) return null
      return {
        columns: ['at', ...measured.replicas.map((replica) => replica.id)],
        rows: thinned(
          measured.tMs.map((t, i) => [
            formatMs(t, unit),
            ...measured.replicas.map((replica) => {
              const value = replica[quantity][i] ?? null
              return quantity === 'ms' ? formatMs(value, unit) : formatNumber(value)
            }),
          ]),
        ),
      }
    },
  }
}

/** Those that were furthest behind, in the order of the topology. */
function drawn({ replicas }: Measured, quantity: Quantity): Lag[] {
  const furthest = new Set(worstFirst(replicas, quantity).slice(0, LINES_MAX))
  return replicas.filter((replica) => furthest.has(replica))
}

function worstFirst(replicas: readonly Lag[], quantity: Quantity): Lag[] {
  return [...replicas].sort((a, b) => most(b[quantity]) - most(a[quantity]))
}

function styled(lines: readonly Lag[], colours: Palette): LineStyle[] {
  return lines.map(({ id }, at) => {
    const { colour, dash } = STYLES[at]
    return { name: id, colour: colours[colour], width: 1.5, ...(dash === undefined ? {} : { dash }) }
  })
}

function leftOutWords({ replicas, leftOut }: Measured, quantity: Quantity): string {
  const count = replicas.length + leftOut
  if (count <= LINES_MAX) return ''
  return ` Drawn: the ${LINES_MAX} of ${count} replicas that were furthest behind${quantity === 'ms' ? ' in time' : ''}.`
}

function most(values: readonly (number | null)[]): number {
  return values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0)
}

function amount(value: number, quantity: Quantity, unit: Parameters<typeof formatMs>[1]): string {
  return quantity === 'ms' ? formatMs(value, unit) : countOf(value, 'version')
}
