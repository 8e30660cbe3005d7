/** Where a popup goes, in CSS pixels of the window. */
export interface PopupPlace {
  left: number
  top: number
  /** Room there, so that a long list scrolls instead of leaving the window. */
  heightMax: number
  isAbove: boolean
}

const EDGE = 8

interface Edges {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Whether two boxes have a point in common. */
export function touches(a: Edges, b: Edges): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom
}

/**
 * Below its anchor, or above where that has more room; pushed inwards at the right edge. `gap` is the distance from the
 * anchor, `align` which edges are flush.
 */
export function placePopup(
  anchor: Edges,
  popup: { width: number; height: number },
  viewport: { width: number; height: number },
  align: 'start' | 'end' | 'centre' = 'start',
  gap = 4,
): PopupPlace {
  const below = viewport.height - anchor.bottom - gap - EDGE
  const above = anchor.top - gap - EDGE
  const isAbove = popup.height > below && above > below
  const heightMax = Math.max(40, isAbove ? above : below)
  const height = Math.min(popup.height, heightMax)
  const wanted =
    align === 'start'
      ? anchor.left
      : align === 'end'
        ? anchor.right - popup.width
        : (anchor.left + anchor.right - popup.width) / 2
  const left = Math.max(EDGE, Math.min(wanted, viewport.width - popup.width - EDGE))
  return { left, top: isAbove ? anchor.top - gap - height : anchor.bottom + gap, heightMax, isAbove }
}
