import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Selected } from '../stores/ui.ts'
import { keysFor } from './keyboard.ts'

const BOXES = new Map([
  ['east', { x: 0, y: 0, width: 300, height: 200 }],
  ['west', { x: 500, y: 0, width: 300, height: 200 }],
  ['r1', { x: 20, y: 40, width: 120, height: 56 }],
  ['r2', { x: 160, y: 40, width: 120, height: 56 }],
])
const KINDS = [
  { kind: 'region', id: 'east' },
  { kind: 'region', id: 'west' },
  { kind: 'replica', id: 'r1' },
  { kind: 'replica', id: 'r2' },
] as const

let selection: readonly Selected[] = []
let isEditable = true
const calls = {
  nudge: vi.fn(),
  remove: vi.fn(),
  activate: vi.fn(),
  menu: vi.fn(),
  zoom: vi.fn(),
  fit: vi.fn(),
  giveUp: vi.fn(),
}
const canvas = document.createElement('div')
canvas.addEventListener(
  'keydown',
  keysFor({
    isEditable: () => isEditable,
    isSelectable: () => true,
    selection: () => selection,
    boxes: () => BOXES,
    kinds: () => KINDS,
    select: (next) => (selection = next),
    ...calls,
  }),
)
document.body.append(canvas)

function press(key: string, held: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held })
  canvas.dispatchEvent(event)
  return event.defaultPrevented
}
const marked = (): string => selection.map((each) => (each.kind === 'link' ? 'link' : each.id)).join()

beforeEach(() => {
  selection = []
  isEditable = true
  vi.clearAllMocks()
})

describe('the keyboard on the canvas', () => {
  test('page keys go round through everything', () => {
    const order = ['east', 'west', 'r1', 'r2', 'east']
    expect(order.map(() => (press('PageDown'), marked()))).toEqual(order)
    expect(['PageUp', 'PageUp'].map((key) => (press(key), marked()))).toEqual(['r2', 'r1'])
    // With Shift what they come to is added, from the latest on.
    press('PageDown', { shiftKey: true })
    expect(marked()).toBe('r1,r2')
    press('PageDown', { shiftKey: true })
    expect(marked()).toBe('r1,r2,east')
    press('PageUp')
    expect(marked()).toBe('r2')
  })

  test('arrows nudge what is marked, further with Shift', () => {
    selection = [{ kind: 'replica', id: 'r1' }]
    press('ArrowRight')
    press('ArrowUp', { shiftKey: true })
    expect(calls.nudge.mock.calls).toEqual([[{ x: 8, y: 0 }], [{ x: 0, y: -40 }]])
    expect(marked()).toBe('r1')
  })

  test('where nothing can be moved, arrows go to the neighbour of the same kind', () => {
    isEditable = false
    press('ArrowRight')
    expect(marked()).toBe('east')
    press('ArrowRight')
    expect(marked()).toBe('west')
    selection = [{ kind: 'replica', id: 'r1' }]
    press('ArrowRight')
    expect(marked()).toBe('r2')
    press('Delete')
    expect([calls.nudge, calls.remove].map((call) => call.mock.calls.length)).toEqual([0, 0])
  })

  test('Enter edits, Delete removes, Escape lets go, the menu key opens the menu', () => {
    expect([press('Enter'), press('Delete'), press('Escape')]).toEqual([false, false, false])
    selection = [{ kind: 'link', from: 'east', to: 'west' }]
    press('Enter')
    press('Delete')
    press('F10', { shiftKey: true })
    press('Escape')
    expect([calls.activate, calls.remove, calls.menu].map((call) => call.mock.calls.length)).toEqual([
      1, 1, 1,
    ])
    expect(selection).toEqual([])
  })

  test('Tab, shortcuts with Control, and keys of the buttons inside are left alone', () => {
    const button = document.createElement('button')
    canvas.append(button)
    expect([press('Tab'), press('a', { ctrlKey: true }), press('x')]).toEqual([false, false, false])
    const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })
    selection = [{ kind: 'replica', id: 'r1' }]
    button.dispatchEvent(event)
    expect(event.defaultPrevented).toBe(false)
  })
})
