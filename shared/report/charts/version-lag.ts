import { formatCount, formatNumber, formatPercent } from '../numbers.ts'
import type { Report } from '../types.ts'
import { frame, paletteOf, xAxis, yAxis, type Chart } from './frame.ts'
import { log10, powerOfTen } from './scales.ts'

/** Lags up to this stand alone; beyond it, each bar holds twice as many as the one before. */
const SINGLE_MAX = 4

interface Bar {
  label: string
  reads: number
}

/** How many versions behind reads were. */
export const versionLag: Chart = {
  id: 'version-lag',
  title: 'Version lag',
  aria: ({ staleness }) =>
    `Staleness in versions: ${formatCount(staleness.reads - staleness.staleReads)} reads 0 versions behind, ` +
    `${formatCount(staleness.staleReads)} behind by one or more, at most ${formatNumber(staleness.versionLag.max)}.`,
  caption: () =>
    'How many acknowledged versions newer than the one returned there were when the read began; 0 is fresh. Each step upwards is ten times more reads.',
  empty: ({ staleness }) =>
    staleness.versionLag.histogram.length === 0
      ? 'No read was judged: that takes reads that succeed, of keys that were written before.'
      : null,
  option: (report, theme) => {
    const colours = paletteOf(theme)
    const bars = barsOf(report)
    const floor = lowestDecade(bars)
    return {
      ...frame(colours),
      xAxis: xAxis(colours, 'versions behind', {
        type: 'category',
        data: bars.map((bar) => bar.label),
        axisLabel: { color: colours.muted, fontSize: 12, interval: 0 },
      }),
      yAxis: yAxis(colours, 'share of reads (%)', { type: 'log', min: floor, max: 100, startValue: floor }),
      series: [
        {
          type: 'bar',
          silent: true,
          barMaxWidth: 44,
          data: bars.map((bar, i) => ({
            value: bar.reads === 0 ? null : (bar.reads / totalOf(bars)) * 100,
            itemStyle: { color: i === 0 && bar.label === '0' ? colours.neutralSoft : colours.stale },
          })),
          label: {
            show: true,
            position: 'top',
            color: colours.ink,
            fontSize: 11.5,
            formatter: ({ dataIndex }: { dataIndex: number }) =>
              formatPercent(bars[dataIndex].reads / totalOf(bars)),
          },
        },
      ],
    }
  },
  words: (report) => {
    const bars = barsOf(report)
    return {
      x: (index) => `${bars[index]?.label ?? ''} versions behind`,
      y: (percent) => formatPercent(percent / 100),
    }
  },
  isOverTime: false,
  table: (report) => {
    const bars = barsOf(report)
    return {
      columns: ['versions behind', 'reads', 'share'],
      rows: bars.map((bar) => [bar.label, formatCount(bar.reads), formatPercent(bar.reads / totalOf(bars))]),
    }
  },
}

function barsOf({ staleness }: Report): Bar[] {
  const bars: Bar[] = []
  const sorted = [...staleness.versionLag.histogram].sort(([a], [b]) => a - b)
  const top = sorted.length === 0 ? 0 : sorted[sorted.length - 1][0]
  let from = 0
  let width = 1
  while (from <= top) {
    const to = from + width - 1
    const reads = sorted.reduce((sum, [lag, count]) => (lag >= from && lag <= to ? sum + count : sum), 0)
    bars.push({ label: from === to ? `${from}` : `${formatCount(from)}–${formatCount(to)}`, reads })
    from = to + 1
    if (from > SINGLE_MAX) width = from - 1
  }
  return bars
}

/** Where a logarithmic axis of percentages begins: the decade below the smallest bar, so that each bar has a height. */
function lowestDecade(bars: readonly Bar[]): number {
  const shares = bars.filter((bar) => bar.reads > 0).map((bar) => (bar.reads / totalOf(bars)) * 100)
  const smallest = shares.reduce((a, b) => Math.min(a, b), 100)
  return Math.min(1, powerOfTen(Math.ceil(log10(smallest)) - 1))
}

function totalOf(bars: readonly Bar[]): number {
  return Math.max(
    1,
    bars.reduce((sum, bar) => sum + bar.reads, 0),
  )
}
