import { readdir, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Report } from '../../shared/report/types.ts'
import { GUARANTEE_NAMES } from '../../shared/topology/metric-names.ts'
import { presets, type Preset } from '../host/presets.ts'
import { runHere, runProgram, Scratch, start, topologyFile } from '../testing/program.ts'

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.make()
})
afterEach(() => scratch.dispose())

const reportOf = (stdout: string): Report => JSON.parse(stdout) as Report

describe('run --json', () => {
  test('has the fields that scripts rely on, and nothing else is printed', async () => {
    const file = await scratch.write('t.json', topologyFile())
    const { code, stdout, stderr } = await runProgram(['run', file, '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const report = reportOf(stdout)
    expect(report).toMatchObject({
      format: 'replica-lab/report@1',
      provenance: { tool: 'replica-lab', command: `replica-lab run ${file}`, node: process.version },
      topology: { name: 'Three replicas' },
      runtime: 'simulated',
      seed: 1,
      stoppedEarly: null,
      expectations: [],
      live: null,
    })
    expect(report.guarantees.map(({ name }) => name)).toEqual(
      GUARANTEE_NAMES.filter((name) => name !== 'set-full'),
    )
    expect(report.guarantees.find(({ name }) => name === 'linearizable')).toMatchObject({
      status: 'violated',
      evidence: { sentence: expect.stringMatching(/./) as string, anomaly: 'stale read' },
    })
    expect(report.strongestLevel).toContain('linearizable is violated')
    const { invoked, ok, failed, unknown } = report.operations
    expect(ok).toBeGreaterThan(300)
    expect(ok + failed + unknown).toBe(invoked)
    for (const summary of [
      report.latencyMs.read,
      report.latencyMs.write,
      report.latencyMs.byRegion.east.read,
    ]) {
      const { p50, p90, p99, p999, max, count } = summary
      const ladder = [p50, p90, p99, p999, max].map((ms) => ms ?? Number.NaN)
      expect(ladder).toEqual([...ladder].sort((a, b) => a - b))
      expect(count).toBeGreaterThan(100)
    }
    expect(report.staleness.reads).toBeGreaterThan(100)
    expect(report.staleness.staleFraction).toBe(report.staleness.staleReads / report.staleness.reads)
    expect(report.staleness.visibility[0]).toHaveProperty('fresh')
    expect(report.throughput.okPerS).toBeCloseTo(ok, -2)
    expect(report.availability.overall).toBeGreaterThan(0.9)
    expect(report.load.replicas.map(({ id }) => id)).toEqual(['r1', 'r2', 'r3'])
    expect(report.simulation?.events).toBeGreaterThan(ok)
    expect(report.simulation?.messages).toBeGreaterThan(ok)
    expect(report.simulation?.wallMs).toBeGreaterThan(0)
  })

  test('the command that repeats the run is in the report', async () => {
    const file = await scratch.write("it's mine.json", topologyFile())
    const first = await runProgram(['run', file, '--json', '--seed', '9', '--duration=300'])
    const { provenance } = reportOf(first.stdout)
    expect(provenance.command).toBe(`replica-lab run '${file.replace("'", `'\\''`)}' --seed 9 --duration 300`)
  })

  test('--duration and --seed count', async () => {
    const file = await scratch.write('t.json', topologyFile())
    const { stdout } = await runProgram(['run', file, '--json', '--seed', '5', '--duration', '250'])
    const report = reportOf(stdout)
    expect([report.seed, report.durationMs]).toEqual([5, 250])
  })
})

describe('expectations decide the exit code', () => {
  test.each([
    [[{ metric: 'read.latency.p99', below: 10_000 }], 0],
    [[{ metric: 'read.latency.p99', below: 0.000001 }], 1],
    [[{ guarantee: 'linearizable', is: 'holds' }], 1],
    [[{ guarantee: 'linearizable', is: 'violated' }], 0],
    [[{ guarantee: 'acknowledged-writes', is: 'holds' }], 2],
    [
      [
        { guarantee: 'acknowledged-writes', is: 'holds' },
        { metric: 'availability', above: 1 },
      ],
      1,
    ],
  ])('%j', async (expect_, exitCode) => {
    const file = await scratch.write('t.json', topologyFile({ expect: expect_ }))
    const { code, stdout } = await runHere(['run', file])
    expect(code).toBe(exitCode)
    expect(stdout).toContain({ 0: 'met', 1: 'missed', 2: 'undecided' }[exitCode])
  })
})

describe('outputs', () => {
  test('every view is written, together with the history; --quiet prints nothing', async () => {
    const file = await scratch.write('t.json', topologyFile())
    const endings = ['html', 'json', 'csv', 'md']
    const reports = endings.flatMap((ending) => ['--report', scratch.path(`report.${ending}`)])
    const history = scratch.path('h.jsonl')
    const { code, stdout, stderr } = await runHere(['run', file, ...reports, '--history', history, '-q'])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await readdir(scratch.folder)).sort()).toEqual(
      ['h.jsonl', 't.json', ...endings.map((ending) => `report.${ending}`)].sort(),
    )
    const html = await readFile(scratch.path('report.html'), 'utf8')
    expect(html).toMatch(/^<!doctype html>/i)
    expect(html).not.toMatch(/<script/i)
    expect(html).toContain('<svg')
    const report = reportOf(await readFile(scratch.path('report.json'), 'utf8'))
    expect(report.format).toBe('replica-lab/report@1')
    expect(report.simulation).not.toHaveProperty('wallMs')
    const lines = (await readFile(history, 'utf8')).trimEnd().split('\n')
    expect(JSON.parse(lines[0])).toMatchObject({ format: 'replica-lab/history@1' })
    const invoked = lines.filter((line) => line.includes('"type":"invoke"')).length
    expect(invoked).toBeGreaterThanOrEqual(report.operations.invoked)
  })

  test('when one output cannot be written, none is, and nothing is simulated', async () => {
    const file = await scratch.write('t.json', topologyFile())
    await writeFile(scratch.path('old.md'), 'old')
    const args = ['--report', scratch.path('old.md'), '--report', scratch.path('none/x.md')]
    const { code } = await runHere(['run', file, ...args])
    expect(code).toBe(64)
    expect(await readFile(scratch.path('old.md'), 'utf8')).toBe('old')
  })

  test('a summary for people', async () => {
    const { code, stdout, stderr } = await runHere(['run', await scratch.write('t.json', topologyFile())])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Three replicas\nsimulated 1 s in .*, seed 1, /)
    expect(stdout).toMatch(/^read +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ +\d+$/m)
    expect(stdout).toMatch(/^staleness +/m)
    expect(stdout).toMatch(/^availability +100 %/m)
  })
})

describe('Ctrl-C', () => {
  /** Longer than any test waits, and no more than a small machine can hold. */
  const LONG_MS = 14_400_000
  const long = topologyFile({ run: { durationMs: LONG_MS } })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops the run and writes what there is: exit %i', async (signal, exitCode) => {
    const file = await scratch.write('t.json', long)
    const report = scratch.path('report.json')
    const { child, finished } = start(['run', file, '--report', report])
    await new Promise((resolve) => setTimeout(resolve, 3000))
    child.kill(signal)
    const { code, stderr } = await finished
    expect(code).toBe(exitCode)
    expect(stderr).toContain('Stopping')
    const written = reportOf(await readFile(report, 'utf8'))
    expect(written.stoppedEarly).toContain('stopped by hand')
    expect(written.durationMs).toBeLessThan(LONG_MS)
    expect(written.operations.ok).toBeGreaterThan(0)
  })
})

describe('determinism', () => {
  const comparable = (stdout: string): unknown => {
    const { provenance: _provenance, simulation, ...rest } = reportOf(stdout)
    return JSON.stringify({ ...rest, simulation: { ...simulation, wallMs: 0 } })
  }

  /** A preset, shortened: two seconds, or few of a probe's samples. */
  const shortened = ({ text }: Preset): string => {
    const file = JSON.parse(text) as { workload: Record<string, unknown>; run?: object }
    const { samples } = file.workload
    if (typeof samples === 'number') file.workload.samples = Math.ceil(samples / 400)
    else file.run = { ...file.run, durationMs: 2000, warmupMs: 0 }
    return JSON.stringify(file)
  }

  test.each([...presets.values()].map((preset) => [preset.id, preset] as const))(
    '%s: the same seed gives the same report, another seed another',
    async (_, preset) => {
      const file = await scratch.write('preset.json', shortened(preset))
      const [first, again, other] = await Promise.all([
        runProgram(['run', file, '--json']),
        runProgram(['run', file, '--json']),
        runProgram(['run', file, '--json', '--seed', '424242']),
      ])
      expect([0, 1, 2]).toContain(first.code)
      expect(comparable(again.stdout)).toBe(comparable(first.stdout))
      expect(comparable(other.stdout)).not.toBe(comparable(first.stdout))
    },
  )

  test('the HTML report is the same too, but for its provenance', async () => {
    const withoutProvenance = async (name: string): Promise<string> => {
      await runHere([
        'run',
        'cassandra-three-regions',
        '--duration',
        '2000',
        '-q',
        '--report',
        scratch.path(name),
      ])
      const html = await readFile(scratch.path(name), 'utf8')
      expect(html).toContain('<footer id="provenance"')
      return html.replace(/<footer id="provenance"[\s\S]*<\/footer>/, '')
    }
    expect(await withoutProvenance('a.html')).toBe(await withoutProvenance('b.html'))
  })
})
