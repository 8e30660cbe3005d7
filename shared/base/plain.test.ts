import { expect, test } from 'vitest'
import { Deque } from './deque.ts'
import { strangerIn } from './plain.ts'

test('data is plain, however it is nested', () => {
  const data = {
    a: [1, null, undefined, 'x', 2n],
    m: new Map([[{ k: 1 }, new Set([1, [2]])]]),
    f: new Float64Array(2),
    o: Object.create(null) as object,
  }
  expect(strangerIn(data)).toBeNull()
  expect(structuredClone(data)).toEqual(data)
})

test.each([
  ['an instance of a class', { log: new Deque() }, '$.log'],
  ['a function', [1, () => 1], '$.1'],
  ['something in a map', { cells: new Map([[7, { log: new Deque() }]]) }, '$.cells.value(0).log'],
  ['a key of a map', new Map([[new Deque(), 1]]), '$.key(0)'],
  ['something in a set', new Set([1, new Deque()]), '$.1'],
])('%s is not', (_, value, path) => {
  expect(strangerIn(value)).toBe(path)
})
