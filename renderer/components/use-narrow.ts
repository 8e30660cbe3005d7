import { onScopeDispose, readonly, shallowRef, type Ref } from 'vue'

/** Below this width of the window panes become drawers. */
export const NARROW_PX = 1100

/** Whether the window is narrower than `px`, as it changes. */
export function useNarrow(px = NARROW_PX): Readonly<Ref<boolean>> {
  const query = matchMedia(`(max-width: ${px - 1}px)`)
  const isNarrow = shallowRef(query.matches)
  const update = () => (isNarrow.value = query.matches)
  query.addEventListener('change', update)
  onScopeDispose(() => query.removeEventListener('change', update))
  return readonly(isNarrow)
}
