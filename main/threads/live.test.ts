import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ERROR_CODES, STATUS } from '../../shared/history/types.ts'
import { metricsOf } from '../../shared/metrics/index.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import { simulate } from '../../shared/simulator/index.ts'
import { judge } from '../../shared/testing/soak.ts'
import { clientOf, replicaOf } from '../../shared/testing/topologies.ts'
import type { Topology } from '../../shared/topology/types.ts'
import {
  countOf,
  LEADERLESS,
  liveSession,
  liveTopology,
  reached,
  roleSession,
  rowsOf,
  wait,
} from '../testing/live.ts'
import { Scratch } from '../testing/program.ts'
import type { LiveResult } from './supervisor.ts'

async function run(from: Topology): Promise<LiveResult> {
  const { plan, live } = liveSession(from)
  const result = await live.run()
  expect(judge(result.history, plan)).toEqual([])
  return result
}

test('live and simulated runs of one plan do the same work and take about as long', async () => {
  const from = liveTopology()
  const { history, failure } = await run(from)
  const simulated = simulate(buildPlan(from), LEADERLESS)
  expect(failure).toBe(null)
  expect(history.runtime).toBe('live')
  // Arrivals are the plan's, so the same operations begin; the machine may be busy, so latencies are held loosely.
  expect(Math.abs(history.ops.count - simulated.ops.count)).toBeLessThanOrEqual(2)
  expect(countOf(history) / history.ops.count).toBeGreaterThan(0.9)
  const [live, virtual] = [metricsOf(history), metricsOf(simulated)]
  for (const kind of ['read', 'write'] as const) {
    const [a, b] = [live.latencyMs[kind].p50 as number, virtual.latencyMs[kind].p50 as number]
    expect(a / b).toBeGreaterThan(0.85)
    expect(a / b).toBeLessThan(5)
  }
  expect(
    Math.abs((live.load.messagesPerOperation ?? 0) / (virtual.load.messagesPerOperation ?? 1) - 1),
  ).toBeLessThan(0.1)
})

test('of every message it is known what became of it', async () => {
  const { links } = liveTopology()
  const lossy = { ...links.default, lossPpm: 50_000, duplicatePpm: 50_000 }
  const { history, live } = await run(
    liveTopology({
      links: { ...links, default: lossy },
      clients: [clientOf('c1', { sessions: 20, loop: { open: { ratePerS: 400 } }, timeoutMs: 300 })],
      faults: [
        { kind: 'crash', replica: 'r2', atMs: 200, forMs: 200 },
        { kind: 'isolate', replica: 'r3', atMs: 500, forMs: 200 },
      ],
    }),
  )
  const sum = (column: Float64Array) => column.reduce((total, each) => total + each, 0)
  const { messagesIn, messagesOut, dropped, duplicated } = history.traffic
  expect(live.messages).toEqual({
    sent: sum(messagesOut),
    duplicated,
    delivered: sum(messagesIn),
    dropped: dropped.loss + dropped.partition + dropped.down,
    inFlight: expect.any(Number) as number,
    lost: 0,
  })
  expect(Math.min(duplicated, dropped.loss, dropped.partition, dropped.down)).toBeGreaterThan(0)
})

test('the report says how late messages were, over which links, and judges it', async () => {
  const { live } = await run(liveTopology())
  expect(live.latenessMs.count).toBeGreaterThan(300)
  expect(live.latenessMs.p50).toBeGreaterThanOrEqual(0)
  const worstMs = Math.max(live.latenessMs.p99 as number, live.timerErrorMs.p99 as number)
  if (worstMs > 0.3) expect(live.faithful).toBe(false)
  expect(live.timeScaleNeeded === null).toBe(live.faithful)
  expect(live.links.length).toBe(10)
  const between = new Set(live.links.flatMap(({ from, to }) => [from, to]))
  expect([...between].every((name) => /^[rc][123]$/.test(name))).toBe(true)
  const p99s = live.links.map(({ latenessMs }) => latenessMs.p99)
  expect(p99s).toEqual([...p99s].sort((a, b) => b - a))
  expect(live.busy.length).toBe(5)
  expect(live.busy.every(({ share }) => share > 0 && share <= 1)).toBe(true)
  expect(live.cpu.own).toBeGreaterThan(0)
  expect(live.fsyncMs).toBe(null)
})

