import { computed, shallowRef } from 'vue'
import { isInstant, timesOf, type FaultTimes } from '../../model/fault-edits.ts'
import type { FaultFile } from '../../model/file.ts'
import { snapped, snappedBar } from './time-axis.ts'

/** Which part of a bar is held: all of it, or one of its ends. */
export type BarPart = 'whole' | 'start' | 'end'

export interface BarGrid {
  readonly stepMs: number
  /** Instants that a drag meets exactly when it comes near: ends of other faults and of the run. */
  readonly edges: readonly number[]
  readonly reachMs: number
  /** A bar whose end is dragged here or beyond lasts to the end of the run. */
  readonly endMs: number
}

interface Drag {
  readonly index: number
  readonly part: BarPart
  readonly grabbedMs: number
  readonly grabbedX: number
  readonly before: FaultTimes
  readonly isInstant: boolean
}

const THRESHOLD_PX = 3

/** The times of a bar of which a part is moved by so much. */
export function draggedTimes(before: FaultTimes, part: BarPart, byMs: number, grid: BarGrid): FaultTimes {
  const { atMs, forMs } = before
  const untilMs = forMs === null ? grid.endMs : atMs + forMs
  if (part === 'whole') {
    const wanted = snappedBar(atMs + byMs, forMs ?? 0, grid)
    return { atMs: clamped(wanted, 0, Math.max(atMs, grid.endMs)), forMs }
  }
  const least = Math.min(grid.stepMs, forMs ?? grid.stepMs)
  if (part === 'start') {
    const start = clamped(snapped(atMs + byMs, grid), 0, Math.max(0, untilMs - least))
    return { atMs: start, forMs: forMs === null ? null : rounded(untilMs - start) }
  }
  const end = Math.max(snapped(untilMs + byMs, grid), atMs + least)
  return { atMs, forMs: end >= grid.endMs ? null : rounded(end - atMs) }
}

/**
 * Drags of bars: `begin` at the pointer going down on one, then `move`, `end` or `giveUp`. Less than a few pixels is a
 * click. With Alt held, or the grid of `fine`, nothing snaps but whole milliseconds.
 */
export function useBarDrag(options: {
  msAt(clientX: number): number
  grid(index: number): BarGrid
  change(index: number, times: FaultTimes): void
  done(): void
}) {
  const drag = shallowRef<Drag | null>(null)
  const isMoving = shallowRef(false)

  function begin(event: PointerEvent, index: number, part: BarPart, fault: FaultFile): void {
    if (event.button !== 0) return
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    drag.value = {
      index,
      part,
      grabbedMs: options.msAt(event.clientX),
      grabbedX: event.clientX,
      before: timesOf(fault),
      isInstant: isInstant(fault),
    }
  }

  function move(event: PointerEvent): void {
    const held = drag.value
    if (held === null) return
    if (!isMoving.value && Math.abs(event.clientX - held.grabbedX) < THRESHOLD_PX) return
    isMoving.value = true
    const grid = options.grid(held.index)
    const fine = { ...grid, stepMs: 1, edges: [], reachMs: 0 }
    const byMs = options.msAt(event.clientX) - held.grabbedMs
    options.change(
      held.index,
      draggedTimes(held.before, held.isInstant ? 'whole' : held.part, byMs, event.altKey ? fine : grid),
    )
  }

  function end(): void {
    if (drag.value === null) return
    drag.value = null
    isMoving.value = false
    options.done()
  }

  /** As if nothing had been dragged. */
  function giveUp(): void {
    const held = drag.value
    if (held !== null && isMoving.value) options.change(held.index, held.before)
    end()
  }

  /** The fault that is being dragged, beyond a click. */
  const index = computed(() => (isMoving.value ? (drag.value?.index ?? null) : null))

  return { index, begin, move, end, giveUp }
}

function clamped(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}

/** Without the dust of binary fractions. */
function rounded(ms: number): number {
  return Number(ms.toFixed(6))
}
