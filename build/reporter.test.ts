import { expect, test } from 'vitest'
import { tallyLine } from './reporter.ts'

type Modules = Parameters<typeof tallyLine>[0]

const moduleOf = (states: string[], errors: number, suiteErrors = 0): unknown => ({
  errors: () => Array.from({ length: errors }, () => ({ message: 'x' })),
  children: {
    allTests: () => states.map((state) => ({ result: () => ({ state }) })),
    allSuites: () => [{ errors: () => Array.from({ length: suiteErrors }, () => ({ message: 'x' })) }],
  },
})

test.each([
  ['tests by their state', [moduleOf(['passed', 'failed', 'skipped', 'passed', 'pending'], 0)], 0, [2, 1, 2]],
  ['a file that does not load is a failure', [moduleOf([], 1), moduleOf(['passed'], 0)], 0, [1, 1, 0]],
  ['a broken hook of a suite is a failure', [moduleOf(['skipped'], 0, 1)], 0, [0, 1, 1]],
  ['an error outside every test is a failure', [moduleOf(['passed'], 0)], 2, [1, 2, 0]],
  ['nothing at all', [], 0, [0, 0, 0]],
])('%s', (_, modules, unhandled, [passed, failed, skipped]) => {
  const errors = Array.from({ length: unhandled }, () => new Error('x'))
  expect(tallyLine(modules as Modules, errors)).toBe(
    `Tests: ${passed} passed, ${failed} failed, ${skipped} skipped`,
  )
})
