import { escapeHtml, shortened } from '../escape.ts'
import { PALETTES, type Palette, type Theme } from '../palette.ts'
import { arrow } from './arrows.ts'
import { instantWords } from './instants.ts'
import type { ReportedEvidence, ShownFault, ShownOperation } from './types.ts'

const WIDTH = 960
const LABELS_WIDTH = 96
const RIGHT = 20
const TOP = 34
const LANE = 52
const BAR = 16
const CHAR_WIDTH = 6.1
const BAR_WIDTH_MIN = 10
/** Lanes of one picture; what stands on others is told in the list of operations. */
const LANES_MAX = 24
const FAULTS_MAX = 12
/** Of the width, the share in which instants stand evenly, so that none hide; the rest keeps to scale. */
const EVEN_SHARE = 0.65

interface Lane {
  process: string
  y: number
}

export interface Bar {
  operation: ShownOperation
  left: number
  right: number
  y: number
}

/**
 * The operations of a proof as bars, a lane per process: a drawing of what happened around the violation and of nothing
 * else. Operations that only ran beside are grey. Arrows are the steps of the argument; small figures under the bars
 * tell the longest legal order. Fault windows are hatched. `id` makes the names inside unique on a page.
 */
export function evidencePicture(
  evidence: ReportedEvidence,
  faults: readonly ShownFault[],
  id: string,
  theme: Theme,
): string {
  const colours = PALETTES[theme]
  const lanes = lanesOf(evidence)
  const shown = evidence.shown.filter(({ process }) => lanes.has(process))
  const x = scaleOf(shown)
  const height = TOP + lanes.size * LANE + 22
  const bars = new Map(
    shown.map((operation) => [operation.row, barOf(operation, lanes.get(operation.process)?.y ?? 0, x)]),
  )
  const numbers = numbersOf(evidence)
  const parts = [
    hatching(id, colours),
    ...faultsIn(faults, shown, x, height, id, colours),
    ...[...lanes.values()].map((lane) => laneSvg(lane, colours)),
    ...[...bars.values()].map((bar) => barSvg(bar, numbers, roomOf(bar, bars), evidence, colours)),
    ...evidence.edges.map((edge) => arrow(edge, bars, evidence.cycle, colours)),
    axis(shown, x, height, evidence.unit, colours),
  ]
  return (
    `<svg width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="inherit" font-size="11">` +
    `${parts.filter((part) => part !== '').join('\n')}</svg>`
  )
}

/** The number by which an operation of the proof goes, in the picture and in the list beside it. */
export function numbersOf({ shown }: ReportedEvidence): ReadonlyMap<number, number> {
  const proof = shown.filter(({ isProof }) => isProof)
  return new Map(proof.map(({ row }, index) => [row, index + 1]))
}

/** Processes of the proof before those that only ran beside, each group in the order of their first operation. */
function lanesOf({ shown }: ReportedEvidence): Map<string, Lane> {
  const lanes = new Map<string, Lane>()
  for (const isProof of [true, false])
    for (const operation of shown) {
      if (operation.isProof !== isProof || lanes.has(operation.process) || lanes.size === LANES_MAX) continue
      const { process } = operation
      lanes.set(process, { process, y: TOP + lanes.size * LANE + 8 })
    }
  return lanes
}

/** Instants of the picture to places in it: in order always, and about to scale. */
function scaleOf(shown: readonly ShownOperation[]): (at: number) => number {
  const instants = [...new Set(shown.flatMap(({ from, to }) => (to === null ? [from] : [from, to])))]
  instants.sort((a, b) => a - b)
  const width = WIDTH - LABELS_WIDTH - RIGHT - 40
  const first = instants[0] ?? 0
  const span = (instants[instants.length - 1] ?? 0) - first
  const steps = Math.max(1, instants.length - 1)
  const places = instants.map((at, index) => {
    const even = index / steps
    const scaled = span === 0 ? 0 : (at - first) / span
    return LABELS_WIDTH + width * (EVEN_SHARE * even + (1 - EVEN_SHARE) * scaled)
  })
  return (at) => {
    if (instants.length === 0 || at < first) return LABELS_WIDTH
    let index = instants.findIndex((known) => known >= at)
    if (index < 0) return places[places.length - 1] + 30
    if (instants[index] === at || index === 0) return places[index]
    index--
    const share = (at - instants[index]) / (instants[index + 1] - instants[index])
    return places[index] + share * (places[index + 1] - places[index])
  }
}

function barOf(operation: ShownOperation, y: number, x: (at: number) => number): Bar {
  const left = x(operation.from)
  const end = operation.to === null ? WIDTH - RIGHT : x(operation.to)
  return { operation, left, right: Math.max(left + BAR_WIDTH_MIN, end), y }
}

