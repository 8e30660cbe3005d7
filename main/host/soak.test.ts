import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SOAK = fileURLToPath(new URL('../../out/soak.mjs', import.meta.url))

const soak = (...args: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [SOAK, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    )
  })

test('five live runs in a row leave nothing behind', async () => {
  // Whoever else uses the machine may delay the ends of runs; how long they take is for the soak itself to watch.
  const args = ['--live', '--runs', '5', '--seed-from', '1', '--grace', '20000', '--json']
  const { code, stdout, stderr } = await soak(...args)
  expect(stderr).toBe('')
  const result = JSON.parse(stdout) as Record<string, unknown>
  expect(result).toMatchObject({ seedFrom: 1, refused: 0, runs: 5, unaccounted: 0, violations: [] })
  expect(result.growth).toBe('too few runs to tell')
  expect(result.threads).toBeGreaterThan(20)
  expect(result.operations).toBeGreaterThan(100)
  expect(result.messages).toBeGreaterThan(500)
  expect(result.latestEndMs).toEqual(expect.any(Number))
  expect(Object.keys(result.faults as object).length).toBeGreaterThan(2)
  expect(code).toBe(0)
})

test.each([
  ['--live', '--runs', 'x'],
  ['--live', '--seeds', '1..5'],
  ['--live', '--protocol', 'nonesuch'],
])('usage: %s %s %s', async (...args) => {
  const { code, stdout, stderr } = await soak(...args)
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
  expect(stderr).toMatch(/^usage: npm run soak /)
})
