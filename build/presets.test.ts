import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { strategies } from '../shared/protocols/registry.ts'
import { parseTopology } from '../shared/topology/parse.ts'
import { warningsOf } from '../shared/topology/warnings.ts'
import { notesParts } from './scripts/fidelity.ts'

const folder = new URL('../presets/', import.meta.url)
const ENDING = '.topology.json'
const ids = readdirSync(folder)
  .filter((name) => name.endsWith(ENDING))
  .map((name) => name.slice(0, -ENDING.length))
  .sort()

interface Line {
  id: string
  summary: string
  cap: string
}

const lines = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as Line[]

test('every preset has its line in the index, and every line its preset', () => {
  expect(lines.map(({ id }) => id)).toEqual(ids)
})

test.each(lines)('the line of $id', ({ summary, cap }) => {
  expect(['AP', 'CP', 'CA']).toContain(cap)
  expect(summary).toMatch(/^([A-Z]|etcd ).{40,140}\.$/)
})

describe.each(ids)('%s', (id) => {
  const parsed = parseTopology(readFileSync(new URL(`${id}${ENDING}`, folder), 'utf8'), strategies)

  test('is valid', () => {
    expect(parsed).toMatchObject({ ok: true })
  })

  test('has time limits that its links allow', () => {
    expect(parsed.ok ? warningsOf(parsed.value, strategies) : null).toEqual([])
  })

  test('says what it models, what it does not, and where its figures are from', () => {
    const { modelled, notModelled, figures, sources } = notesParts(parsed.ok ? parsed.value.notes : '')
    expect(modelled).not.toBe('')
    // What reproduces a paper's model leaves nothing out, and says so.
    expect(notModelled !== '' || modelled.startsWith('exactly the WARS model')).toBe(true)
    expect(figures).not.toBe('')
    expect(sources).not.toBe('')
  })

  test('rests on nothing that was not looked up; what is assumed is called an assumption', () => {
    expect(parsed.ok ? parsed.value.notes : '').not.toMatch(/unverified|not confirmed/i)
  })

  test('states what is expected of it', () => {
    expect(parsed.ok && parsed.value.expect.length).toBeGreaterThan(0)
  })
})
