import { afterEach, expect, test } from 'vitest'
import { formatMs, timeUnit } from './units.ts'

afterEach(() => (timeUnit.value = 'auto'))

test('durations are written as the preference says', () => {
  expect([0.25, 1500, null].map(formatMs)).toEqual(['0.250 ms', '1.5 s', '—'])
  timeUnit.value = 'ms'
  expect([0.25, 1500, null].map(formatMs)).toEqual(['0.25 ms', '1,500 ms', '—'])
})
