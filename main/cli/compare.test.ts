import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Comparison } from '../../shared/report/compare/document.ts'
import type { Report } from '../../shared/report/types.ts'
import { runHere, runProgram, Scratch, topologyFile } from '../testing/program.ts'

let scratch: Scratch
/** A report of a run, and the same as if its writes had taken half as long again and a twentieth of all had failed. */
let before: string
let after: string
let report: Report

beforeAll(async () => {
  scratch = await Scratch.make()
  before = scratch.path('before.json')
  const { code } = await runHere([
    'run',
    await scratch.write('t.json', topologyFile()),
    '-q',
    '--report',
    before,
  ])
  expect(code).toBe(0)
  report = JSON.parse(await readFile(before, 'utf8')) as Report
  const { write } = report.latencyMs
  const slower = {
    ...report,
    latencyMs: { ...report.latencyMs, write: { ...write, p99: (write.p99 ?? 0) * 1.5 } },
    availability: { ...report.availability, overall: (report.availability.overall ?? 0) - 0.05 },
  }
  after = await scratch.write('after.json', JSON.stringify(slower))
})
afterAll(() => scratch.dispose())

const comparisonOf = (stdout: string): Comparison => JSON.parse(stdout) as Comparison

test('two reports: the figures of both, and by how much the second differs', async () => {
  const { code, stdout, stderr } = await runProgram(['compare', before, after, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { format, runs, rows, settings, warnings, held } = comparisonOf(stdout)
  expect({ format, settings, warnings, held }).toEqual({
    format: 'replica-lab/comparison@1',
    settings: [],
    warnings: [],
    held: null,
  })
  // The topologies have one name, so that the files' names tell them apart.
  expect(runs.map(({ label, source, seed }) => [label, source, seed])).toEqual([
    ['before', before, 1],
    ['after', after, 1],
  ])
  expect(runs[0].provenance).toEqual(report.provenance)
  const p99 = report.latencyMs.write.p99 as number
  const row = rows.find(({ metric }) => metric === 'write.latency.p99')
  expect(row).toMatchObject({ unit: 'ms', values: [p99, p99 * 1.5], better: [null, false] })
  expect(row?.relative[1]).toBeCloseTo(0.5, 9)
  // Shares are compared in points, of which there is no ratio.
  expect(rows.find(({ metric }) => metric === 'availability')).toMatchObject({
    relative: [null, null],
    better: [null, false],
  })
})

test('for people: a table, and the same from run --json', async () => {
  const printed = await runHere(['run', scratch.path('t.json'), '--json'])
  const other = await scratch.write('printed.json', printed.stdout)
  const { code, stdout } = await runHere(['compare', before, after, other])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^A {2}before +simulated 1 s, seed 1$/m)
  expect(stdout).toMatch(/^figure +A +B +B to A +C +C to A$/m)
  expect(stdout).toMatch(/^write\.latency\.p99 +[\d.]+ ms +[\d.]+ ms +50 % more, worse +[\d.]+ ms +same$/m)
  expect(stdout).toMatch(/^availability +100 % +95 % +5 points less, worse +100 % +same$/m)
  expect(stdout).toContain('The topologies do not differ.')
})

describe('--tolerate', () => {
  test.each([
    [['--tolerate', '60'], 0],
    // Fifty per cent of a latency; five points of availability.
    [['--tolerate', '50'], 0],
    [['--tolerate', '49'], 1],
    [['--tolerate', '4,write.latency.p99=50'], 1],
    [['--tolerate', '5', '--tolerate', 'write.latency.p99=50'], 0],
    [['--tolerate', 'availability=4.9'], 1],
    [['--tolerate', 'availability=5'], 0],
    [['--tolerate', 'read.latency.p99=0'], 0],
    // Nothing was scanned.
    [['--tolerate', 'scan.latency.p99=10'], 2],
  ] as const)('%j', async (flags, exitCode) => {
    const { code, stdout } = await runHere(['compare', before, after, ...flags])
    expect(code).toBe(exitCode)
    expect(stdout).toContain('held against')
  })

  test('says which figure, of which run, and by how much', async () => {
    const { stdout } = await runHere(['compare', before, after, '--tolerate', '20'])
    expect(stdout).toMatch(/: 1 beyond tolerance\.\n/)
    expect(stdout).toMatch(
      /^ {2}exceeded +B \(after\), write\.latency\.p99: [\d.]+ ms against [\d.]+ ms, 50 % worse; 20 % tolerated\.$/m,
    )
    const better = await runHere(['compare', after, before, '--tolerate', '0'])
    expect(better.code).toBe(0)
  })
})

test('topologies are simulated first, and their settings told apart', { timeout: 60_000 }, async () => {
  const other = await scratch.write(
    'w3.json',
    topologyFile({ name: 'W of 3', replication: { strategy: 'leaderless', params: { n: 3, r: 1, w: 3 } } }),
  )
  const { code, stdout, stderr } = await runHere(['compare', scratch.path('t.json'), other, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { settings, rows, runs } = comparisonOf(stdout)
  expect(settings).toEqual([{ path: '$.replication.params.w', values: [1, 3] }])
  expect(runs.map(({ label }) => label)).toEqual(['Three replicas', 'W of 3'])
  // The slowest of three links is slower than the fastest.
  expect(rows.find(({ metric }) => metric === 'write.latency.p50')?.better).toEqual([null, false])
  // A report of the file is what the file gives.
  const same = await runHere(['compare', before, scratch.path('t.json'), '--tolerate', '0', '--json'])
  expect(same.code).toBe(0)
  expect(comparisonOf(same.stdout).rows.every(({ values }) => values[0] === values[1])).toBe(true)
})

test('warns of runs that do not compare', async () => {
  const long = await scratch.write(
    'long.json',
    topologyFile({ run: { durationMs: 1500, seed: 1 }, workload: { mix: 'ycsb-b', keys: 20 } }),
  )
  const { code, stdout } = await runHere(['compare', before, long])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^warning: Workload of "long" and "before" differ: /m)
  expect(stdout).toMatch(/^warning: "long" ran for 1\.5 s, "before" for 1 s\.$/m)
})

test('writes every view; the page has the charts and no script', async () => {
  const targets = ['html', 'md', 'csv', 'json'].map((ending) => scratch.path(`out.${ending}`))
  const flags = targets.flatMap((target) => ['--report', target])
  const { code, stdout } = await runHere(['compare', before, after, '--json', '--tolerate', '10', ...flags])
  expect(code).toBe(1)
  const [html, markdown, csv, json] = await Promise.all(targets.map((target) => readFile(target, 'utf8')))
  expect(html).toMatch(/^<!doctype html>/)
  expect(html).toContain(`content="default-src 'none'`)
  expect(html).not.toMatch(/<script/i)
  expect(html.match(/<svg [^>]*role="img"/g)).toHaveLength(6)
  expect(html).toContain('before against after')
  expect(markdown).toContain('| write.latency.p99 |')
  expect(markdown).toContain('**exceeded** B (after), write.latency.p99')
  expect(csv).toMatch(/^metric,unit,before,after,after: relative\r\n/)
  expect(json).toBe(stdout)
})

describe('refuses', () => {
  test.each([
    ['replica-lab/report@2', 'This report cannot be compared: its format must be "replica-lab/report@1".'],
    ['replica-lab/datasheet@1', 'and this is "replica-lab/datasheet@1".'],
    ['replica-lab/topology@99', 'replica-lab/topology@1'],
  ])('a %s', async (format, sentence) => {
    const file = await scratch.write('other.json', JSON.stringify({ ...report, format }))
    const { code, stdout, stderr } = await runHere(['compare', before, file])
    expect({ code, stdout }).toEqual({ code: 65, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr.startsWith(`${file}: $`)).toBe(true)
  })

  test('what is not there, with the preset that may have been meant', async () => {
    const { code, stderr } = await runHere(['compare', before, 'raik'])
    expect(code).toBe(65)
    expect(stderr).toContain('raik: $: ')
    expect(stderr).toContain('Did you mean "riak"?')
  })

  test('a report with a figure that is none', async () => {
    const file = await scratch.write('odd.json', JSON.stringify({ ...report, durationMs: 'long' }))
    const { code, stderr } = await runHere(['compare', before, file])
    expect(code).toBe(65)
    expect(stderr).toContain('This report cannot be compared: "durationMs"')
  })

  test.each([
    [['compare'], 'REPORT… is missing.'],
    [['compare', 'a.json'], 'Two reports or more are compared: name another.'],
    [['compare', 'a', 'b', '--tolerate', 'x'], '--tolerate takes a number'],
    [['compare', 'a', 'b', '--tolerate', 'read.p99=1'], 'There is no metric "read.p99".'],
    [['compare', 'a', 'b', '--tolerate', '1', '--tolerate', '2'], 'says for all figures twice'],
    [['compare', 'a', 'b', '--report', 'x.pdf'], 'x.pdf: a comparison ends in .json, .csv, .md, .html.'],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await runHere(args)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
    expect(stderr).toContain(sentence)
  })
})
