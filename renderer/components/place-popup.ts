/** Where a popup goes, in CSS pixels of the window. */
export interface PopupPlace {
  left: number
  top: number
  /** Room there, so that a long list scrolls instead of leaving the window. */
  heightMax: number
  isAbove: boolean
}

const EDGE = 8

/**
 * Below its anchor, or above where that has more room; pushed inwards at the right edge. `gap` is the distance from the
 * anchor, `align` which edges are flush.
 */
export function placePopup(
  anchor: { left: number; right: number; top: number; bottom: number },
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
