import { escapeHtml } from '../../escape.ts'
import { formatNumber, percentText, quantityOfMs, type Quantity } from '../../numbers.ts'
import type { Report } from '../../types.ts'
import { swatch } from './elements.ts'

interface Tile {
  label: string
  hue: 'read' | 'write' | 'stale' | 'neutral' | 'follower'
  quantity: Quantity
  meaning: string
}

/** The eight figures to take away from a run, each with its unit and what it means. */
export function keyFigures(report: Report): string {
  const tiles = tilesOf(report).map(
    ({ label, hue, quantity, meaning }) =>
      `<div class="tile"><dt>${swatch(hue)}${escapeHtml(label)}</dt>` +
      `<dd class="value">${escapeHtml(quantity.text)}${quantity.unit === '' ? '' : ` <span class="unit">${escapeHtml(quantity.unit)}</span>`}</dd>` +
      `<dd class="meaning">${escapeHtml(meaning)}</dd></div>`,
  )
  return `<dl class="tiles">\n${tiles.join('\n')}\n</dl>`
}

function tilesOf({ latencyMs, staleness, availability, throughput, load }: Report): Tile[] {
  const percent = (fraction: number | null): Quantity => ({
    text: percentText(fraction),
    unit: fraction === null ? '' : '%',
  })
  return [
    {
      label: 'Read p50',
      hue: 'read',
      quantity: quantityOfMs(latencyMs.read.p50),
      meaning: 'Half of the reads took no longer.',
    },
    {
      label: 'Read p99',
      hue: 'read',
      quantity: quantityOfMs(latencyMs.read.p99),
      meaning: 'One read in a hundred took longer.',
    },
    {
      label: 'Write p50',
      hue: 'write',
      quantity: quantityOfMs(latencyMs.write.p50),
      meaning: 'Half of the writes took no longer.',
    },
    {
      label: 'Write p99',
      hue: 'write',
      quantity: quantityOfMs(latencyMs.write.p99),
      meaning: 'One write in a hundred took longer.',
    },
    {
      label: 'Stale reads',
      hue: 'stale',
      quantity: percent(staleness.staleFraction),
      meaning: 'A newer version had been acknowledged before the read began.',
    },
    {
      label: 'Availability',
      hue: 'follower',
      quantity: percent(availability.overall),
      meaning: 'Operations that succeeded, of all that should have begun.',
    },
    {
      label: 'Throughput',
      hue: 'neutral',
      quantity: { text: formatNumber(throughput.okPerS), unit: 'per second' },
      meaning: 'Successful operations, averaged over the measured time.',
    },
    {
      label: 'Messages',
      hue: 'neutral',
      quantity: {
        text: formatNumber(load.messagesPerOperation),
        unit: load.messagesPerOperation === null ? '' : 'per operation',
      },
      meaning: 'What one operation costs the network, repairs included.',
    },
  ]
}
