import { expect, test } from 'vitest'
import { exitShare, wayOfLost } from './lost.ts'

const SQUARE = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 10 },
  { x: 0, y: 10 },
]
/** Three places in a row, 100 apart, each 20 by 20. */
const boxes = new Map(
  ['a', 'b', 'c'].map((id, i) => [id, { x: i * 100 - 10, y: -10, width: 20, height: 20 }] as const),
)

test('a way leaves a polygon where it crosses its edge', () => {
  expect(exitShare({ x: 5, y: 5 }, { x: 25, y: 5 }, SQUARE)).toBeCloseTo(0.25)
  expect(exitShare({ x: 5, y: 5 }, { x: 5, y: -15 }, SQUARE)).toBeCloseTo(0.25)
  expect(exitShare({ x: 5, y: 5 }, { x: 7, y: 7 }, SQUARE)).toBeNull()
})

test('a lost message gets as far as the boundary of its side', () => {
  // The boundary stands 8 px round the boxes: 18 px from a centre.
  expect(wayOfLost({ from: 'a', to: 'c' }, boxes, { sides: [['a'], ['b', 'c']] })).toBeCloseTo(0.09)
  expect(wayOfLost({ from: 'b', to: 'a' }, boxes, { sides: [['b', 'c']] })).toBeCloseTo(0.18)
})

test('from outside it gets to the boundary from the other side', () => {
  expect(wayOfLost({ from: 'c', to: 'a' }, boxes, { sides: [['a']] })).toBeCloseTo(0.91)
})

test('on its own side it is lost half way, and at the door of a replica that is down', () => {
  expect(wayOfLost({ from: 'b', to: 'c' }, boxes, { sides: [['a'], ['b', 'c']] })).toBe(0.5)
  expect(wayOfLost({ from: 'a', to: 'b' }, boxes, {})).toBe(0.5)
  const replicas = new Map([['b', { state: 'down' as const }]])
  expect(wayOfLost({ from: 'a', to: 'b' }, boxes, { replicas })).toBeCloseTo(0.9)
  expect(wayOfLost({ from: 'a', to: 'nowhere' }, boxes, { replicas })).toBe(0.5)
})