/** How far the words of a bar may reach: to the next bar of its lane. */
function roomOf({ left, y, operation }: Bar, bars: ReadonlyMap<number, Bar>): number {
  let until = WIDTH - RIGHT
  for (const other of bars.values())
    if (other.y === y && other.operation.row !== operation.row && other.left > left)
      until = Math.min(until, other.left)
  return until - left
}

function laneSvg({ process, y }: Lane, colours: Palette): string {
  const middle = y + BAR / 2
  return (
    `<path d="M${LABELS_WIDTH} ${middle}H${WIDTH - RIGHT}" stroke="${colours.grid}"/>` +
    `<text x="${LABELS_WIDTH - 10}" y="${middle + 4}" text-anchor="end" fill="${colours.muted}">${escapeHtml(
      shortened(`process ${process}`, 15),
    )}</text>`
  )
}

function barSvg(
  { operation, left, right, y }: Bar,
  numbers: ReadonlyMap<number, number>,
  room: number,
  evidence: ReportedEvidence,
  colours: Palette,
): string {
  const { text, status, isProof, row } = operation
  const hue = !isProof ? colours.neutralSoft : operation.f === 'read' ? colours.read : colours.write
  const style =
    status === 'fail'
      ? `fill="none" stroke="${hue}" stroke-dasharray="3 2"`
      : status === 'info'
        ? `fill="${hue}" fill-opacity="0.35" stroke="${hue}" stroke-dasharray="5 3"`
        : `fill="${hue}" stroke="${hue}"`
  const number = numbers.get(row)
  const chars = Math.floor(room / CHAR_WIDTH) - 1
  const words = number === undefined ? text : `${number}  ${text}`
  const place = evidence.legalPrefix.indexOf(row)
  const legal = place < 0 ? '' : `legal ${place + 1}`
  const label =
    chars < 3
      ? ''
      : `<text x="${round(left)}" y="${y + BAR + 12}" fill="${isProof ? colours.ink : colours.muted}">${escapeHtml(shortened(words, chars))}</text>`
  const order =
    legal === ''
      ? ''
      : `<text x="${round(left)}" y="${y - 3}" font-size="9" fill="${colours.met}">${legal}</text>`
  return (
    `<rect x="${round(left)}" y="${y}" width="${round(right - left)}" height="${BAR}" rx="3" ${style}>` +
    `<title>${escapeHtml(`process ${operation.process} ${text}`)}</title></rect>${label}${order}`
  )
}

function hatching(id: string, colours: Palette): string {
  return (
    `<defs><pattern id="${escapeHtml(id)}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
    `<path d="M0 0V7" stroke="${colours.neutralSoft}" stroke-width="2" stroke-opacity="0.5"/></pattern></defs>`
  )
}

/** The faults that were in force while any of the operations ran. */
function faultsIn(
  faults: readonly ShownFault[],
  shown: readonly ShownOperation[],
  x: (at: number) => number,
  height: number,
  id: string,
  colours: Palette,
): string[] {
  const first = Math.min(...shown.map(({ from }) => from))
  const last = Math.max(...shown.map(({ from, to }) => to ?? from))
  return faults
    .filter(({ from, to }) => from <= last && (to ?? Infinity) >= first)
    .slice(0, FAULTS_MAX)
    .map(({ label, from, to }, index) => {
      const left = x(Math.max(first, from))
      const right = to === null || to > last ? WIDTH - RIGHT : Math.max(left + 2, x(to))
      return (
        `<rect x="${round(left)}" y="${TOP - 4}" width="${round(right - left)}" height="${height - TOP - 14}" fill="url(#${escapeHtml(id)})"/>` +
        `<text x="${round(left + 3)}" y="${12 + (index % 2) * 12}" fill="${colours.muted}">${escapeHtml(
          shortened(label, Math.max(12, Math.floor((WIDTH - left) / CHAR_WIDTH) - 2)),
        )}</text>`
      )
    })
}

/** The instants of the first and the last operation: between them order is exact, distances are not. */
function axis(
  shown: readonly ShownOperation[],
  x: (at: number) => number,
  height: number,
  unit: ReportedEvidence['unit'],
  colours: Palette,
): string {
  if (shown.length === 0) return ''
  const first = Math.min(...shown.map(({ from }) => from))
  const last = Math.max(...shown.map(({ from, to }) => to ?? from))
  const tick = (at: number, anchor: string): string =>
    `<text x="${round(x(at))}" y="${height - 6}" text-anchor="${anchor}" fill="${colours.muted}">${escapeHtml(instantWords(at, unit))}</text>`
  return `${tick(first, 'start')}${last > first ? tick(last, 'end') : ''}`
}

const round = (value: number): number => Math.round(value * 10) / 10
