import { nextTick, onBeforeUnmount, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { placePopup, touches } from './place-popup.ts'

export interface Popup {
  readonly isOpen: Ref<boolean>
  open(): Promise<void>
  close(): void
}

type Anchor = HTMLElement | { readonly x: number; readonly y: number }

/**
 * A popup in the browser's top layer (`popover="manual"`): above every dialog and never clipped by a pane that scrolls.
 * It is closed by a press outside of it and its anchor, and when the window changes its size or loses the focus. Where
 * its anchor is scrolled it goes along, until that is out of sight; what hangs at a point is closed.
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
    const closeOutside = ({ target }: Event) => {
      const at = anchor()
      const isInside =
        target instanceof Node && (element.contains(target) || (at instanceof Node && at.contains(target)))
      if (!isInside) close()
    }
    document.addEventListener('pointerdown', closeOutside, { capture: true, signal })
    document.addEventListener('scroll', (event) => follow(event, element), { capture: true, signal })
    window.addEventListener('resize', close, { signal })
    window.addEventListener('blur', close, { signal })
    dispose = () => listeners.abort()
  }

  /** What scrolls elsewhere, a log that goes on for example, is none of its concern. */
  function follow({ target }: Event, element: HTMLElement): void {
    const at = anchor()
    if (at === null || !(target instanceof Node) || element.contains(target)) return
    const frame =
      target instanceof Element ? target.getBoundingClientRect() : new DOMRect(0, 0, innerWidth, innerHeight)
    if (!(at instanceof HTMLElement)) {
      if (touches(frame, { left: at.x, right: at.x, top: at.y, bottom: at.y })) close()
    } else if (target.contains(at)) {
      if (touches(frame, at.getBoundingClientRect())) place(element)
      else close()
    }
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
