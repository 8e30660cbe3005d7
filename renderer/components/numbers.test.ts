import { expect, test } from 'vitest'
import { boundsProblem, numberOf, stepped } from './numbers.ts'

test.each([
  ['12', 12],
  [' 0.5 ', 0.5],
  ['.5', 0.5],
  ['-3.', -3],
  ['1e3', 1000],
  ['2E-2', 0.02],
  ['1,234,567.5', 1234567.5],
  ['12,34', null],
  ['0,5', null],
  ['', null],
  ['-', null],
  ['1e', null],
  ['1e999', null],
  ['Infinity', null],
  ['0x10', null],
  ['3 ms', null],
])('%j is read as %j', (typed, value) => {
  expect(numberOf(typed)).toBe(value)
})

test('a step in whole numbers refuses fractions, and bounds are said', () => {
  expect(boundsProblem(1.5, { step: 1 })).toMatch(/whole/)
  expect(boundsProblem(1.5, { step: 0.1 })).toBeNull()
  expect(boundsProblem(0, { min: 1 })).toBe('Must be at least 1.')
  expect(boundsProblem(9, { max: 8 })).toBe('Must be at most 8.')
  expect(boundsProblem(8, { min: 8, max: 8 })).toBeNull()
})

test('steps add up without dust and stop at the bounds', () => {
  expect(stepped(0.1, 0.2, {})).toBe(0.3)
  expect(stepped(0.7, 0.1, {})).toBe(0.8)
  expect(stepped(1e-7, 1e-7, {})).toBe(2e-7)
  expect(stepped(9.5, 1, { max: 10 })).toBe(10)
  expect(stepped(0.5, -1, { min: 0 })).toBe(0)
})
