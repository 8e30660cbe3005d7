import { formatMs, formatNumber, percentText, quantityOfMs, type Quantity } from '../numbers.ts'
import type { Datasheet } from './types.ts'

/** One figure of the sheet at a glance. */
export interface Tile {
  label: string
  hue: 'read' | 'write' | 'stale' | 'neutral' | 'follower'
  quantity: Quantity
  meaning: string
}

/** The figures that two datasheets are compared by first, in the order of reading. */
export function tilesOf(sheet: Datasheet): Tile[] {
  const { calm, visibility, partitions, failovers, saturation } = sheet
  const worst = (of: 'readLatency' | 'writeLatency'): number | null =>
    calm.regions.reduce<number | null>((most, region) => {
      const { p99Ms } = region[of]
      return p99Ms === null ? most : Math.max(most ?? 0, p99Ms)
    }, null)
  const cutOff = partitions.at(0)?.sides.at(-1)
  const percent = (fraction: number | null): Quantity => ({
    text: percentText(fraction),
    unit: fraction === null ? '' : '%',
  })
  const [crash] = failovers
  return [
    {
      label: 'Read p99, calm',
      hue: 'read',
      quantity: quantityOfMs(worst('readLatency')),
      meaning: 'In the slowest client region.',
    },
    {
      label: 'Write p99, calm',
      hue: 'write',
      quantity: quantityOfMs(worst('writeLatency')),
      meaning: 'In the slowest client region.',
    },
    {
      label: 'Fresh at once',
      hue: 'stale',
      quantity: percent(visibility.freshAtZero),
      meaning: 'Reads that begin when a write was acknowledged, and return it.',
    },
    {
      label: 'Peak throughput',
      hue: 'neutral',
      quantity: {
        text: formatNumber(saturation.peakOkPerS),
        unit: saturation.peakOkPerS === null ? '' : 'per second',
      },
      meaning:
        saturation.peakOkPerS === null
          ? 'Not bounded, or not looked for.'
          : 'With as many sessions as it takes.',
    },
    {
      label: 'Reads when cut off',
      hue: 'read',
      quantity: percent(cutOff?.settled.reads.fraction ?? null),
      meaning: 'Answered on the smaller side of a partition that has settled.',
    },
    {
      label: 'Writes when cut off',
      hue: 'write',
      quantity: percent(cutOff?.settled.writes.fraction ?? null),
      meaning: 'Answered on the smaller side of a partition that has settled.',
    },
    {
      label: 'No read after a crash',
      hue: 'follower',
      quantity: quantityOfMs(crash?.outages.readMs ?? null),
      meaning: `The longest time; ${formatMs(crash?.usual.readMs ?? null)} in calm.`,
    },
    {
      label: 'No write after a crash',
      hue: 'follower',
      quantity: quantityOfMs(crash?.outages.writeMs ?? null),
      meaning: `The longest time; ${formatMs(crash?.usual.writeMs ?? null)} in calm.`,
    },
  ]
}
