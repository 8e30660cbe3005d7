import { onScopeDispose, shallowRef, type Component, type ShallowRef } from 'vue'

/** A list in the bottom pane, beside the problems: a view brings its own, such as the event log of a run. */
export interface BottomPanel {
  readonly id: string
  readonly title: string
  readonly component: Component
  /** A number beside the title; 0 shows none. */
  readonly count?: () => number
}

const added: ShallowRef<readonly BottomPanel[]> = shallowRef([])
/** The panel that is shown; null while the pane is folded. */
const shownId = shallowRef<string | null>(null)

/** Adds a panel for as long as the calling component lives. */
export function useBottomPanel(panel: BottomPanel): void {
  added.value = [...added.value.filter(({ id }) => id !== panel.id), panel]
  onScopeDispose(() => {
    added.value = added.value.filter((each) => each !== panel)
    if (shownId.value === panel.id && !added.value.some(({ id }) => id === panel.id)) shownId.value = null
  })
}

export function showPanel(id: string | null): void {
  shownId.value = id
}

export const bottomPanels = { added, shownId }
