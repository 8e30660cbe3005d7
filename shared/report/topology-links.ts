import { formatMs } from './numbers.ts'
import { overlaps, textWidth, type Box } from './topology-geometry.ts'

export interface LinkLine {
  /** Path from centre to centre, drawn behind the boxes; `bend` is the control point of a curve round a box. */
  from: Point
  to: Point
  bend: Point | null
  /** null: no room for it that would not cover something else. */
  label: { box: Box; text: string } | null
}

export interface Point {
  x: number
  y: number
}

/** Room for a link that goes round the boxes of its row. */
export const BOW = 46

/** From the middle outwards, in steps small enough to pass a label that is already there. */
const LABEL_PLACES = Array.from(
  { length: 31 },
  (_, i) => 0.5 + (i % 2 === 0 ? 1 : -1) * 0.02 * Math.ceil(i / 2),
)

/** A line for every pair of boxes, each with its round trip where that covers nothing else. */
export function linksOf(boxes: readonly Box[], roundTripMs: readonly (readonly number[])[]): LinkLine[] {
  const taken: Box[] = [...boxes]
  const links: LinkLine[] = []
  for (const [a, first] of boxes.entries()) {
    for (let b = a + 1; b < boxes.length; b++) {
      const second = boxes[b]
      const from = centreOf(first)
      const to = centreOf(second)
      const bend = bendOf(first, second, boxes)
      const text = formatMs(roundTripMs[a]?.[b] ?? null)
      const box = labelBox(text, from, bend, to, taken)
      if (box !== null) taken.push(box)
      links.push({ from, to, bend, label: box === null ? null : { box, text } })
    }
  }
  return links
}

/** A link along a row with a box in between bows above the upper row or below the lower one. */
function bendOf(a: Box, b: Box, boxes: readonly Box[]): Point | null {
  const left = Math.min(a.x, b.x)
  const right = Math.max(a.x, b.x)
  if (a.y !== b.y || !boxes.some((box) => box.y === a.y && box.x > left && box.x < right)) return null
  const upper = boxes.every((box) => box.y >= a.y)
  const reach = a.height / 2 + BOW - 12
  // A quadratic curve reaches half way to its control point.
  return { x: (left + right + a.width) / 2, y: a.y + a.height / 2 + (upper ? -2 : 2) * reach }
}

function labelBox(
  text: string,
  from: Point,
  bend: Point | null,
  to: Point,
  taken: readonly Box[],
): Box | null {
  const width = textWidth(text) + 14
  for (const share of LABEL_PLACES) {
    const at = pointAt(share, from, bend, to)
    const box = { x: at.x - width / 2, y: at.y - 10, width, height: 20 }
    if (!taken.some((other) => overlaps(box, other))) return box
  }
  return null
}

function pointAt(share: number, from: Point, bend: Point | null, to: Point): Point {
  const between = (a: number, b: number): number => a + share * (b - a)
  if (bend === null) return { x: between(from.x, to.x), y: between(from.y, to.y) }
  const first = { x: between(from.x, bend.x), y: between(from.y, bend.y) }
  const second = { x: between(bend.x, to.x), y: between(bend.y, to.y) }
  return { x: between(first.x, second.x), y: between(first.y, second.y) }
}

function centreOf(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
