import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'
import { panned, zoomed, type Range } from '../../model/range.ts'
import { revealing, SPAN_MS_MIN, snapStepMs, ticksOf } from './time-axis.ts'

const TICKS_APART_PX = 72

/** What part of the run is in sight, and how wheel and buttons change it. `axis` is the element that it fills. */
export function useTimeRange(
  axis: Readonly<Ref<HTMLElement | null>>,
  widthPx: Readonly<Ref<number>>,
  bounds: ComputedRef<Range>,
) {
  /** null: the whole run. */
  const chosen = shallowRef<Range | null>(null)
  const range = computed(() =>
    chosen.value === null
      ? bounds.value
      : zoomed(chosen.value, 1, chosen.value.from, bounds.value, SPAN_MS_MIN),
  )
  const spanMs = computed(() => range.value.to - range.value.from)
  const stepMs = computed(() => snapStepMs(range.value, widthPx.value))
  const ticks = computed(() => ticksOf(range.value, widthPx.value, TICKS_APART_PX))
  const isZoomed = (): boolean => spanMs.value < bounds.value.to - bounds.value.from

  const share = (ms: number): number => (ms - range.value.from) / spanMs.value
  const isInSight = (ms: number): boolean => ms >= range.value.from && ms <= range.value.to
  const msOfPx = (px: number): number => (px / Math.max(1, widthPx.value)) * spanMs.value

  function msAt(clientX: number): number {
    const { left = 0, width = 1 } = axis.value?.getBoundingClientRect() ?? {}
    return range.value.from + ((clientX - left) / Math.max(1, width)) * spanMs.value
  }

  /** Round an instant where it is in sight, else round the middle. */
  function zoom(factor: number, aroundMs: number): void {
    const middle = (range.value.from + range.value.to) / 2
    chosen.value = zoomed(
      range.value,
      factor,
      isInSight(aroundMs) ? aroundMs : middle,
      bounds.value,
      SPAN_MS_MIN,
    )
  }

  /** Moves a range that was in sight by so many pixels of the pointer. */
  function pan(from: Range, byPx: number): void {
    if (isZoomed()) chosen.value = panned(from, msOfPx(byPx), bounds.value)
  }

  function reveal(ms: number): void {
    if (chosen.value !== null) chosen.value = revealing(range.value, ms, bounds.value)
  }

  function showAll(): void {
    chosen.value = null
  }

  /** With Ctrl it zooms at the pointer, sideways it pans; else it scrolls the lanes as everywhere. */
  function wheel(event: WheelEvent): void {
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX
    if (event.ctrlKey || event.metaKey) zoom(1.0015 ** event.deltaY, msAt(event.clientX))
    else if (sideways !== 0 && isZoomed()) pan(range.value, sideways)
    else return
    event.preventDefault()
  }

  return { range, spanMs, stepMs, ticks, share, isInSight, msOfPx, msAt, zoom, pan, reveal, showAll, wheel }
}
