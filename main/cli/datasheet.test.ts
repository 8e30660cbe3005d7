import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Datasheet } from '../../shared/report/datasheet/index.ts'
import { runHere, Scratch, topologyFile } from '../testing/program.ts'

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.make()
})
afterEach(() => scratch.dispose())

/** One replica: a battery of five short probes. */
const single = topologyFile({
  name: 'One replica',
  replicas: [{ id: 'r1', region: 'east' }],
  replication: { strategy: 'single-leader', params: { failover: 'off' } },
  consistency: { read: 'linearizable' },
})

test('prints the class with its evidence and writes every view', { timeout: 120_000 }, async () => {
  const file = await scratch.write('t.json', single)
  const targets = ['sheet.html', 'sheet.md', 'sheet.json'].map((name) => scratch.path(name))
  const reports = targets.flatMap((target) => ['--report', target])
  const { code, stdout, stderr } = await runHere([
    'datasheet',
    file,
    '--quick',
    '--json',
    '--seed',
    '3',
    ...reports,
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const sheet = JSON.parse(stdout) as Datasheet
  expect(sheet).toMatchObject({
    format: 'replica-lab/datasheet@1',
    seed: 3,
    isQuick: true,
    provenance: { command: `replica-lab datasheet ${file} --seed 3 --quick` },
    pacelc: { partition: 'C', else: 'C', cap: 'CA', evidence: { linearizableInCalm: 'holds' } },
  })
  const [html, markdown, json] = await Promise.all(targets.map((target) => readFile(target, 'utf8')))
  expect(html).toContain('<strong>CA, PC/EC.</strong>')
  expect(markdown).toContain('**CA, PC/EC.**')
  expect(json).toBe(stdout)
})

test('refuses what it could not write, before it begins', async () => {
  const file = await scratch.write('t.json', single)
  for (const [target, reason] of [
    ['sheet.csv', 'a datasheet ends in .json, .md, .html.'],
    ['no/such/folder/sheet.md', 'does not exist.'],
    ['t.json', 'this is the topology file itself, or another output already.'],
  ]) {
    const { code, stdout, stderr } = await runHere(['datasheet', file, '--report', scratch.path(target)])
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toContain(reason)
  }
})

test('names the problems of a bad file', async () => {
  const file = await scratch.write('t.json', topologyFile({ clients: [] }))
  const { code, stderr } = await runHere(['datasheet', file])
  expect(code).toBe(65)
  expect(stderr).toContain(`${file}: $.clients`)
})
