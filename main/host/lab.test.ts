import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { metricsOf } from '../../shared/metrics/index.ts'
import { predict } from '../../shared/predict/index.ts'
import { protocolOf, strategies } from '../../shared/protocols/registry.ts'
import { historyLines } from '../../shared/history/jsonl.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import { jsonReport } from '../../shared/report/views/json.ts'
import { runVerdicts } from '../../shared/report/guarantees.ts'
import { Simulation } from '../../shared/simulator/index.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { THREADS, topologyFile } from '../testing/program.ts'
import { Lab } from './lab.ts'
import { planRun, resultOf } from './planned-run.ts'
import { RunError, type Run, type RunOptions, type RunProgress, type RunResult } from './run.ts'

let lab: Lab
/** Every thread that this process started, and those of them that are gone. */
let threads: { started: number; gone: number }
const count = (worker: Worker) => {
  threads.started++
  worker.once('exit', () => threads.gone++)
}

beforeEach(() => {
  threads = { started: 0, gone: 0 }
  process.on('worker', count)
  lab = new Lab(THREADS, { simulationsMax: 2 })
})
afterEach(async () => {
  await lab.dispose()
  process.off('worker', count)
  expect(threads.gone).toBe(threads.started)
})

function topologyOf(overrides: Record<string, unknown> = {}): Topology {
  const topology = parseTopology(topologyFile(overrides), strategies)
  if (!topology.ok) throw new Error(topology.error[0].sentence)
  return topology.value
}

/** Longer than any test waits, and no more than a small machine can hold. */
const ENDLESS = { run: { durationMs: 14_400_000 } }

function open(overrides: Record<string, unknown> = {}, options: Partial<RunOptions> = {}): Run {
  const opened = lab.open(topologyOf(overrides), { command: 'a test', ...options })
  if (!opened.ok) throw new Error(opened.error)
  return opened.value
}

/** Resolves with the first progress that says `running`. */
function running(run: Run): Promise<void> {
  return new Promise((resolve) => {
    const end = run.onProgress(({ state }) => {
      if (state !== 'running') return
      end()
      resolve()
    })
  })
}

const failureOf = (run: Run): Promise<RunError> =>
  run.result.then(
    () => Promise.reject(new Error('the run did not fail')),
    (error: unknown) => error as RunError,
  )

const withoutProvenance = ({ report: { provenance: _, ...rest } }: RunResult): string =>
  JSON.stringify(rest, null, 1)

/** The same run, on this thread. */
function runHere(topology: Topology, options: RunOptions): RunResult {
  const planned = planRun(topology, options)
  const { plan, analysis } = planned
  const simulation = new Simulation(plan, protocolOf(plan.topology.replication.strategy))
  while (!simulation.advance(1_000_000));
  const history = simulation.finish()
  const prediction = analysis.prediction && predict(plan.topology, plan, analysis.prediction)
  const metrics = metricsOf(history, analysis.metrics)
  return resultOf(planned, {
    history,
    metrics,
    prediction,
    verdicts: runVerdicts(history, plan.topology),
    simulation: simulation.stats,
    live: null,
    wallMs: 1,
  })
}

describe('a simulated run gives what the simulator gives on the main thread, byte by byte', () => {
  const siblings = { n: 3, r: 2, w: 1, conflicts: 'siblings' }
  test.each([
    ['a mix with a fault', { faults: [{ atMs: 200, kind: 'crash', replica: 'r1', forMs: 300 }] }],
    ['siblings', { replication: { strategy: 'leaderless', params: siblings } }],
    ['a probe', { workload: { kind: 'probe', offsetsMs: [0, 1, 5], samples: 200 } }],
  ])('%s', async (_, overrides) => {
    const options = { command: 'a test', seed: 7, durationMs: 800, keepsHistory: true }
    const expected = runHere(topologyOf(overrides), options)
    const result = await open(overrides, options).result
    expect(withoutProvenance(result)).toBe(withoutProvenance(expected))
    expect(jsonReport({ ...result.report, provenance: expected.report.provenance })).toBe(
      jsonReport(expected.report),
    )
    const lines = ({ history }: RunResult) => (history === null ? [] : [...historyLines(history)])
    expect(lines(result)).toEqual(lines(expected))
    expect(lines(result).length).toBeGreaterThan(100)
    expect([...(result.history?.contexts ?? [])]).toEqual([...(expected.history?.contexts ?? [])])
  })

  test('a probe is judged by the offsets of its file', async () => {
    // No whole number of nanoseconds, and so not what was measured.
    const offsetsMs = [0, 1.5, 2.3456789]
    const { report } = await open({ workload: { kind: 'probe', offsetsMs, samples: 200 } }).result
    expect(report.staleness.visibility).toMatchObject(offsetsMs.map((tMs) => ({ tMs, reads: 200 })))
  })

  test('the history stays behind where nobody asked for it', async () => {
    const { report, history } = await open().result
    expect(history).toBeNull()
    expect(report.operations.ok).toBeGreaterThan(300)
    expect(report.provenance.eventsPerS).toBeGreaterThan(0)
  })
})

