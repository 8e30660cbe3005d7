/**
 * The panes of the window, in the order of reading, for F6: the bar at the top, the pane at the left, the canvas or what
 * stands in its place, the inspector, what lies below. Whoever draws a pane marks it with `data-pane`.
 */

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]'

/** Where the focus was last in each pane: there it returns to. */
const lastIn = new WeakMap<Element, WeakRef<HTMLElement>>()

function isShown(element: HTMLElement): boolean {
  return element.getClientRects().length > 0
}

function focusableIn(pane: HTMLElement): HTMLElement | null {
  const last = lastIn.get(pane)?.deref()
  if (last !== undefined && pane.contains(last) && isShown(last)) return last
  if (pane.matches(FOCUSABLE)) return pane
  const all = [...pane.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isShown)
  // A tab list or a group of radio buttons is entered where it is chosen.
  return all.find(({ tabIndex }) => tabIndex >= 0) ?? null
}

/** Puts the focus into the next pane (`by` 1) or the one before (−1); beyond the last comes the first. */
export function goToPane(by: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (pane) => isShown(pane) && focusableIn(pane) !== null,
  )
  if (panes.length === 0) return
  const active = document.activeElement
  // The innermost: a pane may lie within another.
  const at = panes.findLastIndex((pane) => pane.contains(active))
  if (at >= 0 && active instanceof HTMLElement) lastIn.set(panes[at], new WeakRef(active))
  const next = at < 0 ? (by > 0 ? 0 : panes.length - 1) : (at + by + panes.length) % panes.length
  focusableIn(panes[next])?.focus()
}
