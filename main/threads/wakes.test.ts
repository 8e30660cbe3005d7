import { beforeEach, expect, test, vi } from 'vitest'
import { Control, controlMemory } from './control.ts'
import { Wakes } from './wakes.ts'

const control = new Control(controlMemory(4))
const woken = vi.spyOn(control, 'wakeBefore')
let wakes: Wakes

beforeEach(() => {
  woken.mockClear()
  wakes = new Wakes(control, 4)
})

test('a thread that was sent several messages is woken once, for the first that is due', () => {
  wakes.note(2, 500)
  wakes.note(1, 900)
  wakes.note(2, 300)
  wakes.note(2, 400)
  wakes.flush()
  expect(woken.mock.calls).toEqual([
    [2, 300],
    [1, 900],
  ])
})

test('nobody is woken twice for the same', () => {
  wakes.note(3, 7)
  wakes.flush()
  wakes.flush()
  wakes.note(3, 8)
  wakes.flush()
  expect(woken.mock.calls).toEqual([
    [3, 7],
    [3, 8],
  ])
})

test('who has more to do wakes nobody for a tenth of a millisecond', () => {
  wakes.note(0, 1)
  wakes.hold(1_000_000)
  wakes.hold(1_099_999)
  expect(woken).not.toHaveBeenCalled()
  wakes.hold(1_100_000)
  expect(woken.mock.calls).toEqual([[0, 1]])
})

test('the time begins anew with what is sent next', () => {
  wakes.note(0, 1)
  wakes.hold(1_000_000)
  wakes.flush()
  wakes.hold(5_000_000)
  wakes.note(1, 2)
  wakes.hold(5_050_000)
  wakes.hold(5_100_000)
  expect(woken.mock.calls).toEqual([[0, 1]])
  wakes.hold(5_150_000)
  expect(woken.mock.calls).toEqual([
    [0, 1],
    [1, 2],
  ])
})