describe('several runs', () => {
  test('two go on at once, a third waits for its turn; all have results of their own', async () => {
    const [first, second, third] = [open(ENDLESS), open(ENDLESS, { seed: 2 }), open({}, { seed: 3 })]
    expect([...lab.runs.keys()]).toEqual(['run-1', 'run-2', 'run-3'])
    await Promise.all([running(first), running(second)])
    expect([first.state, second.state, third.state]).toEqual(['running', 'running', 'starting'])
    expect(threads).toEqual({ started: 2, gone: 0 })
    first.stop()
    expect((await third.result).report).toMatchObject({ seed: 3, stoppedEarly: null })
    expect([first.state, second.state, third.state]).toEqual(['stopped', 'running', 'done'])
    second.stop()
    expect((await first.result).report.seed).toBe(1)
    expect((await second.result).report.seed).toBe(2)
    expect(threads).toEqual({ started: 3, gone: 3 })
  })

  test('progress grows and arrives, ten times a second at most', async () => {
    const run = open({ run: { durationMs: 300_000 } })
    const told: (RunProgress & { atMs: number })[] = []
    run.onProgress((progress) => told.push({ ...progress, atMs: performance.now() }))
    await run.result
    expect(told.at(-1)).toMatchObject({ state: 'done', share: 1 })
    const shares = told.slice(0, -1).map(({ share }) => share)
    expect(told.slice(0, -1).every(({ state }) => state === 'running')).toBe(true)
    expect(shares.length).toBeGreaterThan(2)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    const spanMs = (told.at(-1)?.atMs ?? 0) - told[0].atMs
    expect(told.length).toBeLessThanOrEqual(spanMs / 100 + 3)
  })
})

describe('what a run tells while it goes on', () => {
  const crash = { faults: [{ atMs: 200, kind: 'crash', replica: 'r2', forMs: 300 }] }

  test.each([
    ['simulated', 200_000],
    ['live', 1200],
  ] as const)(
    '%s: statistics whose counts grow to those of the report, and faults',
    async (kind, durationMs) => {
      const run = open({ ...crash, run: { durationMs } }, { kind })
      const told: RunStatistics[] = []
      const events: RunEvent[] = []
      run.onStatistics((statistics) => told.push(statistics))
      const ends = [
        run.onEvents((some) => events.push(...some)),
        run.onEvents(() => expect.fail('it was ended')),
      ]
      ends[1]()
      const { report } = await run.result
      expect(told.length).toBeGreaterThan(1)
      const [times, oks] = [told.map(({ nowMs }) => nowMs), told.map(({ operations }) => operations.ok)]
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect(oks).toEqual([...oks].sort((a, b) => a - b))
      expect(told.at(-1)?.operations).toEqual({
        invoked: report.operations.invoked,
        ok: report.operations.ok,
        failed: report.operations.failed,
        unknown: report.operations.unknown,
      })
      expect(told.at(-1)?.replicas.map(({ id, up }) => [id, up])).toEqual([
        ['r1', true],
        ['r2', true],
        ['r3', true],
      ])
      expect(events.map(({ name, phase, place }) => [name, phase, place])).toEqual([
        ['crash', 'start', 'r2'],
        ['crash', 'end', 'r2'],
      ])
    },
  )
})

