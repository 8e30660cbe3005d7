import { textPx } from '../charts/legend.ts'
import type { Size } from '../charts/frame.ts'

/** Where the names of points may stand without lying on each other. */

export type Side = 'right' | 'left' | 'top' | 'bottom'

export interface NamedPoint {
  /** From the left and from the top, each 0 … 1 of the plot. */
  readonly x: number
  readonly y: number
  readonly name: string
}

/** Names are set in a smaller face than the 12 px that widths are known for. */
const SCALE = 11 / 12
const HEIGHT_PX = 13
/** From the middle of the mark to its name, and half of a mark. */
const DISTANCE_PX = 11
const MARK_PX = 5

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/**
 * The side of each point on which its name is free of names placed before, of other marks and of the plot's edge; null where
 * there is none. First come, first served.
 */
export function placeNames(
  points: readonly NamedPoint[],
  others: readonly NamedPoint[],
  plot: Size,
): (Side | null)[] {
  const all = [...points, ...others]
  const marks = all.map(({ x, y }) => around(x * plot.width, y * plot.height, MARK_PX, MARK_PX))
  const names: Box[] = []
  return points.map(({ x, y, name }, own) => {
    const width = textPx(name) * SCALE
    const [px, py] = [x * plot.width, y * plot.height]
    const half = width / 2
    const boxes: readonly (readonly [Side, Box])[] = [
      ['right', around(px + DISTANCE_PX + half, py, half, HEIGHT_PX / 2)],
      ['left', around(px - DISTANCE_PX - half, py, half, HEIGHT_PX / 2)],
      ['top', around(px, py - DISTANCE_PX - HEIGHT_PX / 2, half, HEIGHT_PX / 2)],
      ['bottom', around(px, py + DISTANCE_PX + HEIGHT_PX / 2, half, HEIGHT_PX / 2)],
    ]
    const free = boxes.find(
      ([, box]) =>
        box.left >= 0 &&
        box.right <= plot.width &&
        box.top >= 0 &&
        box.bottom <= plot.height &&
        !names.some((other) => meet(box, other)) &&
        !marks.some((mark, at) => at !== own && meet(box, mark)),
    )
    if (free === undefined) return null
    names.push(free[1])
    return free[0]
  })
}

const around = (x: number, y: number, halfWidth: number, halfHeight: number): Box => ({
  left: x - halfWidth,
  right: x + halfWidth,
  top: y - halfHeight,
  bottom: y + halfHeight,
})

const meet = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
