import { expect, test } from 'vitest'
import { checkFigureWords } from './check-figures.ts'

test.each([
  [{ keys: 1000, keysSearched: 0, searchSteps: 0 }, '1,000 keys, none needed a search'],
  [
    { keys: 1, keysSearched: 1, searchSteps: 2048 },
    '1 key, 1 needed a search for an order, 2,048 steps of search',
  ],
  [{ kMin: 2, kMax: 5 }, 'k is 2 at least, and 5 at most'],
  [{ kMin: 3, kMax: 3 }, 'the smallest k is 3'],
  [{ deltaMs: 11583.735 }, 'the oldest value that was read had been replaced for 11.6 s'],
  [{ method: 'saturation' }, 'found by saturation'],
  [{ novel: 12.345, kind: 'x' }, 'novel: 12.3, kind: x'],
  [{}, ''],
])('%j in words', (figures, words) => {
  expect(checkFigureWords(figures)).toBe(words)
})
