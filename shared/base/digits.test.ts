import { expect, test } from 'vitest'
import { groupedDigits } from './digits.ts'

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [-1000, '-1,000'],
  [60_000_000, '60,000,000'],
])('%d', (value, text) => expect(groupedDigits(value)).toBe(text))
