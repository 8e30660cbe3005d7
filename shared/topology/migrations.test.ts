import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testStrategies } from './fixtures/strategies.ts'
import { formatsUnderstood, migrate, MIGRATIONS, type Migration } from './migrations.ts'
import { parseTopology } from './parse.ts'
import { FORMAT } from './format.ts'

const fixtures = new URL('fixtures/', import.meta.url)
const versions = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe('files of every version ever released are still read', () => {
  test('each version that is understood has its folder of fixtures', () => {
    const folders = versions.map(({ name }) => name.replace('topology-', 'replica-lab/topology@'))
    expect(folders.sort()).toEqual(formatsUnderstood().sort())
  })

  for (const { name: version } of versions) {
    const folder = new URL(`${version}/`, fixtures)
    test.each(readdirSync(folder))(`${version}/%s`, (name) => {
      const result = parseTopology(readFileSync(new URL(name, folder), 'utf8'), testStrategies)
      expect(result).toMatchObject({ ok: true, value: { format: FORMAT } })
    })
  }
})

describe('migration', () => {
  const steps: readonly Migration[] = [
    { from: 'replica-lab/topology@-1', to: 'replica-lab/topology@0', migrate: (file) => ({ ...file, a: 1 }) },
    { from: 'replica-lab/topology@0', to: FORMAT, migrate: ({ a, ...file }) => ({ ...file, b: a }) },
  ]

  test('goes through every step from the version of the file', () => {
    expect(migrate({ format: 'replica-lab/topology@-1' }, steps)).toEqual({
      ok: true,
      value: { format: FORMAT, b: 1 },
    })
    expect(migrate({ format: 'replica-lab/topology@0', a: 2 }, steps)).toEqual({
      ok: true,
      value: { format: FORMAT, b: 2 },
    })
    expect(migrate({ format: FORMAT, a: 3 }, steps)).toEqual({ ok: true, value: { format: FORMAT, a: 3 } })
  })

  test('an unknown version is told what is understood', () => {
    expect(migrate({ format: 'replica-lab/topology@2' }, steps)).toEqual({
      ok: false,
      error: {
        path: '$.format',
        sentence:
          'The format "replica-lab/topology@2" is not understood by this version. Understood: ' +
          `"replica-lab/topology@-1", "replica-lab/topology@0", "${FORMAT}".`,
      },
    })
  })

  test('the released steps form a chain that ends at the current format', () => {
    MIGRATIONS.forEach(({ to }, index) => expect(to).toBe(MIGRATIONS[index + 1]?.from ?? FORMAT))
  })
})
