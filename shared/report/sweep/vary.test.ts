import { expect, test } from 'vitest'
import { bestRows, tradedFigures, unbeatenBy } from './lay-out.ts'
import { sampleSweep } from './testdata/sample-sweep.ts'
import type { Sweep } from './types.ts'
import { sizeWords, sweepSize, typedValue, variedSetting, variedSettings, WINDOW_WORDS } from './vary.ts'

const refusal = (...texts: string[]): string | null => {
  const settings = variedSettings(texts, WINDOW_WORDS)
  return settings.ok ? null : settings.error
}

test('values are JSON where they are that, and commas inside of them divide nothing', () => {
  expect(variedSetting('links.default.oneWay=1, {"dist":"uniform","min":1,"max":2},x', WINDOW_WORDS)).toEqual(
    {
      ok: true,
      value: {
        path: '$.links.default.oneWay',
        steps: ['links', 'default', 'oneWay'],
        values: [1, { dist: 'uniform', min: 1, max: 2 }, 'x'],
      },
    },
  )
})

test('a window says what is wrong without the names of options', () => {
  expect(refusal('$.a')).toBe('$.a names no values: write PATH=A,B,C.')
  expect(refusal('$.a b=1')).toMatch(/^"\$\.a b" is no path;/)
  expect(refusal('$.run.seed=1,2')).toBe('Seeds are varied by their number.')
  expect(refusal('$.a=1,,2')).toMatch(/^\$\.a has an empty place among its values;/)
  expect(refusal('$.a=1,1')).toBe('$.a names the value 1 twice.')
  expect(refusal('$.a=1', 'a=2')).toBe('$.a was given twice: name all its values at once.')
})

test.each([
  ['async'],
  ['1'],
  ['true'],
  ['a, b'],
  [''],
  [' x'],
  ['{'],
  [2.5],
  [true],
  [null],
  [{ a: [1, 2] }],
])('the value %j is read back as it was', (value) => {
  const setting = variedSetting(`$.a=${typedValue(value)},0`, WINDOW_WORDS)
  expect(setting.ok && setting.value.values).toEqual([value, 0])
})

test('the bound on runs is told with the product', () => {
  const values = Array.from({ length: 9 }, (_, at) => at)
  const size = sweepSize([{ values }, { values: [1, 2] }], 3)
  expect(size).toEqual({ ok: true, value: { combinations: 18, runs: 54 } })
  expect(size.ok && sizeWords(size.value, 3)).toBe('18 combinations × 3 seeds = 54 runs')
  expect(sweepSize([{ values }, { values }], 3)).toEqual({
    ok: false,
    error: 'This would be 9 × 9 × 3 = 243 runs, and a sweep makes at most 200: vary less at a time.',
  })
})

test('best and unbeaten rows, worked out by hand', () => {
  const sweep = sampleSweep()
  const sets = (rows: ReadonlySet<Sweep['rows'][number]>) => [...rows].map(({ set }) => set.join())
  expect(sets(bestRows(sweep, 0))).toEqual(['1,1'])
  expect(sets(bestRows(sweep, 1))).toEqual(['1,1', '2,1'])
  expect(sets(bestRows(sweep, 2))).toEqual(['2,2'])
  // All alike.
  expect(sets(bestRows(sweep, 3))).toEqual([])
  expect(tradedFigures(sweep)).toEqual([0, 1, 2])
  expect(sets(unbeatenBy(sweep, [0, 1, 2]))).toEqual(['1,1', '2,1', '2,2'])
})
