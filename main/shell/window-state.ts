import { isObject } from '../../shared/topology/problems.ts'

/** In the system's device-independent pixels. */
export interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

export interface WindowState {
  bounds: Bounds
  isMaximized: boolean
}

export const SIZE_MIN = { width: 800, height: 560 } as const
export const SIZE_FIRST = { width: 1280, height: 800 } as const
/** So much of a window must lie on a screen for somebody to get hold of it. */
const VISIBLE = { width: 160, height: 80 } as const

/** What a file of an earlier session says, or null. */
export function windowStateOf(value: unknown): WindowState | null {
  if (!isObject(value) || !isObject(value.bounds) || typeof value.isMaximized !== 'boolean') return null
  const { x, y, width, height } = value.bounds
  const sides = [x, y, width, height]
  if (!sides.every((side) => Number.isSafeInteger(side))) return null
  return { bounds: { x, y, width, height } as Bounds, isMaximized: value.isMaximized }
}

/**
 * Where to open: as it was left, as long as enough of it lies on a screen that is still there; no larger than that
 * screen. Without a place the system centres it.
 */
export function placeOf(
  state: WindowState | null,
  workAreas: readonly Bounds[],
): Partial<Bounds> & { width: number; height: number } {
  if (state === null) return SIZE_FIRST
  const { bounds } = state
  const area = workAreas.find((each) => {
    const width = Math.min(bounds.x + bounds.width, each.x + each.width) - Math.max(bounds.x, each.x)
    const height = Math.min(bounds.y + bounds.height, each.y + each.height) - Math.max(bounds.y, each.y)
    // The title bar is at the top: a window below the edge of its screen can't be moved.
    return width >= VISIBLE.width && height >= VISIBLE.height && bounds.y >= each.y
  })
  const width = Math.max(SIZE_MIN.width, Math.min(bounds.width, area?.width ?? SIZE_FIRST.width))
  const height = Math.max(SIZE_MIN.height, Math.min(bounds.height, area?.height ?? SIZE_FIRST.height))
  return area === undefined ? { width, height } : { x: bounds.x, y: bounds.y, width, height }
}
