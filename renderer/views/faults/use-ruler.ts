import { DRAG_TYPE } from '../../canvas/types.ts'
import type { ChangeKind } from '../../model/change-edits.ts'
import type { FaultKind } from '../../model/fault-edits.ts'
import type { Range } from '../../model/range.ts'
import { CHANGE_ICONS } from './change-words.ts'
import { FAULT_ICONS } from './fault-words.ts'
import type { ChangeActions } from './use-changes.ts'
import type { FaultActions } from './use-faults.ts'

const DRAG_PX_MIN = 4

/** On the ruler a click says when new faults begin, and a drag moves what is in sight; what is dropped anywhere begins there. */
export function useRuler(
  actions: FaultActions,
  changes: Pick<ChangeActions, 'add'>,
  time: {
    range(): Range
    pan(from: Range, byPx: number): void
    /** The instant that is meant by a place of the window. */
    snappedAt(clientX: number): number
  },
) {
  let held: { x: number; range: Range; hasMoved: boolean } | null = null

  function hold(event: PointerEvent): void {
    if (event.button !== 0) return
    ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
    held = { x: event.clientX, range: time.range(), hasMoved: false }
  }

  function move({ clientX }: PointerEvent): void {
    if (held === null || (!held.hasMoved && Math.abs(clientX - held.x) < DRAG_PX_MIN)) return
    held.hasMoved = true
    time.pan(held.range, held.x - clientX)
  }

  function letGo({ clientX }: PointerEvent): void {
    if (held !== null && !held.hasMoved) actions.aim({ atMs: time.snappedAt(clientX) })
    held = null
  }

  function giveUp(): void {
    held = null
  }

  function dragOver(event: DragEvent): void {
    if (event.dataTransfer?.types.includes(DRAG_TYPE) !== true) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    actions.aim({ atMs: time.snappedAt(event.clientX) })
  }

  function drop(event: DragEvent): void {
    const kind = event.dataTransfer?.getData(DRAG_TYPE) ?? ''
    const atMs = time.snappedAt(event.clientX)
    if (kind in CHANGE_ICONS) changes.add(kind as ChangeKind, { atMs })
    else if (kind in FAULT_ICONS) actions.add(kind as FaultKind, { atMs })
    else return
    event.preventDefault()
  }

  return { hold, move, letGo, giveUp, dragOver, drop }
}
