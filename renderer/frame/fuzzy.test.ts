import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fit } from './fuzzy.ts'

const LABELS = ['New topology', 'Run with another seed', 'Open', 'Save as', 'Export report', 'Go to Results']
const ranked = (pattern: string) =>
  LABELS.map((label) => ({ label, fit: fit(pattern, label) }))
    .filter(({ fit }) => fit !== null)
    .sort((a, b) => (b.fit?.score ?? 0) - (a.fit?.score ?? 0))
    .map(({ label }) => label)

test('beginnings of words come first', () => {
  expect(ranked('nt')[0]).toBe('New topology')
  expect(ranked('sa')[0]).toBe('Save as')
  expect(ranked('res')[0]).toBe('Go to Results')
  expect(fit('pr', 'Preferences')?.score).toBeGreaterThan(fit('pr', 'PBS: R = W = 1')?.score ?? 0)
  expect(ranked('er')[0]).toBe('Export report')
})

test('letters out of order do not fit, spaces do not matter', () => {
  expect(fit('nepo', 'Open')).toBeNull()
  expect(fit('  s a ', 'Save as')?.at).toEqual([0, 1])
  expect(fit('', 'anything')).toEqual({ score: 0, at: [] })
})

/** Of all ways to lay the pattern into the text, the score of the best, by trying each. */
function bruteForce(pattern: string, text: string): number | null {
  const place = (i: number, from: number, before: number): number => {
    if (i === pattern.length) return 0
    let best = -Infinity
    for (let j = from; j < text.length; j++) {
      if (text[j] !== pattern[i]) continue
      const isStart = j === 0 || text[j - 1] === ' '
      const gain = (isStart ? 8 : 1) + (i > 0 && before === j - 1 ? 9 : 0)
      best = Math.max(best, gain + place(i + 1, j + 1, j))
    }
    return best
  }
  const best = place(0, 0, -2)
  return best === -Infinity ? null : best - text.length / 100
}

test('the alignment is the best of all', () => {
  const letters = (max: number) =>
    fc.array(fc.constantFrom('a', 'b', 'c', ' '), { maxLength: max }).map((each) => each.join(''))
  fc.assert(
    fc.property(letters(4), letters(9), (typed, text) => {
      const pattern = typed.replaceAll(' ', '')
      fc.pre(pattern !== '')
      const found = fit(pattern, text)
      const expected = bruteForce(pattern, text)
      expect(found === null).toBe(expected === null)
      if (found === null || expected === null) return
      expect(found.score).toBeCloseTo(expected, 9)
      expect(found.at.map((j) => text[j]).join('')).toBe(pattern)
    }),
    { seed: 4, numRuns: 2_000 },
  )
})
