import { formatCount, formatNumber } from '../numbers.ts'
import type { Report } from '../types.ts'
import { busiest, categories, leftOutWords } from './categories.ts'
import { frame, paletteOf, yAxis, type Chart } from './frame.ts'

type Replica = Report['load']['replicas'][number]

/** Messages and operations per second at each replica. */
export const load: Chart = {
  id: 'load',
  title: 'Load per replica',
  aria: ({ load: measured }) =>
    `Load per replica: ${formatNumber(measured.messagesPerOperation)} messages and ` +
    `${formatNumber(measured.bytesPerOperation)} bytes per operation over ${formatCount(measured.replicas.length)} replicas.`,
  caption: ({ load: measured }) =>
    'Messages that each replica received and sent, and client operations that it took on, per second of the run.' +
    leftOutWords(measured.replicas.length),
  empty: ({ load: measured }) => {
    if (measured.replicas.length === 0) return 'The history names no replicas.'
    return measured.replicas.every(
      ({ messagesIn, messagesOut, operations }) => messagesIn + messagesOut + operations === 0,
    )
      ? 'No replica sent or received anything.'
      : null
  },
  option: (report, theme) => {
    const colours = paletteOf(theme)
    const replicas = drawn(report)
    const bars = (name: string, colour: string, of: (replica: Replica) => number): object => ({
      type: 'bar',
      name,
      silent: true,
      barMaxWidth: 18,
      barGap: '8%',
      barCategoryGap: '32%',
      itemStyle: { color: colour },
      data: replicas.map((replica) => perSecond(report, of(replica))),
    })
    const base = frame(colours)
    return {
      ...base,
      legend: { ...(base.legend as object), itemWidth: 11, icon: 'rect', itemStyle: { opacity: 1 } },
      ...categories(
        colours,
        'replica',
        replicas.map(({ id }) => id),
      ),
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
  table: (report) => ({
    columns: ['replica', 'messages in /s', 'messages out /s', 'operations /s'],
    rows: report.load.replicas.map(({ id, messagesIn, messagesOut, operations }) => [
      id,
      ...[messagesIn, messagesOut, operations].map((count) => formatNumber(perSecond(report, count))),
    ]),
  }),
}

const perSecond = (report: Report, count: number): number => (count * 1000) / Math.max(1, report.durationMs)

function drawn({ load: measured }: Report): readonly Replica[] {
  return busiest(measured.replicas, ({ messagesIn }) => messagesIn)
}
