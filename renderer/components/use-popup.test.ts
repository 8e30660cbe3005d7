import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, useTemplateRef } from 'vue'
import { usePopup, type Popup } from './use-popup.ts'

enableAutoUnmount(afterEach)
const rects = new Map<string, DOMRect>()
let popup: Popup
let at: { x: number; y: number } | null = null

/** A pane that scrolls with an anchor in it, a log beside it, and the popup. */
const Page = defineComponent(() => {
  const anchor = useTemplateRef<HTMLElement>('anchor')
  const element = useTemplateRef<HTMLElement>('element')
  popup = usePopup(() => at ?? anchor.value, element)
  return () => [
    h('div', { id: 'pane' }, h('button', { id: 'anchor', ref: 'anchor' })),
    h('div', { id: 'log' }),
    popup.isOpen.value ? h('div', { id: 'popup', ref: 'element' }, h('div', { id: 'list' })) : null,
  ]
})

beforeEach(() => {
  at = null
  rects.clear()
  rects.set('pane', new DOMRect(0, 0, 200, 100))
  rects.set('anchor', new DOMRect(10, 50, 80, 20))
  rects.set('log', new DOMRect(300, 0, 200, 100))
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockImplementation(function (this: HTMLElement) {
    return rects.get(this.id) ?? new DOMRect()
  })
})
afterEach(() => vi.restoreAllMocks())

async function open() {
  mount(Page, { attachTo: document.body })
  await popup.open()
}

function scroll(id: string): void {
  document.getElementById(id)?.dispatchEvent(new Event('scroll'))
}

test('a popup goes along with its anchor, and is closed when that is out of sight', async () => {
  await open()
  const top = () => document.getElementById('popup')?.style.top
  expect(top()).toBe('74px')
  rects.set('anchor', new DOMRect(10, 20, 80, 20))
  scroll('pane')
  expect([popup.isOpen.value, top()]).toEqual([true, '44px'])
  rects.set('anchor', new DOMRect(10, -30, 80, 20))
  scroll('pane')
  expect(popup.isOpen.value).toBe(false)
})

test('what scrolls elsewhere, or within it, leaves it alone', async () => {
  await open()
  for (const id of ['log', 'list', 'popup']) scroll(id)
  expect(popup.isOpen.value).toBe(true)
})

test('what hangs at a point is closed when that point scrolls away, and only then', async () => {
  at = { x: 50, y: 50 }
  await open()
  scroll('log')
  expect(popup.isOpen.value).toBe(true)
  scroll('pane')
  expect(popup.isOpen.value).toBe(false)
})

test('a press outside closes it', async () => {
  await open()
  document.getElementById('list')?.dispatchEvent(new Event('pointerdown', { bubbles: true }))
  expect(popup.isOpen.value).toBe(true)
  document.getElementById('log')?.dispatchEvent(new Event('pointerdown', { bubbles: true }))
  await nextTick()
  expect(popup.isOpen.value).toBe(false)
})