test('what happens before the end of the warm-up is not held against a run', async () => {
  const { live } = await run(liveTopology({ run: { durationMs: 600, warmupMs: 500, seed: 1, timeScale: 1 } }))
  // Of 240 operations, some 40.
  expect(live.latenessMs.count).toBeLessThan((live.messages?.delivered ?? 0) / 3)
  expect(live.latenessMs.count).toBeGreaterThan(50)
})

test('a message to a replica that has crashed is refused, even if it was on its way by then', async () => {
  // Links so long, and so many requests, that there are always some under way to r2.
  const { links } = liveTopology()
  const { history } = await run(
    liveTopology({
      links: { ...links, default: { ...links.default, oneWay: 100 } },
      clients: [clientOf('c1', { sessions: 200, loop: { open: { ratePerS: 400 } }, timeoutMs: 1500 })],
      faults: [{ kind: 'crash', replica: 'r2', atMs: 400, forMs: 400 }],
    }),
  )
  const errors = rowsOf(history).map((row) => ERROR_CODES[history.ops.error[row]])
  const times = (code: string) => errors.filter((error) => error === code).length
  // Forty in the tenth of a second before the crash, of which a third went to r2.
  expect(times('connection-refused') + times('crashed')).toBeGreaterThan(5)
  expect(times('timeout')).toBe(0)
})

test('a crash ends the thread; a new one boots from what was durable', async () => {
  const { history, live, failure } = await run(
    liveTopology(
      { faults: [{ kind: 'crash', replica: 'r2', atMs: 300, forMs: 300 }] },
      { r: 3, w: 1, suspectAfterMs: 100, requestTimeoutMs: 200 },
    ),
  )
  expect(failure).toBe(null)
  expect(history.faults.map(({ phase, replicas }) => [phase, replicas])).toEqual([
    ['start', ['r2']],
    ['end', ['r2']],
  ])
  const errors = new Set(rowsOf(history).map((row) => ERROR_CODES[history.ops.error[row]]))
  expect(
    [...errors].some(
      (error) => error === 'connection-refused' || error === 'crashed' || error === 'unavailable',
    ),
  ).toBe(true)
  const after = rowsOf(history).filter((row) => history.ops.invokedNs[row] > 900e6)
  expect(after.some((row) => history.ops.status[row] === STATUS.ok)).toBe(true)
  expect(live.threads).toBe(5)
})

test('a partition cuts clients off from the other side until it heals', async () => {
  const { history } = await run(
    liveTopology({
      faults: [{ kind: 'partition', groups: [['c1'], ['r1', 'r2', 'r3', 'c2']], atMs: 200, forMs: 300 }],
    }),
  )
  const c1 = history.places.findIndex(({ name }) => name === 'c1')
  const inside = rowsOf(history).filter(
    (row) => history.ops.invokedNs[row] > 200e6 && history.ops.endedNs[row] < 500e6,
  )
  const ok = (row: number) => history.ops.status[row] === STATUS.ok
  const of = (row: number) => history.sessions[history.ops.session[row]]
  expect(inside.filter((row) => of(row) === c1 && ok(row))).toEqual([])
  expect(inside.filter((row) => of(row) !== c1 && ok(row)).length).toBeGreaterThan(20)
  expect(history.traffic.dropped.partition).toBeGreaterThan(0)
})

