import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'

/** Rows kept above and below those in sight, so that none is missing while a list is scrolled. */
const SPARE = 8

export interface Row {
  readonly index: number
  /** From the top of the list, in px. */
  readonly startPx: number
}

/** The rows of equal height that lie in sight of a list scrolled by `scrolledPx`, and some around them. */
export function rowsInSight(count: number, rowPx: number, scrolledPx: number, heightPx: number): Row[] {
  const first = Math.max(0, Math.floor(scrolledPx / rowPx) - SPARE)
  const last = Math.min(count, Math.ceil((scrolledPx + heightPx) / rowPx) + SPARE)
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => ({
    index: first + i,
    startPx: (first + i) * rowPx,
  }))
}

/**
 * A long list of which only the rows in sight exist. Its rows stand absolutely in a box of `totalPx`; `show`
 * scrolls no further than it takes to have one in sight.
 */
export function useRows(
  list: Readonly<ShallowRef<HTMLElement | null>>,
  count: () => number,
  rowPx: number,
): {
  readonly rows: ComputedRef<Row[]>
  readonly totalPx: ComputedRef<number>
  show: (index: number) => void
} {
  const scrolledPx = shallowRef(0)
  const heightPx = shallowRef(0)
  const look = () => {
    scrolledPx.value = list.value?.scrollTop ?? 0
    heightPx.value = list.value?.clientHeight ?? 0
  }
  const resizing = new ResizeObserver(look)
  watch(
    list,
    (element, before) => {
      before?.removeEventListener('scroll', look)
      resizing.disconnect()
      if (element === null) return
      element.addEventListener('scroll', look, { passive: true })
      resizing.observe(element)
      look()
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(() => {
    resizing.disconnect()
    list.value?.removeEventListener('scroll', look)
  })
  return {
    rows: computed(() => {
      const total = count()
      // A list that became shorter is scrolled back by the browser only when it is laid out.
      const top = Math.min(scrolledPx.value, Math.max(0, total * rowPx - heightPx.value))
      return rowsInSight(total, rowPx, top, heightPx.value)
    }),
    totalPx: computed(() => count() * rowPx),
    show(index) {
      const element = list.value
      if (element === null) return
      const top = index * rowPx
      if (top < element.scrollTop) element.scrollTop = top
      else element.scrollTop = Math.max(element.scrollTop, top + rowPx - element.clientHeight)
      look()
    },
  }
}
