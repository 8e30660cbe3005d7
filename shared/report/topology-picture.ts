import { escapeHtml } from './escape.ts'
import { countOf } from './numbers.ts'
import { PALETTES, type Palette, type Theme } from './palette.ts'
import { textWidth, type Box } from './topology-geometry.ts'
import { layoutTopology, type RegionBox } from './topology-layout.ts'
import type { LinkLine } from './topology-links.ts'
import type { Report } from './types.ts'

const FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

/**
 * The topology as an SVG element: regions as quiet containers, replicas as cards, clients as pills, and the median
 * round trip on the links between regions. Many regions or replicas become counts, so that the picture stays legible
 * from 1 region to 30 and more. Every name is escaped.
 */
export function topologyPicture(
  report: Pick<Report, 'topology' | 'regionRoundTripMs' | 'spares'>,
  theme: Theme,
): string {
  const { topology } = report
  const colours = PALETTES[theme]
  const layout = layoutTopology(topology, report.regionRoundTripMs, report.spares)
  const width = rounded(layout.width)
  const height = rounded(layout.height)
  const label =
    `Topology: ${countOf(topology.replicas.length, 'replica')} in ${countOf(topology.regions.length, 'region')}, ` +
    `${countOf(topology.clients.length, 'client')}.`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `role="img" aria-label="${escapeHtml(label)}" font-family="${FONT}" font-size="12">`,
    ...layout.links.map((link) => drawnLine(link, colours)),
    ...layout.regions.map((region) => drawnRegion(region, colours)),
    ...layout.links.map((link) => drawnLabel(link, colours)),
    ...layout.centre.map((line, i) =>
      text(line, width / 2, height / 2 + (i - layout.centre.length / 2) * 20 + 14, Math.max(0, width - 340), {
        fill: i === 0 ? colours.ink : colours.muted,
        anchor: 'middle',
        bold: i === 0,
      }),
    ),
    '</svg>',
  ].join('\n')
}

function drawnLine({ from, to, bend }: LinkLine, colours: Palette): string {
  const curve = bend === null ? `L${xy(to.x, to.y)}` : `Q${xy(bend.x, bend.y)} ${xy(to.x, to.y)}`
  return `<path d="M${xy(from.x, from.y)}${curve}" fill="none" stroke="${colours.neutralSoft}" stroke-width="1.25"/>`
}

function drawnLabel({ label }: LinkLine, colours: Palette): string {
  if (label === null) return ''
  const { box } = label
  return (
    rect(box, 10, colours.card, colours.line) +
    text(label.text, box.x + box.width / 2, box.y + 14, box.width, { fill: colours.muted, anchor: 'middle' })
  )
}

function drawnRegion(region: RegionBox, colours: Palette): string {
  const { box } = region
  const parts = [
    rect(box, 8, colours.sunken, colours.line),
    text(region.name, box.x + 12, box.y + 22, box.width - 24, { fill: colours.ink, bold: true }),
    ...region.lines.map((line, i) =>
      text(line, box.x + 12, box.y + 41 + i * 17, box.width - 20, { fill: colours.muted }),
    ),
  ]
  for (const card of region.cards) {
    const zoneWidth = card.zone === '' ? 0 : Math.min(30, textWidth(card.zone))
    parts.push(
      rect(
        card.box,
        5,
        card.spare ? colours.sunken : colours.card,
        card.spare ? colours.neutral : colours.line,
        card.spare,
      ),
      text(card.name, card.box.x + 8, card.box.y + 18, card.box.width - 19 - zoneWidth, {
        fill: card.spare ? colours.muted : colours.ink,
      }),
    )
    if (card.zone !== '') {
      parts.push(
        text(card.zone, card.box.x + card.box.width - 8, card.box.y + 18, 30, {
          fill: colours.muted,
          anchor: 'end',
        }),
      )
    }
  }
  for (const pill of region.pills) {
    const detailWidth = Math.min(pill.box.width * 0.62, textWidth(pill.detail))
    parts.push(
      rect(pill.box, 12, 'none', colours.neutralSoft),
      text(pill.name, pill.box.x + 12, pill.box.y + 16, pill.box.width - 34 - detailWidth, {
        fill: colours.ink,
      }),
      text(pill.detail, pill.box.x + pill.box.width - 12, pill.box.y + 16, detailWidth + 2, {
        fill: colours.muted,
        anchor: 'end',
      }),
    )
  }
  return parts.join('\n')
}

function rect(box: Box, radius: number, fill: string, stroke: string, dashed = false): string {
  return (
    `<rect x="${rounded(box.x)}" y="${rounded(box.y)}" width="${rounded(box.width)}" height="${rounded(box.height)}" ` +
    `rx="${radius}" fill="${fill}" stroke="${stroke}"${dashed ? ' stroke-dasharray="3 3"' : ''}/>`
  )
}

interface TextStyle {
  fill: string
  anchor?: 'middle' | 'end'
  bold?: boolean
}

/** A line of text cut to a width; the whole of it appears as a tooltip when something had to go. */
function text(content: string, x: number, y: number, width: number, style: TextStyle): string {
  const cut = fitted(content, style.bold === true ? width / 1.08 : width)
  return (
    `<text x="${rounded(x)}" y="${rounded(y)}" fill="${style.fill}"` +
    (style.anchor === undefined ? '' : ` text-anchor="${style.anchor}"`) +
    (style.bold === true ? ' font-weight="600"' : '') +
    `>${escapeHtml(cut)}${cut === content ? '' : `<title>${escapeHtml(content)}</title>`}</text>`
  )
}

function fitted(content: string, width: number): string {
  if (textWidth(content) <= width) return content
  const points = [...content]
  while (points.length > 1 && textWidth(points.join('')) + 12.5 > width) points.pop()
  return `${points.join('')}…`
}

function xy(x: number, y: number): string {
  return `${rounded(x)} ${rounded(y)}`
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
