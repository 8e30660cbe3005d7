import { expect, test } from 'vitest'
import { PARAMETRIC_GUARANTEE } from '../../shared/topology/metric-names.ts'
import { GUARANTEE_NUMBERS, guaranteeName, guaranteeParts } from './guarantee-name.ts'

test('a name and its parts are one another', () => {
  for (const name of ['k-atomic:3', 'bounded-staleness:250', 'bounded-staleness:0.5', 'k-atomic', 'causal'])
    expect(guaranteeName(guaranteeParts(name))).toBe(name)
  expect(guaranteeParts('k-atomic:3')).toEqual({ base: 'k-atomic', number: 3 })
  expect(guaranteeParts('causal')).toEqual({ base: 'causal', number: null })
})

test('a number that is none is left out, and so is that of a guarantee without one', () => {
  expect(guaranteeParts('k-atomic:x')).toEqual({ base: 'k-atomic', number: null })
  expect(guaranteeName({ base: 'causal', number: 3 })).toBe('causal')
})

test.each(Object.keys(GUARANTEE_NUMBERS))('whatever %s is given, the parser of files takes', (base) => {
  const { usual, min } = GUARANTEE_NUMBERS[base]
  for (const number of [usual, Math.max(1, min), 0.0000001 + min, 999_999_999]) {
    if (base === 'k-atomic' && !Number.isInteger(number)) continue
    expect(guaranteeName({ base, number })).toMatch(PARAMETRIC_GUARANTEE)
  }
})
