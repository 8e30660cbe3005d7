import { timesOf } from '../../model/fault-edits.ts'
import { draggedTimes, type BarGrid } from './use-bar-drag.ts'
import type { FaultActions } from './use-faults.ts'

/** What the keyboard does to a timeline that has the focus. */
export interface TimelineKeys {
  readonly actions: FaultActions
  grid(index: number): BarGrid
  isDragging(): boolean
  giveUpDrag(): void
  edit(): void
  zoom(factor: number): void
  showAll(): void
}

/** Arrow up and down go from fault to fault, left and right move the marked one in time; keys that are handled go no further. */
export function timelineKeys(timeline: TimelineKeys): (event: KeyboardEvent) => void {
  const { actions } = timeline
  const count = (): number => actions.faults.value.length

  function mark(index: number): void {
    if (count() > 0) actions.select(Math.min(count() - 1, Math.max(0, index)))
  }

  /** By what the eye tells apart at this zoom; with Shift the end alone. */
  function shift(direction: 1 | -1, isEnd: boolean): void {
    const [index, fault] = [actions.index.value, actions.fault.value]
    if (index === null || fault === null) return
    const part = isEnd && fault.kind !== 'restart' ? 'end' : 'whole'
    const grid = { ...timeline.grid(index), edges: [], reachMs: 0 }
    actions.time(index, draggedTimes(timesOf(fault), part, direction * grid.stepMs, grid))
  }

  return (event) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const at = actions.index.value
    const acts: Record<string, () => void> = {
      ArrowDown: () => mark((at ?? -1) + 1),
      ArrowUp: () => mark((at ?? count()) - 1),
      Home: () => mark(0),
      End: () => mark(count() - 1),
      ArrowLeft: () => shift(-1, event.shiftKey),
      ArrowRight: () => shift(1, event.shiftKey),
      Delete: () => actions.remove(),
      Backspace: () => actions.remove(),
      Enter: () => at !== null && timeline.edit(),
      Escape: () => (timeline.isDragging() ? timeline.giveUpDrag() : actions.select(null)),
      '+': () => timeline.zoom(0.5),
      '=': () => timeline.zoom(0.5),
      '-': () => timeline.zoom(2),
      '0': () => timeline.showAll(),
    }
    const act = acts[event.key]
    if (act === undefined) return
    act()
    event.preventDefault()
    event.stopPropagation()
  }
}
