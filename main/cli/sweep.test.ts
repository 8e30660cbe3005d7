import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../../shared/report/types.ts'
import type { Sweep } from '../../shared/report/sweep/types.ts'
import { runHere, runProgram, Scratch, start, topologyFile } from '../testing/program.ts'

let scratch: Scratch
let file: string
beforeAll(async () => {
  scratch = await Scratch.make()
  // A round trip to oneself, to the next region and to the one beyond: writes wait for the w-th of them.
  file = await scratch.write(
    't.json',
    topologyFile({
      regions: [{ id: 'near' }, { id: 'mid' }, { id: 'far' }],
      replicas: ['near', 'mid', 'far'].map((region, i) => ({ id: `r${i + 1}`, region })),
      clients: [{ id: 'c1', region: 'near', sessions: 10, loop: { open: { ratePerS: 500 } } }],
      links: {
        default: { oneWay: 1 },
        between: [
          { from: 'near', to: 'mid', oneWay: 10 },
          { from: 'near', to: 'far', oneWay: 40 },
        ],
      },
    }),
  )
})
afterAll(() => scratch.dispose())

const sweepOf = (stdout: string): Sweep => JSON.parse(stdout) as Sweep
const comparable = (stdout: string): unknown => ({ ...sweepOf(stdout), provenance: null })

test('W = 1, 2, 3 on unequal links: each waits for a farther replica', { timeout: 60_000 }, async () => {
  const args = ['sweep', file, '--vary', 'replication.params.w=1,2,3', '--seeds', '2', '--json']
  const flags = ['--metric', 'write.latency.p50,read.latency.p50']
  const { code, stdout, stderr } = await runProgram([...args, ...flags])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const sweep = sweepOf(stdout)
  expect(sweep).toMatchObject({
    format: 'replica-lab/sweep@1',
    vary: [{ path: '$.replication.params.w', values: [1, 2, 3] }],
    seeds: [1, 2],
    metrics: [
      { name: 'write.latency.p50', unit: 'ms' },
      { name: 'read.latency.p50', unit: 'ms' },
    ],
    refused: [],
    failed: [],
    missing: 0,
  })
  expect(sweep.rows.map(({ set, runs }) => [set, runs])).toEqual([
    [[1], 2],
    [[2], 2],
    [[3], 2],
  ])
  // Round trips are 2, 20 and 80 ms; what else a write waits for is much less than the difference.
  const medians = sweep.rows.map(({ figures: [write] }) => write.median as number)
  expect(medians[0]).toBeLessThan(20)
  expect(medians[1]).toBeGreaterThanOrEqual(20)
  expect(medians[1]).toBeLessThan(80)
  expect(medians[2]).toBeGreaterThanOrEqual(80)
  for (const { figures } of sweep.rows) {
    for (const { median, min, max, values } of figures) {
      const [a, b] = values as number[]
      expect([min, max]).toEqual([Math.min(a, b), Math.max(a, b)])
      expect(median).toBeCloseTo((a + b) / 2, 12)
    }
  }
  // It is what single runs of these files give, and again the same.
  const single = await scratch.write(
    'w2.json',
    JSON.stringify({
      ...(JSON.parse(await readFile(file, 'utf8')) as object),
      replication: { strategy: 'leaderless', params: { n: 3, r: 1, w: 2 } },
    }),
  )
  const run = JSON.parse((await runHere(['run', single, '--json', '--seed', '2'])).stdout) as Report
  expect(sweep.rows[1].figures[0].values[1]).toBe(run.latencyMs.write.p50)
  const again = await runHere([...args, ...flags])
  expect(comparable(again.stdout)).toEqual({ ...sweep, provenance: null })
})

