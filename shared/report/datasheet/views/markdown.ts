import { formatMs, formatNumber, formatPercent } from '../../numbers.ts'
import { escapeMarkdown } from '../../views/markdown.ts'
import { convergenceSentence, pacelcText, probesSentence, sheetTables, type SheetTable } from '../tables.ts'
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
    '## Rebalancing',
    escapeMarkdown(rebalancing.sentence),
    `---\n\n${escapeMarkdown(`${provenance.tool} ${provenance.version}, seed ${seed}: ${probesSentence(sheet)}`)} To reproduce:`,
    `\`\`\`sh\n${provenance.command.replace(/[\r\n`]+/g, ' ')}\n\`\`\``,
  ]
  return `${parts.join('\n\n')}\n`
}

/** What reads saw of writes under contention. */
export function contentionSentence({ visibility }: Datasheet): string {
  const { staleFraction, versionLagP99, versionLagMax, timeLagP99Ms, freshAtZero, t999Ms } = visibility
  if (freshAtZero === null) return 'No write was acknowledged.'
  const at =
    t999Ms === null ? 'not within a second' : t999Ms === 0 ? 'at once' : `from ${formatMs(t999Ms)} on`
  const fresh = `A read that begins when a write was acknowledged returns it with probability ${formatNumber(freshAtZero, 5)}; 99.9 % do ${at}.`
  const contention =
    staleFraction === null || staleFraction === 0
      ? ' Under contention for two keys no read was stale.'
      : ` Under contention for two keys ${formatPercent(staleFraction)} of the reads were stale, by ${formatNumber(versionLagP99)} versions at p99 ` +
        `(${formatNumber(versionLagMax)} at most), and by up to ${formatMs(timeLagP99Ms)} in 99 of 100 such cases.`
  return fresh + contention
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