describe('the end of a run', () => {
  test('stop keeps what there is', async () => {
    const run = open(ENDLESS, { keepsHistory: true })
    await running(run)
    await new Promise((resolve) => setTimeout(resolve, 300))
    run.stop()
    const { report, history } = await run.result
    expect(run.state).toBe('stopped')
    expect(report.stoppedEarly).toContain('stopped by hand')
    expect(report.operations.ok).toBeGreaterThan(0)
    expect(report.durationMs).toBeLessThan(14_400_000)
    expect(history?.ops.count).toBe(report.operations.invoked + report.operations.warmup)
    run.stop()
    expect(lab.runs.get(run.id)).toBe(run)
  })

  test('a stop at once, before the thread is up, still gives a report', async () => {
    const run = open(ENDLESS)
    run.stop()
    const { report } = await run.result
    expect([run.state, report.operations.invoked]).toEqual(['stopped', 0])
  })

  test('a run stopped in the queue never begins', async () => {
    const [first, second, queued] = [open(ENDLESS), open(ENDLESS), open()]
    queued.stop()
    expect(queued.state).toBe('stopped')
    await expect(queued.result).rejects.toThrow('The run was stopped before it began.')
    await Promise.all([lab.close(first.id), lab.close(second.id)])
    expect(threads).toEqual({ started: 2, gone: 2 })
  })

  test('close ends the thread and forgets the run, whatever it is at', async () => {
    const run = open(ENDLESS)
    await running(run)
    await lab.close(run.id)
    expect(threads).toEqual({ started: 1, gone: 1 })
    expect([run.state, lab.runs.size]).toEqual(['stopped', 0])
    await expect(run.result).rejects.toThrow('The run was closed.')
    await lab.close(run.id)
  })

  test('dispose leaves no thread, not even of a run just closed, and no run can be opened afterwards', async () => {
    const [first, ...others] = [open(ENDLESS), open(ENDLESS), open(ENDLESS)]
    await running(first)
    void lab.close(first.id)
    await lab.dispose()
    expect(threads.gone).toBe(threads.started)
    expect(threads.started).toBe(2)
    expect(others.map(({ state }) => state)).toEqual(['stopped', 'stopped'])
    expect(() => open()).toThrow('disposed of')
  })
})

describe('failures: one sentence with the seed', () => {
  test('a protocol that throws as it starts', async () => {
    const topology = topologyOf()
    const broken = { ...topology, replication: { ...topology.replication, strategy: 'nonesuch' } }
    const opened = lab.open(broken, { command: 'a test', seed: 5 })
    if (!opened.ok) throw new Error(opened.error)
    const error = await failureOf(opened.value)
    expect(error).toBeInstanceOf(RunError)
    expect(error.message).toBe(
      'The simulation of "Three replicas" with seed 5 failed: there is no protocol "nonesuch".',
    )
    expect(error.stack).toContain('simulation-thread')
    expect([opened.value.state, error.partial]).toEqual(['failed', null])
  })

  test('one that throws in the midst of the run comes with the record until then', async () => {
    const topology = topologyOf({
      faults: [{ atMs: 400, kind: 'slow-disk', replica: 'r1', fsync: 1, forMs: 100 }],
    })
    const [fault] = topology.faults
    const broken = { ...topology, faults: [{ ...fault, fsync: { dist: 'nonesuch' } }] } as unknown as Topology
    const opened = lab.open(broken, { command: 'a test', keepsHistory: true })
    if (!opened.ok) throw new Error(opened.error)
    const { message, partial } = await failureOf(opened.value)
    expect(message).toMatch(/^The simulation of "Three replicas" with seed 1 failed: [^\n]+[.!?]$/)
    expect(partial?.report.stoppedEarly).toContain('it failed: ')
    expect(partial?.report.durationMs).toBeGreaterThanOrEqual(400)
    expect(partial?.report.durationMs).toBeLessThan(500)
    expect(partial?.history?.ops.count).toBeGreaterThan(100)
  })

  test('a thread that cannot start', async () => {
    const elsewhere = new Lab({ ...THREADS, simulation: new URL('./none.mjs', THREADS.simulation) })
    const opened = elsewhere.open(topologyOf(), { command: 'a test' })
    if (!opened.ok) throw new Error(opened.error)
    const { message } = await failureOf(opened.value)
    expect(message).toMatch(/^The simulation of .* failed: Cannot find module/)
    await elsewhere.dispose()
  })

  test('a live run that cannot even be set up is refused', () => {
    const topology = topologyOf()
    const broken = { ...topology, replication: { ...topology.replication, strategy: 'nonesuch' } }
    expect(lab.open(broken, { command: 'a test', kind: 'live' })).toEqual({
      ok: false,
      error: 'The run cannot begin: there is no protocol "nonesuch".',
    })
    expect(lab.runs.size).toBe(0)
  })

  test('ranges that split are for simulated runs', () => {
    const topology = topologyOf()
    const split = { byKeys: 10, checkEveryMs: 100, rangesMax: 4, moveLeaders: false }
    const splitting = {
      ...topology,
      partitioning: { ...topology.partitioning, scheme: 'range' as const, split },
    }
    expect(lab.obstacleTo(splitting, { command: 'a test', kind: 'live' })?.path).toBe('$.partitioning.split')
    expect(lab.open(splitting, { command: 'a test', kind: 'live' })).toEqual({
      ok: false,
      error: expect.stringMatching(/^Ranges split in simulated runs only/) as string,
    })
    expect(lab.obstacleTo(splitting, { command: 'a test' })).toBe(null)
  })

  test('what a thread cannot be sent', async () => {
    const topology = { ...topologyOf(), notes: () => 'no text' } as unknown as Topology
    const opened = lab.open(topology, { command: 'a test' })
    if (!opened.ok) throw new Error(opened.error)
    const error = await failureOf(opened.value)
    expect(error).toBeInstanceOf(RunError)
    expect(error.message).toMatch(/^The run failed: .*could not be cloned\.$/)
  })
})

