import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { goToPane } from './panes.ts'

beforeEach(() => {
  // Nothing is laid out here: what is not hidden counts as shown.
  vi.spyOn(HTMLElement.prototype, 'getClientRects').mockImplementation(function (this: HTMLElement) {
    return (this.closest('[hidden]') === null ? [{}] : []) as unknown as DOMRectList
  })
  document.body.innerHTML = `
    <header data-pane><button id="run">Run</button></header>
    <aside data-pane><button disabled>No</button><input id="name" /><input id="seed" /></aside>
    <div data-pane tabindex="0" id="canvas"></div>
    <aside data-pane hidden><button>Hidden</button></aside>
    <section data-pane><p>Nothing to focus</p></section>
    <footer data-pane><button id="problems">Problems</button></footer>`
})
afterEach(() => {
  vi.restoreAllMocks()
  document.body.innerHTML = ''
})

const focused = () => document.activeElement?.id

test('F6 goes round the panes that are shown and have something to focus, in both directions', () => {
  const seen = Array.from({ length: 5 }, () => (goToPane(1), focused()))
  expect(seen).toEqual(['run', 'name', 'canvas', 'problems', 'run'])
  const back = Array.from({ length: 4 }, () => (goToPane(-1), focused()))
  expect(back).toEqual(['problems', 'canvas', 'name', 'run'])
})

test('from nowhere backwards the last pane comes first', () => {
  goToPane(-1)
  expect(focused()).toBe('problems')
})

test('a pane is entered where it was left', () => {
  document.getElementById('seed')?.focus()
  goToPane(1)
  expect(focused()).toBe('canvas')
  goToPane(-1)
  expect(focused()).toBe('seed')
  goToPane(1)
  document.getElementById('seed')?.remove()
  goToPane(-1)
  expect(focused()).toBe('name')
})
