import { CHART_SIZE } from '../../charts/index.ts'
import { escapeHtml } from '../../escape.ts'
import { countOf, formatMs, formatNumber } from '../../numbers.ts'
import { folded, prose, section, swatch, table, type Cell } from '../../views/html/elements.ts'
import { figureOf, type Draw } from '../../views/html/figures.ts'
import { themeSwitch, wholePage } from '../../views/html/frame.ts'
import { saturationChart, visibilityChart } from '../charts.ts'
import {
  contentionSentence,
  convergenceSentence,
  pacelcText,
  probesSentence,
  sheetTables,
  type SheetTable,
} from '../tables.ts'
import { tilesOf } from '../tiles.ts'
import type { Datasheet } from '../types.ts'

/** Closer than a report: on paper the sheet is to be had at a glance. */
const PRINT_RULES = `@media print{
@page{margin:10mm}
body{font-size:9.5px;line-height:1.35}
h1{font-size:20px}h2{font-size:12.5px;margin:13px 0 4px}
.verdict{font-size:11px;margin-top:2px}
.lead{font-size:9.5px;margin:-2px 0 5px}
table{font-size:9px}th,td{padding:2px 8px}thead th{font-size:8.5px}
.tile{padding:6px 10px}.tile .value{font-size:17px}.tile dt,.tile .meaning{font-size:9px}
figure{padding:6px 10px}figcaption,.note{font-size:9px}
.stack>*+*{margin-top:6px}
footer{margin-top:12px;padding-top:6px;font-size:9px}
}
`

/**
 * The datasheet as one self-contained HTML file that prints on a page or two. What may differ between two runs of one
 * battery is inside `<footer id="provenance">`.
 */
export function htmlDatasheet(sheet: Datasheet, draw: Draw): string {
  const { name } = sheet.topology
  const body = `${header(sheet)}
<main>
${parts(sheet, draw).join('\n')}
</main>
${footer(sheet)}`
  return wholePage(`${name} – Replica Lab datasheet`, body, PRINT_RULES)
}

function header(sheet: Datasheet): string {
  const { topology, pacelc, seed } = sheet
  const { replication, replicas, regions } = topology
  const shape = `${replication.strategy}, ${countOf(replicas.length, 'replica')} in ${countOf(regions.length, 'region')}`
  return `<header>
<p class="kicker">Replica Lab datasheet · ${escapeHtml(shape)} · seed ${seed}</p>
${themeSwitch()}
<h1>${escapeHtml(topology.name)}</h1>
<p class="verdict"><strong>${pacelc.cap}, ${pacelcText(sheet)}.</strong> ${prose(`${pacelc.evidence.partition} ${pacelc.evidence.else}`)}</p>
</header>`
}

function parts(sheet: Datasheet, draw: Draw): string[] {
  const { saturation, rebalancing } = sheet
  const tables = new Map(sheetTables(sheet).map((each) => [each.id, each]))
  const of = (id: string, after = ''): string[] => {
    const found = tables.get(id)
    return found === undefined ? [] : [tableSection(found, after)]
  }
  const pictures = [visibilityChart, saturationChart].map((chart) => figureOf(chart, sheet, draw, CHART_SIZE))
  const note = (text: string): string => `\n<p class="note">${prose(text)}</p>`
  return [
    section('figures', 'At a glance', tiles(sheet)),
    ...of('calm'),
    section(
      'charts',
      'Visibility and saturation',
      `<div class="stack">\n<div class="pair">\n${pictures.join('\n')}\n</div>${note(contentionSentence(sheet))}${saturation.points.length === 0 ? '' : note(saturation.sentence)}\n</div>`,
    ),
    ...of('partitions', note(convergenceSentence(sheet))),
    ...of('failovers'),
    ...of('lost'),
    ...of('guarantees'),
    ...(tables.has('rebalancing')
      ? of('rebalancing', note(rebalancing.sentence))
      : [section('rebalancing', 'Rebalancing', `<p class="note">${prose(rebalancing.sentence)}</p>`)]),
    ...of('rebalancing-clients'),
  ]
}

function tableSection({ id, title, lead, columns, rows }: SheetTable, after: string): string {
  const cells = rows.map((row) => row.map((cell): Cell => toned(cell)))
  return section(id, title, `<div class="stack">\n${table(title, columns, cells)}${after}\n</div>`, lead)
}

/** A verdict in its colour; sign and word are there for whoever does not see it. */
function toned(cell: string): Cell {
  const tone = { '✓': 'good', '✕': 'bad', '?': 'open' }[cell.charAt(0)]
  return tone === undefined || !/^[✓✕?] \w+$/.test(cell)
    ? cell
    : { html: `<span class="chip ${tone}">${escapeHtml(cell)}</span>` }
}

function tiles(sheet: Datasheet): string {
  const html = tilesOf(sheet).map(
    ({ label, hue, quantity: { text, unit }, meaning }) =>
      `<div class="tile"><dt>${swatch(hue)}${escapeHtml(label)}</dt>` +
      `<dd class="value">${escapeHtml(text)}${unit === '' ? '' : ` <span class="unit">${escapeHtml(unit)}</span>`}</dd>` +
      `<dd class="meaning">${escapeHtml(meaning)}</dd></div>`,
  )
  return `<dl class="tiles">\n${html.join('\n')}\n</dl>`
}

function footer(sheet: Datasheet): string {
  const { provenance, probes } = sheet
  const { tool, version, node, platform, at, command, wallMs } = provenance
  const list = table(
    'Probes',
    [
      { title: 'Probe' },
      { title: 'What it does' },
      { title: 'Operations', numeric: true },
      { title: 'Time', numeric: true },
    ],
    probes.map(({ name, title, operations, virtualMs, stoppedEarly }) => [
      name,
      stoppedEarly === null ? title : `${title} (ended early: ${stoppedEarly})`,
      formatNumber(operations),
      formatMs(virtualMs),
    ]),
  )
  return `<footer id="provenance">
<p>${prose(probesSentence(sheet))} To reproduce this datasheet:</p>
<pre>${escapeHtml(command)}</pre>
<p>${prose(`${tool} ${version}, Node ${node} on ${platform}, ${at}, in ${formatMs(wallMs)}.`)}</p>
${folded('All probes', list)}
</footer>`
}
