import { formatMs, formatNumber, formatPercent } from '../../numbers.ts'
import { escapeMarkdown } from '../../views/markdown.ts'
import {
  contentionSentence,
  convergenceSentence,
  pacelcText,
  probesSentence,
  sheetTables,
  type SheetTable,
} from '../tables.ts'
import type { Datasheet } from '../types.ts'

/** The datasheet as GitHub-flavoured Markdown. */
export function markdownDatasheet(sheet: Datasheet): string {
  const { topology, pacelc, visibility, saturation, rebalancing, provenance, seed } = sheet
  const tables = new Map(sheetTables(sheet).map((table) => [table.id, table]))
  const of = (id: string): string[] => {
    const found = tables.get(id)
    return found === undefined ? [] : [tablePart(found)]
  }
  const parts = [
    `# ${escapeMarkdown(topology.name)}`,
    `**${pacelc.cap}, ${pacelcText(sheet)}.** ${escapeMarkdown(`${pacelc.evidence.partition} ${pacelc.evidence.else}`)}`,
    ...of('calm'),
    '## Visibility of writes',
    plainTable(
      ['t', 'P(fresh | t)'],
      visibility.points.map(({ tMs, fresh }) => [formatMs(tMs), formatNumber(fresh, 5)]),
    ),
    escapeMarkdown(contentionSentence(sheet)),
    ...of('partitions'),
    escapeMarkdown(convergenceSentence(sheet)),
    ...of('failovers'),
    ...of('lost'),
    ...of('guarantees'),
    '## Saturation',
    escapeMarkdown(saturation.sentence),
    ...(saturation.points.length === 0 ? [] : [loadTable(sheet)]),
    ...(tables.has('rebalancing') ? of('rebalancing') : ['## Rebalancing']),
    escapeMarkdown(rebalancing.sentence),
    ...of('rebalancing-clients'),
    `---\n\n${escapeMarkdown(`${provenance.tool} ${provenance.version}, seed ${seed}: ${probesSentence(sheet)}`)} To reproduce:`,
    `\`\`\`sh\n${provenance.command.replace(/[\r\n`]+/g, ' ')}\n\`\`\``,
  ]
  return `${parts.join('\n\n')}\n`
}

function loadTable({ saturation }: Datasheet): string {
  return plainTable(
    ['sessions', 'per second', 'mean latency', 'busiest replica', 'busy'],
    saturation.points.map(({ sessions, okPerS, meanMs, busiest, busy }) => [
      String(sessions),
      formatNumber(okPerS),
      formatMs(meanMs),
      busiest,
      formatPercent(busy),
    ]),
  )
}

function tablePart({ title, lead, columns, rows }: SheetTable): string {
  const rule = columns.map(({ numeric }) => (numeric === true ? ' ---: ' : ' --- ')).join('|')
  const lines = [columns.map((column) => column.title), ...rows].map(line)
  return [`## ${title}`, '', escapeMarkdown(lead), '', lines[0], `|${rule}|`, ...lines.slice(1)].join('\n')
}

function plainTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(columns), `|${columns.map(() => ' ---: ').join('|')}|`, ...rows.map(line)].join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |`
}
