import { nextTick, onBeforeUnmount, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { placePopup } from './place-popup.ts'

export interface Popup {
  readonly isOpen: Ref<boolean>
  open(): Promise<void>
  close(): void
}

type Anchor = HTMLElement | { readonly x: number; readonly y: number }

/**
 * A popup in the browser's top layer (`popover="manual"`): above every dialog and never clipped by a pane that scrolls.
 * It is closed by Escape, by a press outside of it and its anchor, and when the window or anything under the anchor
 * scrolls or changes its size.
 */
export function usePopup(
  anchor: () => Anchor | null,
  popup: Readonly<ShallowRef<HTMLElement | null>>,
  options: { align?: 'start' | 'end' | 'centre'; gap?: number; onClose?: () => void } = {},
): Popup {
  const isOpen = shallowRef(false)
  let dispose: (() => void) | null = null

  async function open(): Promise<void> {
    if (isOpen.value) return
    isOpen.value = true
    await nextTick()
    const element = popup.value
    if (element === null || !isOpen.value) return
    element.showPopover?.()
    place(element)
    const listeners = new AbortController()
    const { signal } = listeners
    const isOutside = ({ target }: Event) => {
      const at = anchor()
      return (
        !(target instanceof Node) ||
        (!element.contains(target) && !(at instanceof Node && at.contains(target)))
      )
    }
    const closeOutside = (event: Event) => {
      if (isOutside(event)) close()
    }
    document.addEventListener('pointerdown', closeOutside, { capture: true, signal })
    document.addEventListener('scroll', closeOutside, { capture: true, signal })
    window.addEventListener('resize', close, { signal })
    window.addEventListener('blur', close, { signal })
    dispose = () => listeners.abort()
  }

  function place(element: HTMLElement): void {
    const at = anchor()
    if (at === null) return
    const box =
      at instanceof HTMLElement
        ? at.getBoundingClientRect()
        : { left: at.x, right: at.x, top: at.y, bottom: at.y }
    if (at instanceof HTMLElement) element.style.minWidth = `${at.offsetWidth}px`
    element.style.maxHeight = ''
    const viewport = { width: window.innerWidth, height: window.innerHeight }
    const size = { width: element.offsetWidth, height: element.offsetHeight }
    const { left, top, heightMax } = placePopup(box, size, viewport, options.align, options.gap)
    element.style.left = `${left}px`
    element.style.top = `${top}px`
    element.style.maxHeight = `${heightMax}px`
  }

  function close(): void {
    if (!isOpen.value) return
    isOpen.value = false
    options.onClose?.()
  }

  watch(isOpen, (now) => {
    if (now) return
    dispose?.()
    dispose = null
    popup.value?.hidePopover?.()
  })
  onBeforeUnmount(() => dispose?.())

  return { isOpen, open, close }
}
