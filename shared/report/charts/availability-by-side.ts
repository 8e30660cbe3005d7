import { formatCount, formatPercent } from '../numbers.ts'
import type { Report } from '../types.ts'
import { BARS_MAX, categories } from './categories.ts'
import { faultNumber, frame, paletteOf, yAxis, type Chart } from './frame.ts'

/** One side of the network while a fault parted it. */
interface Side {
  /** As the fault table numbers it. */
  fault: string
  window: string
  label: string
  availability: number | null
  operations: number
}

/** Who was still served on which side of each partition. */
export const availabilityBySide: Chart = {
  id: 'availability-by-side',
  title: 'Availability by side',
  aria: (report) =>
    `Availability by side of each partition: ${sidesOf(report)
      .slice(0, 8)
      .map(({ fault, label, availability }) => `${formatPercent(availability)} at ${label} during ${fault}`)
      .join('; ')}.`,
  caption: () =>
    'While a fault parted the network: of the operations of the clients on each side, the share that succeeded. A side without clients has no bar.',
  empty: (report) => {
    const sides = sidesOf(report)
    if (sides.length === 0) return 'Nothing parted the network. A partition in the faults fills this chart.'
    return sides.every(({ operations }) => operations === 0)
      ? 'No client that stood on one side of a partition asked anything. Regions or clients among its groups fill this chart.'
      : null
  },
  option: (report, theme) => {
    const colours = paletteOf(theme)
    const sides = sidesOf(report).slice(0, BARS_MAX)
    return {
      ...frame(colours),
      legend: { show: false },
      ...categories(
        colours,
        'side of each partition',
        sides.map(({ fault, label }) => `${fault} ${label}`),
      ),
      yAxis: yAxis(colours, 'operations that succeeded (%)', { min: 0, max: 100, interval: 25 }),
      series: [
        {
          type: 'bar',
          name: 'succeeded',
          silent: true,
          barMaxWidth: 44,
          itemStyle: { color: colours.neutral },
          data: sides.map(({ availability }) => (availability === null ? null : availability * 100)),
          label: {
            show: true,
            position: 'top',
            color: colours.ink,
            fontSize: 11.5,
            formatter: ({ dataIndex }: { dataIndex: number }) => formatPercent(sides[dataIndex].availability),
          },
        },
      ],
    }
  },
  words: (report) => {
    const sides = sidesOf(report)
    return {
      x: (index) => {
        const side = sides[index]
        return side === undefined
          ? ''
          : `${side.fault}, ${side.label}: ${formatCount(side.operations)} operations`
      },
      y: (percent) => formatPercent(percent / 100),
    }
  },
  isOverTime: false,
  table: (report) => ({
    columns: ['fault', 'side', 'operations', 'succeeded'],
    rows: sidesOf(report).map(({ window, label, operations, availability }) => [
      window,
      label,
      formatCount(operations),
      formatPercent(availability),
    ]),
  }),
}

function sidesOf({ availability: { windows }, faults }: Report): Side[] {
  return windows.flatMap(({ fault, label: window, sides }) =>
    fault === null
      ? []
      : sides.map(({ label, availability, operations }) => ({
          fault: faultNumber(faults, fault),
          window,
          label,
          availability,
          operations,
        })),
  )
}
