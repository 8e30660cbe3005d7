import { formatCount, formatNumber } from '../numbers.ts'
import { shortened } from '../escape.ts'
import type { Report } from '../types.ts'
import { frame, paletteOf, xAxis, yAxis, type Chart } from './frame.ts'

/** More replicas than this would be stripes, not bars; the table lists all. */
export const LOAD_BARS_MAX = 40

/** Messages and operations per second at each replica. */
export const load: Chart = {
  id: 'load',
  title: 'Load per replica',
  aria: ({ load: measured }) =>
    `Load per replica: ${formatNumber(measured.messagesPerOperation)} messages and ` +
    `${formatNumber(measured.bytesPerOperation)} bytes per operation over ${formatCount(measured.replicas.length)} replicas.`,
  caption: ({ load: measured }) =>
    'Messages that each replica received and sent, and client operations that it took on, per second of the run.' +
    (measured.replicas.length > LOAD_BARS_MAX
      ? ` The ${LOAD_BARS_MAX} busiest of ${formatCount(measured.replicas.length)} are drawn.`
      : ''),
  empty: ({ load: measured }) => (measured.replicas.length === 0 ? 'The history names no replicas.' : null),
  option: (report, theme) => {
    const colours = paletteOf(theme)
    const replicas = drawn(report)
    const perSecond = (count: number): number => (count * 1000) / Math.max(1, report.durationMs)
    const bars = (
      name: string,
      colour: string,
      of: (replica: Report['load']['replicas'][number]) => number,
    ): object => ({
      type: 'bar',
      name,
      silent: true,
      barMaxWidth: 18,
      barGap: '8%',
      barCategoryGap: '32%',
      itemStyle: { color: colour },
      data: replicas.map((replica) => perSecond(of(replica))),
    })
    const longest = Math.max(1, ...replicas.map((replica) => Math.min(14, replica.id.length)))
    const crowded = replicas.length * (longest * 7 + 8) > 470
    const legend = frame(colours).legend as object
    return {
      ...frame(colours),
      legend: { ...legend, itemWidth: 11, icon: 'rect', itemStyle: { opacity: 1 } },
      grid: { ...(frame(colours).grid as object), bottom: crowded ? 70 : 42 },
      xAxis: xAxis(colours, crowded ? '' : 'replica', {
        type: 'category',
        data: replicas.map((replica) => shortened(replica.id, 14)),
        axisTick: { show: false },
        axisLabel: {
          color: colours.muted,
          fontSize: crowded ? 11 : 12,
          interval: 0,
          rotate: crowded ? 55 : 0,
          hideOverlap: true,
        },
      }),
      yAxis: yAxis(colours, 'per second', { min: 0 }),
      series: [
        bars('messages in', colours.neutral, (replica) => replica.messagesIn),
        bars('messages out', colours.neutralSoft, (replica) => replica.messagesOut),
        bars('operations', colours.neutralDeep, (replica) => replica.operations),
      ],
    }
  },
  words: (report) => {
    const replicas = drawn(report)
    return { x: (index) => replicas[index]?.id ?? '', y: (value) => `${formatNumber(value)} per s` }
  },
  isOverTime: false,
  table: () => null,
}

function drawn({ load: measured }: Report): Report['load']['replicas'] {
  if (measured.replicas.length <= LOAD_BARS_MAX) return measured.replicas
  const busiest = [...measured.replicas]
    .sort((a, b) => b.messagesIn - a.messagesIn || (a.id < b.id ? -1 : 1))
    .slice(0, LOAD_BARS_MAX)
  const kept = new Set(busiest.map((replica) => replica.id))
  return measured.replicas.filter((replica) => kept.has(replica.id))
}
