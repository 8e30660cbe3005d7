import { shallowRef, watch, type ShallowRef } from 'vue'
import { sentenceOf } from '../api/index.ts'

/**
 * Of a list of things the one that is shown, fetched: its id and itself always belong together, so that neither is ever
 * ahead of the other. Where none is chosen, `usual` is.
 */
export function useShown<Thing>(
  list: { selectedId: string | null },
  usual: () => string | null,
  fetch: (id: string) => Promise<Thing>,
): {
  readonly shown: ShallowRef<{ readonly id: string; readonly thing: Thing } | null>
  /** Why it cannot be shown. */
  readonly failure: ShallowRef<string | null>
} {
  const shown: ShallowRef<{ readonly id: string; readonly thing: Thing } | null> = shallowRef(null)
  const failure = shallowRef<string | null>(null)

  watch(
    () => list.selectedId ?? usual(),
    async (id) => {
      if (id === null) {
        shown.value = null
        return
      }
      if (list.selectedId === null) list.selectedId = id
      try {
        const thing = await fetch(id)
        // Another one may have been chosen while this one was fetched.
        if (list.selectedId !== id) return
        shown.value = { id, thing }
        failure.value = null
      } catch (error) {
        shown.value = null
        failure.value = sentenceOf(error)
      }
    },
    { immediate: true },
  )
  return { shown, failure }
}
