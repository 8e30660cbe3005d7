import { computed } from 'vue'
import { kindOf } from '../../model/edits.ts'
import { useDocument } from '../../stores/document.ts'
import { useUi, type Selected } from '../../stores/ui.ts'

/** What is marked and still there: undo may take away what the selection names. */
export function useSelection() {
  const doc = useDocument()
  const ui = useUi()

  const selection = computed<readonly Selected[]>(() => {
    const { file } = doc
    if (file === null) return []
    const isThere = (selected: Selected): boolean =>
      selected.kind === 'link'
        ? kindOf(file, selected.from) !== null && kindOf(file, selected.to) !== null
        : kindOf(file, selected.id) === selected.kind
    const there = ui.selection.filter(isThere)
    return there.length === ui.selection.length ? ui.selection : there
  })
  /** Regions, replicas and clients among it. */
  const ids = computed(() => selection.value.flatMap((each) => (each.kind === 'link' ? [] : [each.id])))

  function select(next: readonly Selected[]): void {
    ui.selection = next
  }

  function selectIds(names: readonly string[]): void {
    const { file } = doc
    if (file === null) return
    select(
      names.flatMap((id) => {
        const kind = kindOf(file, id)
        return kind === null ? [] : [{ kind, id }]
      }),
    )
  }

  return { selection, ids, select, selectIds }
}
