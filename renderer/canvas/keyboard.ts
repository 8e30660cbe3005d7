import type { Position } from '../model/file.ts'
import { GRID, type Box } from '../model/layout.ts'
import type { Selected } from '../stores/ui.ts'
import type { NodeData } from './elements.ts'
import { nearestTowards } from './geometry.ts'

/** What the keyboard does to a canvas that has the focus. */
export interface KeyboardTarget {
  isEditable(): boolean
  isSelectable(): boolean
  selection(): readonly Selected[]
  boxes(): ReadonlyMap<string, Box>
  kinds(): readonly NodeData[]
  select(selection: readonly Selected[]): void
  activate(selected: Selected): void
  nudge(by: Position): void
  remove(): void
  menu(): void
  zoom(by: 1 | -1): void
  fit(): void
  giveUp(): void
}

const ARROWS: Readonly<Record<string, Position>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}
const LARGE_STEP = 5

/**
 * Arrow keys move what is marked, where it may be moved, else they mark its neighbour; page keys go through everything
 * in the order of the file, and with Shift add what they come to. Keys that are handled go no further.
 */
export function keysFor(target: KeyboardTarget): (event: KeyboardEvent) => void {
  const first = (): Selected | null => target.selection()[0] ?? null

  function towards(direction: Position): void {
    const marked = first()
    const box = marked === null || marked.kind === 'link' ? undefined : target.boxes().get(marked.id)
    if (marked === null || marked.kind === 'link' || box === undefined) return next(1)
    // A region's neighbours are regions: what stands in it is reached by the page keys.
    const isRegion = marked.kind === 'region'
    const candidates = target.kinds().flatMap(({ kind, id }) => {
      const other = target.boxes().get(id)
      return other === undefined || id === marked.id || (kind === 'region') !== isRegion
        ? []
        : [{ kind, id, box: other }]
    })
    const found = nearestTowards(box, candidates, direction)
    if (found !== null) target.select([{ kind: found.kind, id: found.id }])
  }

  function next(by: 1 | -1, isAdding = false): void {
    const all = target.kinds()
    if (all.length === 0) return
    const marked = target.selection().at(-1) ?? null
    const at = all.findIndex(({ kind, id }) => marked !== null && marked.kind === kind && marked.id === id)
    const index = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length
    const { kind, id } = all[index]
    const before = isAdding ? target.selection().filter((each) => each.kind === 'link' || each.id !== id) : []
    target.select([...before, { kind, id }])
  }

  function handle(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false
    const arrow = ARROWS[event.key]
    if (arrow !== undefined) {
      if (!target.isSelectable()) return false
      const moves = target.isEditable() && target.selection().some(({ kind }) => kind !== 'link')
      const step = GRID * (event.shiftKey ? LARGE_STEP : 1)
      if (moves) target.nudge({ x: arrow.x * step, y: arrow.y * step })
      else towards(arrow)
      return true
    }
    const marked = first()
    switch (event.key) {
      case 'PageDown':
      case 'PageUp':
        if (!target.isSelectable()) return false
        next(event.key === 'PageDown' ? 1 : -1, event.shiftKey)
        return true
      case 'Enter':
        if (marked === null) return false
        target.activate(marked)
        return true
      case 'Escape':
        target.giveUp()
        if (marked === null) return false
        target.select([])
        return true
      case 'Delete':
      case 'Backspace':
        if (!target.isEditable() || marked === null) return false
        target.remove()
        return true
      case 'ContextMenu':
        target.menu()
        return true
      case 'F10':
        if (!event.shiftKey) return false
        target.menu()
        return true
      case '+':
      case '=':
        target.zoom(1)
        return true
      case '-':
        target.zoom(-1)
        return true
      case '0':
        target.fit()
        return true
      default:
        return false
    }
  }

  return (event) => {
    if (event.target !== event.currentTarget || !handle(event)) return
    event.preventDefault()
    event.stopPropagation()
  }
}
