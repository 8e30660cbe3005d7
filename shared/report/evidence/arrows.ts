import type { EdgeKind, EvidenceEdge } from '../../checkers/contract.ts'
import { escapeHtml } from '../escape.ts'
import type { Palette } from '../palette.ts'
import type { Bar } from './picture.ts'

/** What each kind of step is called on an arrow. */
export const EDGE_WORDS: Readonly<Record<EdgeKind, string>> = {
  'real-time': 'ended before',
  process: 'same process',
  'reads-from': 'was read by',
  'anti-dependency': 'read before',
  'version-order': 'older than',
  causal: 'caused',
  'must-precede': 'must precede',
}

const BAR = 16

/** One step of the argument, from bar to bar; those of the cycle in the colour of what is wrong. */
export function arrow(
  { from, to, kind, text }: EvidenceEdge,
  bars: ReadonlyMap<number, Bar>,
  cycle: readonly number[],
  colours: Palette,
): string {
  const [a, b] = [bars.get(from), bars.get(to)]
  if (a === undefined || b === undefined || a === b) return ''
  const isOfCycle = cycle.some((row, i) => row === from && cycle[(i + 1) % cycle.length] === to)
  const hue = isOfCycle
    ? colours.error
    : kind === 'anti-dependency' || kind === 'version-order'
      ? colours.stale
      : kind === 'reads-from'
        ? colours.read
        : colours.neutralDeep
  const down = b.y >= a.y
  const sameLane = b.y === a.y
  const [x1, y1] = [clamped(a.right - 4, a.left + 2, a.right), sameLane ? a.y : down ? a.y + BAR : a.y]
  const [x2, y2] = [clamped(b.left + 4, b.left, b.right - 2), sameLane ? b.y : down ? b.y : b.y + BAR]
  const lift = sameLane ? -18 : 0
  const [mx, my] = [(x1 + x2) / 2 + (sameLane ? 0 : 10), (y1 + y2) / 2 + lift]
  const dash = kind === 'real-time' || kind === 'process' ? ' stroke-dasharray="4 3"' : ''
  const label =
    `<text x="${r(mx)}" y="${r(my + (sameLane ? 6 : 3))}" text-anchor="middle" font-size="9.5" fill="${hue}" ` +
    `stroke="${colours.card}" stroke-width="3" paint-order="stroke">${EDGE_WORDS[kind]}</text>`
  return (
    `<path d="M${r(x1)} ${r(y1)}Q${r(mx)} ${r(my)} ${r(x2)} ${r(y2)}" fill="none" stroke="${hue}" stroke-width="1.4"${dash}>` +
    `<title>${escapeHtml(text)}</title></path>${head(mx, my, x2, y2, hue)}${label}`
  )
}

/** The point of an arrow that comes from (fromX, fromY). */
function head(fromX: number, fromY: number, x: number, y: number, hue: string): string {
  const [dx, dy] = [x - fromX, y - fromY]
  const length = Math.max(1, Math.sqrt(dx * dx + dy * dy))
  const [ux, uy] = [dx / length, dy / length]
  const [bx, by] = [x - ux * 7, y - uy * 7]
  const corner = (side: number): string => `${r(bx - uy * 3.2 * side)} ${r(by + ux * 3.2 * side)}`
  return `<path d="M${r(x)} ${r(y)}L${corner(1)}L${corner(-1)}Z" fill="${hue}"/>`
}

const clamped = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max)
const r = (value: number): number => Math.round(value * 10) / 10
