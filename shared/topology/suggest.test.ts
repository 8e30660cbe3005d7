import { expect, test } from 'vitest'
import { mendFor, nearest } from './suggest.ts'

test.each([
  ['regoins', ['regions', 'replicas'], 'regions'],
  ['Regions', ['regions', 'replicas'], 'regions'],
  ['drift_ppm', ['offsetMs', 'driftPpm'], 'driftPpm'],
  ['r', ['n', 'r', 'w'], 'r'],
  ['q', ['n', 'r', 'w'], null],
  ['N', ['n', 'r', 'w'], 'n'],
  ['linear', ['linearizable', 'sequential'], 'linearizable'],
  ['read-', ['read-your-writes', 'read-atomic'], null],
  ['co', ['convergence'], null],
  ['colour', ['name', 'notes'], null],
  ['', ['name'], null],
  ['x'.repeat(100), ['x'.repeat(100)], null],
])('nearest to %s', (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected)
})

test('a mend names the nearest, or all where they are few, or nothing', () => {
  expect(mendFor('aple', ['apple', 'pear'], 'fruit')).toBe(' Did you mean "apple"?')
  expect(mendFor('plum', ['apple', 'pear'], 'fruit')).toBe(' Known: apple, pear.')
  expect(mendFor('plum', [], 'fruit')).toBe(' There is no fruit to choose from.')
  expect(
    mendFor(
      'plum',
      Array.from({ length: 20 }, (_, i) => `fruit number ${i}`),
      'fruit',
    ),
  ).toBe('')
})