describe('memory', () => {
  const GB = 1e9
  const labWith = (availableBytes: () => number) =>
    new Lab(THREADS, {
      memory: () => ({ availableBytes: availableBytes(), residentBytes: 0, heapBytes: 4 * GB }),
    })

  test('a run that the machine cannot hold is refused, with the field to lower', () => {
    const small = labWith(() => GB)
    const options = { command: 'a test' } as const
    const refused = small.open(topologyOf(ENDLESS), options)
    const sentence = expect.stringMatching(/^A simulated run of about 7,200,000 operations needs /) as string
    expect(refused).toEqual({ ok: false, error: sentence })
    expect(small.obstacleTo(topologyOf(ENDLESS), options)).toEqual({ path: '$.run.durationMs', sentence })
    expect(small.obstacleTo(topologyOf(), options)).toBeNull()
    expect([small.runs.size, threads.started]).toEqual([0, 0])
  })

  test.each(['simulated', 'live'] as const)(
    'a %s run that takes too much ends with what it has',
    async (kind) => {
      let free = 8 * GB
      const growing = labWith(() => free)
      const opened = growing.open(topologyOf(ENDLESS), { command: 'a test', kind, keepsHistory: true })
      if (!opened.ok) throw new Error(opened.error)
      await running(opened.value)
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(opened.value.state).toBe('running')
      free = 0.1 * GB
      const { report, history } = await opened.value.result
      expect(report.stoppedEarly).toBe('memory was running out: it had taken 0 B, and 100 MB were free')
      expect(report.operations.ok).toBeGreaterThan(50)
      expect(history?.ops.count).toBe(report.operations.invoked + report.operations.warmup)
      expect([opened.value.state, opened.value.lackedMemory]).toEqual(['stopped', true])
      await growing.dispose()
    },
  )
})

describe('live runs', () => {
  test('one at a time; simulations go on beside it', async () => {
    const live = open({ run: { durationMs: 60_000 } }, { kind: 'live' })
    const refused = lab.open(topologyOf(), { command: 'a test', kind: 'live' })
    expect(refused).toEqual({
      ok: false,
      error: expect.stringMatching(/^"Three replicas" \(run-1\) is running live, .*\.$/) as string,
    })
    await running(live)
    expect((await open().result).report.runtime).toBe('simulated')
    expect(live.live?.progress.isPaused).toBe(false)
    live.stop()
    const { report } = await live.result
    expect([live.state, report.runtime]).toEqual(['stopped', 'live'])
    expect(report.stoppedEarly).toContain('stopped by hand')
    expect(report.operations.ok).toBeGreaterThan(0)
    expect(live.live).toBeNull()
    const next = open({ run: { durationMs: 60_000 } }, { kind: 'live' })
    await running(next)
    await lab.close(next.id)
    expect(threads.gone).toBe(threads.started)
  })
})
