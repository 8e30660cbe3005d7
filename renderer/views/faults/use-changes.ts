import { computed } from 'vue'
import {
  addChange,
  changeAt,
  changesOf,
  newChange,
  presences,
  removeChange,
  setChangeTime,
  type ChangeKind,
} from '../../model/change-edits.ts'
import { useDocument } from '../../stores/document.ts'
import { useUi } from '../../stores/ui.ts'
import { changeWords } from './change-words.ts'
import type { FaultActions } from './use-faults.ts'

/** Why no replica can join, or leave, in the open file; null where one can, or nothing is known yet. */
export function changeRefusal(kind: ChangeKind): string | null {
  const { file, check } = useDocument()
  return file?.replicas.length === 0
    ? 'There is no replica yet. Add one on Design.'
    : (check?.refusals.changes?.[kind] ?? null)
}

export type ChangeActions = ReturnType<typeof useChanges>

/** Replicas that join and leave during the run, which of these changes is marked, and all that this view does to them. */
export function useChanges(faults: Pick<FaultActions, 'durationMs' | 'nextTimes' | 'places'>) {
  const doc = useDocument()
  const ui = useUi()

  const changes = computed(() => (doc.file === null ? [] : changesOf(doc.file)))
  /** The marked change, while it is there: undo may take it away. */
  const index = computed(() => {
    const marked = ui.selectedChange
    return marked !== null && marked < changes.value.length ? marked : null
  })
  const change = computed(() => (index.value === null ? null : (changes.value[index.value] ?? null)))
  const lanes = computed(() => (doc.file === null ? [] : presences(doc.file, faults.durationMs.value)))
  /** By index, what is wrong with a change; by -1, with there being any. */
  const problems = computed(() => {
    const found = new Map<number, string>()
    for (const { path, sentence } of doc.problems) {
      const [all, digits = '-1'] = /^\$\.changes(?:\[(\d+)\])?/.exec(path) ?? []
      if (all !== undefined && !found.has(Number(digits))) found.set(Number(digits), sentence)
    }
    return found
  })

  function select(next: number | null): void {
    doc.endGesture()
    ui.selectedChange = next
    if (next !== null) ui.selectedFault = null
  }

  /** Adds a change of the replica that is named, else of one that is marked on the canvas, else of one for which it makes sense. */
  function add(kind: ChangeKind, at?: { atMs?: number; places?: readonly string[] }): void {
    const { file } = doc
    if (file === null) return
    const places = at?.places ?? faults.places.value
    const made = newChange(file, kind, at?.atMs ?? faults.nextTimes.value.atMs, places)
    if (made === null) return
    doc.edit(`Add: ${changeWords(made)}`, (before) => addChange(before, made))
    select(changes.value.length - 1)
  }

  function remove(at = index.value): void {
    const gone = at === null || doc.file === null ? null : changeAt(doc.file, at)
    if (at === null) return
    doc.edit(`Remove: ${gone === null ? 'a change' : changeWords(gone)}`, (file) => removeChange(file, at))
    const left = changes.value.length
    select(left === 0 ? null : Math.min(at, left - 1))
  }

  /** One step of a drag or of a held key; `endGesture` ends it. */
  function time(at: number, atMs: number): void {
    doc.edit(
      'Change when a replica joins or leaves',
      (file) => setChangeTime(file, at, atMs),
      `change time ${at}`,
    )
  }

  return {
    changes,
    index,
    change,
    lanes,
    problems,
    refusalOf: changeRefusal,
    select,
    add,
    remove,
    time,
    endGesture: doc.endGesture,
  }
}
