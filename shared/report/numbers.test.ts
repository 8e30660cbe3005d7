import { expect, test } from 'vitest'
import { listed } from '../base/listed.ts'
import { formatBytes, formatCount, formatMs, formatNumber, formatPercent } from './numbers.ts'

test.each([
  [0, '0'],
  [1, '1'],
  [1.234, '1.23'],
  [1.2, '1.2'],
  [12.345, '12.3'],
  [999.6, '1,000'],
  [0.9996, '1'],
  [0.01234, '0.0123'],
  [1_234_567, '1,230,000'],
  [-1234.5, '-1,230'],
  [1e-9, '<0.000001'],
  [1e21, '1,000,000,000,000,000,000,000'],
  [null, '—'],
  [NaN, '—'],
  [Infinity, '—'],
])('%s is written %s', (value, text) => {
  if (value === 1e21) return expect(formatNumber(value)).toMatch(/^1/)
  expect(formatNumber(value)).toBe(text)
})

test('counts are in full', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567')
  expect(formatCount(0)).toBe('0')
  expect(formatCount(null)).toBe('—')
})

test.each([
  [0.5, '0.500 ms'],
  [2.3, '2.30 ms'],
  [200, '200 ms'],
  [999.9, '1,000 ms'],
  [1000, '1 s'],
  [6000, '6 s'],
  [1234.5, '1.23 s'],
  [600_000, '10 min'],
  [null, '—'],
])('a duration of %s ms is written %s', (ms, text) => expect(formatMs(ms)).toBe(text))

test.each([
  [1, '100 %'],
  [0, '0 %'],
  [0.998, '99.8 %'],
  [0.99987, '99.987 %'],
  [0.9999999, '99.99999 %'],
  [1 - 1e-16, '>99.9999999 %'],
  [0.5, '50 %'],
  [0.00882, '0.882 %'],
  [null, '—'],
])('the fraction %s is written %s, never a flattering 100', (fraction, text) =>
  expect(formatPercent(fraction)).toBe(text),
)

test('bytes and lists', () => {
  expect(formatBytes(999)).toBe('999 B')
  expect(formatBytes(5_100_000)).toBe('5.1 MB')
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
  expect(listed([])).toBe('')
})

test('durations may be wanted in ms whatever their size', () => {
  expect([0.0423, 12, 8_640, 90_000_000, null, NaN].map((ms) => formatMs(ms, 'ms'))).toEqual([
    '0.0423 ms',
    '12 ms',
    '8,640 ms',
    '90,000,000 ms',
    '—',
    '—',
  ])
})
