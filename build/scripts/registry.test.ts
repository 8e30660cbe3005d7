import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { registryFile } from './registry.ts'

const ROOT = join(import.meta.dirname, '../..')

test('the list of protocols on disk is the one that the folders make', () => {
  const { path, text } = registryFile(ROOT)
  if (process.env['UPDATE_GENERATED'] === '1') writeFileSync(join(ROOT, path), text)
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text)
})

test('folders with an index.ts count, unless they begin with an underscore', () => {
  const root = mkdtempSync(join(tmpdir(), 'registry-'))
  try {
    for (const folder of ['raft', 'multi-leader', '_template', 'empty']) {
      mkdirSync(join(root, 'shared/protocols', folder), { recursive: true })
      if (folder !== 'empty') writeFileSync(join(root, 'shared/protocols', folder, 'index.ts'), '')
    }
    const { text } = registryFile(root)
    expect(text).toContain("import { protocol as multiLeader } from './multi-leader/index.ts'")
    expect(text).toContain('= [multiLeader, raft]')
  } finally {
    rmSync(root, { recursive: true })
  }
})
