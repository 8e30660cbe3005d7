import { expect, test } from 'vitest'
import { presets } from '../host/presets.ts'
import { runHere } from '../testing/program.ts'

interface Expectation {
  text: string
  status: string
  actual: unknown
  reason: string
}

/** A preset says what its system documents; a run of it has to show that. */
test.each([...presets.keys()])('%s does what is expected of it', async (id) => {
  const { code, stdout, stderr } = await runHere(['run', id, '--json', '--quiet'])
  expect(stderr).toBe('')
  const { expectations } = JSON.parse(stdout) as { expectations: Expectation[] }
  expect(expectations.length).toBeGreaterThan(0)
  expect(expectations.filter(({ status }) => status !== 'met')).toEqual([])
  expect(code).toBe(0)
})
