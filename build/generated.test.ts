import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { strategies } from '../shared/protocols/registry.ts'
import { parseTopology } from '../shared/topology/parse.ts'
import { generatedFiles } from './scripts/generate.ts'
import { EXAMPLE } from './scripts/reference.ts'

/** Generated files are kept in the repository; `UPDATE_GENERATED=1` rewrites them. */
test.each(generatedFiles())('$path is what its sources say', ({ path, text }) => {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url))
  if (process.env.UPDATE_GENERATED === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  expect(readFileSync(file, 'utf8'), 'run `npm run generate`').toBe(text)
})

test('the example in the reference is valid', () => {
  expect(parseTopology(EXAMPLE, strategies)).toMatchObject({ ok: true })
})

test('the reference explains every field', () => {
  const page = generatedFiles().find(({ path }) => path.endsWith('.md'))?.text ?? ''
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  expect(rows.length).toBeGreaterThan(150)
  const meaningless = rows.filter((row) => /^(\|[^|]*){3}\|\s*\|$/.test(row))
  expect(meaningless).toEqual([])
  expect(page).not.toContain('undefined')
})
