import { CHARTS, CHART_SIZE, type Chart, type ChartOption, type Size } from '../../charts/index.ts'
import { escapeHtml } from '../../escape.ts'
import { formatMs } from '../../numbers.ts'
import { withVariables, type Theme } from '../../palette.ts'
import { topologyPicture } from '../../topology-picture.ts'
import type { Report, SettingLine } from '../../types.ts'
import { folded, prose, table } from './elements.ts'

/** Draws an ECharts option as an SVG element. */
export type Draw = (option: ChartOption, size: Size, theme: Theme) => string

/** Settings that are always in sight; the strategy's finer parameters fold away. */
const SETTINGS_SHOWN = 7
/** A table of more regions than this would be a wall of figures. */
const ROUND_TRIP_REGIONS_MAX = 16

export function charts(report: Report, draw: Draw): string {
  return `<div class="pair">\n${CHARTS.map((chart) => figureOf(chart, report, draw, CHART_SIZE)).join('\n')}\n</div>`
}

/** A chart with its caption, and its figures folded away. */
export function figureOf<Subject>(chart: Chart<Subject>, subject: Subject, draw: Draw, size: Size): string {
  const nothing = chart.empty(subject)
  const picture =
    nothing === null
      ? `<div class="drawing">${withRole(withVariables(draw(chart.option(subject, 'light'), size, 'light')), chart.aria(subject))}</div>`
      : `<div class="void">${escapeHtml(nothing)}</div>`
  const figures = nothing === null ? chart.table(subject) : null
  const numbers =
    figures === null
      ? ''
      : `\n${folded(
          'Figures',
          table(
            chart.title,
            figures.columns.map((title) => ({ title, numeric: true })),
            figures.rows,
          ),
        )}`
  return (
    `<figure class="card" id="chart-${chart.id}">\n<h3>${escapeHtml(chart.title)}</h3>\n${picture}\n` +
    `<figcaption>${prose(chart.caption(subject))}</figcaption>${numbers}\n</figure>`
  )
}

/** Screen readers get the sentence; the drawing's own bits of text would only be noise to them. */
function withRole(svg: string, label: string): string {
  return svg.replace('<svg ', () => `<svg role="img" aria-label="${escapeHtml(label)}" `)
}

export function topologyPart(report: Report): string {
  const svg = withVariables(topologyPicture(report, 'light'))
  const natural = /width="([\d.]+)"/.exec(svg)?.[1] ?? '600'
  const many = report.topology.regions.length > 4
  const spares =
    report.spares.length > 0
      ? ' Dashed cards are spares, which stand in for replicas that cannot be reached.'
      : ''
  const picture =
    `<figure class="card" id="chart-topology">\n<h3>Regions, replicas and clients</h3>\n` +
    `<div class="drawing topology" style="--natural:${natural}px">${svg}</div>\n` +
    `<figcaption>${prose(captionOf(report) + spares)}</figcaption>${roundTripTable(report)}\n</figure>`
  const [shown, rest] = [report.settings.slice(0, SETTINGS_SHOWN), report.settings.slice(SETTINGS_SHOWN)]
  const settings =
    `<div class="card settings">\n<dl>\n${shown.map(settingHtml).join('\n')}\n</dl>` +
    (rest.length === 0
      ? ''
      : `\n${folded(`${rest.length} more settings of the strategy`, `<dl>\n${rest.map(settingHtml).join('\n')}\n</dl>`)}`) +
    '\n</div>'
  return `<div class="pair${many ? ' wide' : ''}">\n${picture}\n${settings}\n</div>`
}

function captionOf({ topology, regionRoundTripMs }: Report): string {
  if (topology.regions.length > 1) return 'Between regions: the median round trip, as configured.'
  return `Within the region a round trip takes ${formatMs(regionRoundTripMs[0]?.[0] ?? null)} in the median, as configured.`
}

function roundTripTable({ topology, regionRoundTripMs }: Report): string {
  const { regions } = topology
  if (regions.length < 2 || regions.length > ROUND_TRIP_REGIONS_MAX) return ''
  const columns = [{ title: 'from \\ to' }, ...regions.map((region) => ({ title: region.id, numeric: true }))]
  const rows = regions.map((region, i) => [
    region.id,
    ...regions.map((_, j) => formatMs(regionRoundTripMs[i]?.[j] ?? null)),
  ])
  return `\n${folded('Round trips', table('Median round trips between regions', columns, rows))}`
}

function settingHtml({ label, value, consequence }: SettingLine): string {
  const meaning = consequence === '' ? '' : `<dd class="meaning">${escapeHtml(consequence)}</dd>`
  return `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>${meaning}</div>`
}