test('refused combinations are named and left out; every view is written', async () => {
  const targets = ['html', 'md', 'csv', 'json'].map((ending) => scratch.path(`out.${ending}`))
  const { code, stdout, stderr } = await runHere([
    'sweep',
    file,
    '--vary',
    '$.replication.params.w=1,4',
    '--vary',
    'replication.params.r=1,2',
    '--metric=write.latency.p99',
    '--seed=7',
    ...targets.flatMap((target) => ['--report', target]),
  ])
  expect(code).toBe(0)
  expect(stderr.trimEnd().split('\n')).toHaveLength(2)
  expect(stderr).toContain(`${file} with w = 4, r = 1: $.replication.params.w: `)
  expect(stdout).toContain('2 combinations, seed 7. 2 combinations refused.')
  expect(stdout).toMatch(/^w {2}r {2}write\.latency\.p99$/m)
  expect(stdout).toMatch(/^1 {2}1 +[\d.]+ ms$/m)
  const [html, markdown, csv, json] = await Promise.all(targets.map((target) => readFile(target, 'utf8')))
  expect(html).toContain(`content="default-src 'none'`)
  expect(html).not.toMatch(/<script/i)
  expect(markdown).toMatch(/^\| w \| r \| write\.latency\.p99 \|$/m)
  expect(csv.split('\r\n')[0]).toBe('$.replication.params.w,$.replication.params.r,write.latency.p99 (ms)')
  expect(csv.split('\r\n')).toHaveLength(4)
  expect(sweepOf(json).refused.map(({ set }) => set)).toEqual([
    [4, 1],
    [4, 2],
  ])
})

test('where none is left the file is refused', async () => {
  const { code, stdout, stderr } = await runHere([
    'sweep',
    file,
    '--vary',
    'replication.parms.w=1,2',
    '--json',
  ])
  expect(code).toBe(65)
  expect(stderr).toContain('Did you mean "params"?')
  expect((JSON.parse(stdout) as { problems: object[] }).problems).toMatchObject([{ set: [1] }, { set: [2] }])
})

test('Ctrl-C ends it with what is done', async () => {
  // Longer than any test waits.
  const { child, finished } = start(['sweep', file, '--vary', 'run.durationMs=14400000,14400001', '--json'])
  await new Promise((resolve) => setTimeout(resolve, 1500))
  child.kill('SIGINT')
  const { code, stdout, stderr } = await finished
  expect(code).toBe(130)
  expect(stderr).toContain('Stopping')
  expect(sweepOf(stdout)).toMatchObject({ rows: [], failed: [], missing: 2 })
})

test.each([
  ['broken.json', '{"format": ', '$: '],
  ['none.json', null, '$: The file cannot be read'],
])('%s is refused before anything runs', async (name, content, problem) => {
  const bad = scratch.path(name)
  if (content !== null) await scratch.write(name, content)
  const { code, stdout, stderr } = await runHere(['sweep', bad, '--vary', 'a=1'])
  expect({ code, stdout }).toEqual({ code: 65, stdout: '' })
  expect(stderr.startsWith(`${bad}: ${problem}`)).toBe(true)
})

describe('bad usage: exit 64 with the mend', () => {
  test.each([
    [[], 'A sweep varies something: --vary PATH=A,B,C.'],
    [['--vary', 'replication.params.w'], 'names no values'],
    [['--vary', '..w=1'], '"..w" is no path'],
    [['--vary', 'a=1,,2'], 'has an empty place among its values'],
    [['--vary', 'a=1,1'], 'names the value 1 twice'],
    [['--vary', 'a=1', '--vary', '$.a=2'], '--vary $.a was given twice'],
    [['--vary', 'run.seed=1,2'], 'Seeds are varied by --seeds N.'],
    [['--vary', 'run={"seed":1}'], 'name the other fields of run by themselves'],
    [['--vary', 'replicas[9].region=near'], '$.replicas is a list of 3: there is no item 9.'],
    [['--vary', 'name.x=1'], '$.name has no fields'],
    [['--vary', 'a=1,2,3', '--vary', 'b=1,2', '--seeds', '34'], '3 × 2 × 34 = 204 runs'],
    [['--vary', 'a=1', '--seeds', '0'], '--seeds must be a whole number from 1 to 200'],
    [
      ['--vary', 'a=1', '--metric', 'write.latency.p9'],
      'There is no metric "write.latency.p9". Did you mean',
    ],
    [['--vary', 'a=1', '--report', 'x.txt'], 'x.txt: a sweep ends in .json, .csv, .md, .html.'],
  ])('%j', async (flags, sentence) => {
    const { code, stdout, stderr } = await runHere(['sweep', file, ...flags])
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toContain(sentence)
  })
})
