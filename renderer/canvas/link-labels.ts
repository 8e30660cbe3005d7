import type { Position } from '../model/file.ts'
import { overlaps, type Box } from '../model/layout.ts'
import { between } from './geometry.ts'

/** A label that wants a place on its line. */
export interface LabelWish {
  readonly key: string
  readonly from: Position
  readonly to: Position
  readonly size: { readonly width: number; readonly height: number }
  /** Shown wherever it has to stand, and chosen first: what is marked, cut or slowed. */
  readonly isUrgent: boolean
}

/** What a label may stand on if it must, and what it would make unreadable. */
export interface Obstacles {
  readonly regions: readonly Box[]
  /** Cards and the captions of regions. */
  readonly texts: readonly Box[]
}

/** Shares of the way at which a label may stand: the middle first, then further out on either side. */
const SHARES = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86]
/** How far beside its line a label may stand, in heights of it, where the line itself is short of room. */
const ASIDE = [0, 1, -1, 1.75, -1.75]
/** A square pixel of text is worth as many of the sheet of a region. */
const TEXT_COST = 8
/** To stand beside the line is worth more than covering a tenth of oneself with text. */
const ASIDE_COST = 0.8
/** A label that would hide more text than this share of itself is left out. */
const COVER_MAX = 0.4

/**
 * The middle of each label, chosen one after the other: where it covers least text, then least of the regions, then
 * nearest to its line and to the middle of it. Labels never cover each other: those that find no place are left out, so that of
 * many there stay as many as can be read. In the units of the boxes.
 */
export function placeLabels(wishes: readonly LabelWish[], obstacles: Obstacles): Map<string, Position> {
  const places = new Map<string, Position>()
  const taken: Box[] = []
  const inOrder = [...wishes.filter((wish) => wish.isUrgent), ...wishes.filter((wish) => !wish.isUrgent)]
  for (const { key, from, to, size, isUrgent } of inOrder) {
    const area = Math.max(1, size.width * size.height)
    let best: { at: Position; box: Box } | null = null
    let bestCost = Infinity
    const length = Math.hypot(to.x - from.x, to.y - from.y)
    const across =
      length === 0 ? { x: 0, y: 1 } : { x: (from.y - to.y) / length, y: (to.x - from.x) / length }
    for (const aside of ASIDE) {
      for (const [k, share] of SHARES.entries()) {
        const on = between(from, to, share)
        const by = aside * size.height
        const at = { x: on.x + across.x * by, y: on.y + across.y * by }
        const box = { x: at.x - size.width / 2, y: at.y - size.height / 2, ...size }
        if (taken.some((other) => overlaps(other, box))) continue
        const text = covered(box, obstacles.texts)
        if (text > COVER_MAX * area && !isUrgent) continue
        const far = Math.abs(aside) * area * ASIDE_COST + (k * area) / 1000
        const cost = text * TEXT_COST + covered(box, obstacles.regions) + far
        if (cost >= bestCost) continue
        bestCost = cost
        best = { at, box }
      }
    }
    if (best === null) continue
    places.set(key, best.at)
    taken.push(best.box)
  }
  return places
}

function covered(box: Box, others: readonly Box[]): number {
  let area = 0
  for (const other of others) {
    const width = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x)
    const height = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y)
    if (width > 0 && height > 0) area += width * height
  }
  return area
}
