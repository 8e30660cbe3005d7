import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { registry } from '../../protocols/registry.ts'

test('every strategy that ships has its file here', () => {
  const files = readdirSync(new URL('.', import.meta.url))
  const tested = files
    .map((file) => /^(.*)\.test\.ts$/.exec(file)?.[1])
    .filter((id) => registry.has(id ?? ''))
  expect(new Set(tested)).toEqual(new Set(registry.keys()))
})
