import { nextTick, watch, type Ref } from 'vue'
import { useUi } from '../../stores/ui.ts'

/** Leads a problem that was clicked in the list to its field, where its path begins with `prefix`. */
export function useAskedField(root: Readonly<Ref<HTMLElement | null>>, prefix: string) {
  const ui = useUi()

  watch(
    () => ui.askedPath,
    async (path) => {
      if (path?.startsWith(prefix) !== true) return
      // The form of what has just been marked is drawn with the next tick, and its fields with the one after.
      await nextTick()
      await nextTick()
      const fields = [...(root.value?.querySelectorAll<HTMLElement>('[data-path]') ?? [])]
      const found = fields.find(({ dataset }) => path.startsWith(dataset.path ?? '?'))
      // To centre it would also scroll what is only clipped, the frame itself.
      found?.scrollIntoView({ block: 'nearest' })
      found?.querySelector<HTMLElement>('input, [role=combobox]')?.focus({ preventScroll: true })
      ui.askedPath = null
    },
    { immediate: true },
  )

  function focusFirst(): void {
    root.value?.querySelector<HTMLElement>('input, [role=combobox]')?.focus()
  }

  return { focusFirst }
}
