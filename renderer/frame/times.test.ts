import { expect, test } from 'vitest'
import { dayWords } from './times.ts'

const now = new Date(2026, 2, 10, 14, 30)
const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString()

test('the nearer, the finer', () => {
  expect(dayWords(at(2026, 2, 10, 9, 5), now)).toBe('09:05')
  expect(dayWords(at(2026, 2, 10, 0, 0), now)).toBe('00:00')
  expect(dayWords(at(2026, 2, 9, 23, 59), now)).toBe('yesterday')
  expect(dayWords(at(2026, 2, 8, 23, 59), now)).toBe('8 March')
  expect(dayWords(at(2025, 11, 31), now)).toBe('31 December 2025')
  expect(dayWords('never', now)).toBe('')
})
