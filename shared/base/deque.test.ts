import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Deque } from './deque.ts'

test('behaves as an array under any sequence of operations', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant('push') },
    { weight: 3, arbitrary: fc.constant('shift') },
    { weight: 2, arbitrary: fc.constant('unshift') },
    { weight: 1, arbitrary: fc.constantFrom('clear', 'read') },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const deque = new Deque<number>()
      const model: number[] = []
      steps.forEach((name, i) => {
        if (name === 'push') {
          deque.push(i)
          model.push(i)
        } else if (name === 'unshift') {
          deque.unshift(i)
          model.unshift(i)
        } else if (name === 'shift') expect(deque.shift()).toBe(model.shift())
        else if (name === 'clear') {
          deque.clear()
          model.length = 0
        } else expect([...deque]).toEqual(model)
        expect(deque.length).toBe(model.length)
        expect(deque.peek()).toBe(model[0])
      })
      expect(model.map((_, i) => deque.at(i))).toEqual(model)
      expect(() => deque.at(model.length)).toThrow('no element')
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('a taken element is released', () => {
  const deque = new Deque<object>()
  deque.push({})
  deque.shift()
  expect(deque.peek()).toBeUndefined()
  expect(JSON.stringify(deque)).not.toContain('{}')
})