describe('by hand', () => {
  test('faults can be injected and lifted, and stand in the record as such', async () => {
    const { plan, live } = liveSession(
      liveTopology({ run: { durationMs: 1500, warmupMs: 0, seed: 1, timeScale: 1 } }),
    )
    const finished = live.run()
    await reached(live, 300)
    const index = live.inject({ kind: 'isolate', replica: 'r1', atMs: 0, forMs: null })
    await wait(300)
    live.lift(index)
    const { history } = await finished
    expect(judge(history, plan)).toEqual([])
    expect(history.faults.map(({ phase, by, replicas }) => [phase, by, replicas])).toEqual([
      ['start', 'hand', ['r1']],
      ['end', 'hand', ['r1']],
    ])
    expect(history.traffic.dropped.partition).toBeGreaterThan(0)
  })

  test('a pause lets time stand still everywhere: nothing times out meanwhile', async () => {
    // A time limit that a busy machine keeps, and a pause that is longer still.
    const patient = ['c1', 'c2'].map((id) =>
      clientOf(id, { sessions: 4, loop: { open: { ratePerS: 100 } }, timeoutMs: 1500 }),
    )
    const { live } = liveSession(liveTopology({ clients: patient }))
    const finished = live.run()
    await reached(live, 300)
    live.pause()
    const at = live.progress.nowNs
    await wait(2000)
    expect(live.progress).toMatchObject({ nowNs: at, isPaused: true })
    live.resume()
    const { history } = await finished
    const timedOut = rowsOf(history).filter((row) => ERROR_CODES[history.ops.error[row]] === 'timeout')
    expect(timedOut).toEqual([])
    expect(history.ops.count).toBeGreaterThan(100)
  })

  test('a stop keeps what there is', async () => {
    const { live } = liveSession(
      liveTopology({ run: { durationMs: 60_000, warmupMs: 0, seed: 1, timeScale: 1 } }),
    )
    const finished = live.run()
    await reached(live, 300)
    live.stop('enough')
    const { history } = await finished
    expect(history.stoppedEarly).toBe('enough')
    expect(countOf(history)).toBeGreaterThan(10)
    // Load was put on until then, not until nowhere.
    expect(history.issuedUntilNs).toBeGreaterThan(250e6)
    expect(history.issuedUntilNs).toBeLessThanOrEqual(history.endedNs)
    expect(metricsOf(history).throughput.okPerS).toBeGreaterThan(0)
  })
})

describe('failures end the run with one sentence', () => {
  let scratch: Scratch
  beforeAll(async () => {
    scratch = await Scratch.make()
  })
  afterAll(() => scratch.dispose())

  test.each([
    ['process.exit(3)', /ended unasked, with code 3/],
    ["throw new Error('planted')", /failed: planted/],
  ])('a thread whose code is %s', async (code, sentence) => {
    const file = scratch.path(`${code.length}.mjs`)
    await writeFile(file, code)
    await expect(liveSession(liveTopology(), { threadUrl: pathToFileURL(file) }).live.run()).rejects.toThrow(
      sentence,
    )
  })

  test('an engine that throws in the middle: its record is kept', async () => {
    const { live } = liveSession(liveTopology())
    const finished = live.run()
    await reached(live, 300)
    // A fault that names nobody gets past no parser; here it stands for any broken assumption.
    live.inject({ kind: 'isolate', replica: 'nobody at all', atMs: 0, forMs: null })
    live.inject({
      kind: 'slow-disk',
      replica: 'r1',
      fsync: { dist: 'mixture', parts: [] },
      atMs: 0,
      forMs: null,
    })
    const { history, failure } = await finished
    expect(failure).toMatch(/^the thread of .* failed: /)
    expect(history.stoppedEarly).toBe(failure)
    expect(history.ops.count).toBeGreaterThan(30)
  })
})

test('a thread that does not stop is ended, and the report says that its record is missing', async () => {
  const { live } = roleSession({ notes: JSON.stringify({ burnMs: 60_000 }), replicas: [replicaOf('r1')] })
  const finished = live.run()
  await reached(live, 300)
  live.stop('enough')
  const { history, failure, live: figures } = await finished
  expect(failure).toBe('the thread of r1 did not stop when it was told to, and its record is missing')
  expect([history.stoppedEarly, figures.messages]).toEqual([failure, null])
  expect(history.ops.count).toBeGreaterThan(0)
})

test('runs in a row with faults leave no thread, no port and no file behind', async () => {
  const clients = [clientOf('c1', { sessions: 4, loop: { open: { ratePerS: 200 } }, timeoutMs: 150 })]
  for (let seed = 1; seed <= 6; seed++) {
    const from = liveTopology({
      clients,
      faults: [
        { kind: 'crash', replica: 'r3', atMs: 20 + seed, forMs: 30 },
        { kind: 'isolate', replica: 'r1', atMs: 40, forMs: 40 },
      ],
      run: { durationMs: 150, warmupMs: 0, seed, timeScale: 1 },
    })
    const { plan, live } = liveSession(from, { realDisk: seed % 2 === 0 })
    const { history, failure } = await live.run()
    expect(failure).toBe(null)
    expect(judge(history, plan)).toEqual([])
  }
  const left = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker')
  expect(left.length).toBeLessThanOrEqual(2)
})
