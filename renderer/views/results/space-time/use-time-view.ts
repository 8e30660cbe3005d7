import { computed, shallowRef } from 'vue'
import { panned, zoomed, type Range } from '../../../model/range.ts'
import { LABEL_PX } from './layout.ts'

/** Nothing in a run is told apart more finely. */
export const SPAN_MS_MIN = 0.05
const DRAG_PX_MIN = 3

/** The part of a run that a diagram shows, ms, and the wheel, drags and keys that change it. */
export function useTimeView(
  first: Range,
  diagram: {
    widthPx(): number
    endMs(): number
    /** The pointer came to rest somewhere, without a drag; or it only passes. */
    pick(event: PointerEvent): void
    pass(event: PointerEvent): void
  },
) {
  const view = shallowRef<Range>(first)
  const bounds = computed((): Range => ({ from: 0, to: diagram.endMs() }))
  const spanMs = (): number => view.value.to - view.value.from
  const plotPx = (): number => Math.max(1, diagram.widthPx() - LABEL_PX)

  function pan(share: number): void {
    view.value = panned(view.value, share * spanMs(), bounds.value)
  }

  function zoom(factor: number, aroundMs = (view.value.from + view.value.to) / 2): void {
    view.value = zoomed(view.value, factor, aroundMs, bounds.value, SPAN_MS_MIN)
  }

  /** Shows this part, with a little on either side. */
  function look({ from, to }: Range): void {
    const margin = Math.max(0.5, (to - from) * 0.15)
    view.value = { from: Math.max(0, from - margin), to: Math.min(diagram.endMs(), to + margin) }
  }

  function wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      const aroundMs = view.value.from + ((event.offsetX - LABEL_PX) / plotPx()) * spanMs()
      zoom(event.deltaY > 0 ? 1.25 : 0.8, aroundMs)
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(event.deltaX / plotPx())
    else return
    event.preventDefault()
  }

  let drag: { x: number; from: Range; hasMoved: boolean } | null = null

  function press(event: PointerEvent): void {
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    drag = { x: event.offsetX, from: view.value, hasMoved: false }
  }

  function move(event: PointerEvent): void {
    if (drag === null) return diagram.pass(event)
    const byPx = drag.x - event.offsetX
    if (Math.abs(byPx) < DRAG_PX_MIN && !drag.hasMoved) return
    drag.hasMoved = true
    view.value = panned(drag.from, (byPx / plotPx()) * (drag.from.to - drag.from.from), bounds.value)
  }

  function release(event: PointerEvent): void {
    const wasDrag = drag?.hasMoved === true
    drag = null
    if (!wasDrag) diagram.pick(event)
  }

  function key(event: KeyboardEvent): void {
    const acts: Record<string, () => void> = {
      ArrowLeft: () => pan(-0.2),
      ArrowRight: () => pan(0.2),
      '+': () => zoom(0.7),
      '=': () => zoom(0.7),
      '-': () => zoom(1.4),
      Home: () => (view.value = panned(view.value, -diagram.endMs(), bounds.value)),
      End: () => (view.value = panned(view.value, diagram.endMs(), bounds.value)),
    }
    const act = acts[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }

  return { view, pan, zoom, look, wheel, press, move, release, key }
}
