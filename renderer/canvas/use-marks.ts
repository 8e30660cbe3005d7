import type { VueFlowStore } from '@vue-flow/core'
import { nextTick } from 'vue'
import type { Selected } from '../stores/ui.ts'
import { isSameSelection, keyOf } from './elements.ts'
import { linkSelected, selectedOf } from './flow-parts.ts'

/** Keeps what Vue Flow has marked and what its owner says is marked the same, in both directions. */
export function useMarks(
  flow: VueFlowStore,
  selection: () => readonly Selected[],
  tell: (selection: readonly Selected[]) => void,
): { readonly sync: () => void } {
  function sync(): void {
    const keys = new Set(selection().map(keyOf))
    for (const node of flow.nodes.value) {
      const isMarked = keys.has(keyOf(selectedOf(node)))
      if (node.selected !== isMarked) node.selected = isMarked
    }
    for (const edge of flow.edges.value) {
      const isMarked = keys.has(keyOf(linkSelected(edge)))
      if (edge.selected !== isMarked) edge.selected = isMarked
    }
  }

  let isTelling = false
  /** Once for all changes of one gesture: a box over fifty replicas is one selection. */
  function tellLater(): void {
    if (isTelling) return
    isTelling = true
    queueMicrotask(() => {
      isTelling = false
      const marked = [
        ...flow.nodes.value.filter((node) => node.selected).map(selectedOf),
        ...flow.edges.value.filter((edge) => edge.selected).map(linkSelected),
      ]
      if (!isSameSelection(marked, selection())) tell(marked)
    })
  }

  flow.onNodesChange((changes) => changes.some(({ type }) => type === 'select') && tellLater())
  flow.onEdgesChange((changes) => changes.some(({ type }) => type === 'select') && tellLater())
  // The frame that Vue Flow would leave round a box selection catches clicks meant for what is in it.
  flow.onSelectionEnd(() => void nextTick(() => (flow.nodesSelectionActive.value = false)))
  return { sync }
}
