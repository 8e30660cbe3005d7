import { writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ERROR_CODES, STATUS } from '../../shared/history/types.ts'
import type { History } from '../../shared/history/types.ts'
import { metricsOf } from '../../shared/metrics/index.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { simulate } from '../../shared/simulator/index.ts'
import { judge } from '../../shared/testing/soak.ts'
import { clientOf, replicaOf, topologyOf } from '../../shared/testing/topologies.ts'
import { withDefaults } from '../../shared/testing/with-defaults.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { Scratch } from '../testing/program.ts'
import { LiveSession } from './supervisor.ts'
import type { LiveResult } from './supervisor.ts'

const THREAD_URL = pathToFileURL(fileURLToPath(new URL('../../out/main/engine-thread.mjs', import.meta.url)))
const LEADERLESS = protocolOf('leaderless')

/** Three replicas and two clients for one second, unless the test says otherwise. */
function topology(
  overrides: Partial<Topology> = {},
  params: Topology['replication']['params'] = {},
): Topology {
  const base = topologyOf()
  const loop = { open: { ratePerS: 200 } }
  return withDefaults(
    topologyOf({
      replicas: ['r1', 'r2', 'r3'].map((id) => replicaOf(id, { disk: { fsync: 0.3 } })),
      clients: ['c1', 'c2'].map((id) => clientOf(id, { sessions: 4, loop, timeoutMs: 1500 })),
      links: {
        ...base.links,
        default: { ...base.links.default, oneWay: { dist: 'uniform', min: 1, max: 3 } },
      },
      replication: {
        strategy: 'leaderless',
        params: { coordinator: 'replica', durability: 'fsync', ...params },
      },
      run: { durationMs: 1000, warmupMs: 0, seed: 1, timeScale: 1 },
      ...overrides,
    }),
    LEADERLESS.manifest,
  )
}

function session(from: Topology, threadUrl = THREAD_URL) {
  const plan = buildPlan(from)
  return { plan, live: new LiveSession({ topology: from, options: {}, plan, threadUrl }) }
}

async function run(from: Topology): Promise<LiveResult> {
  const { plan, live } = session(from)
  const result = await live.run()
  expect(judge(result.history, plan)).toEqual([])
  return result
}

const rows = ({ ops }: History) => Array.from({ length: ops.count }, (_, row) => row)
const count = (history: History, status: number) =>
  rows(history).filter((row) => history.ops.status[row] === status).length

test('live and simulated runs of one plan do the same work and take about as long', async () => {
  const from = topology()
  const { history, failure } = await run(from)
  const simulated = simulate(buildPlan(from), LEADERLESS)
  expect(failure).toBe(null)
  expect(history.runtime).toBe('live')
  // Arrivals are the plan's, so the same operations begin; the machine may be busy, so latencies are held loosely.
  expect(Math.abs(history.ops.count - simulated.ops.count)).toBeLessThanOrEqual(2)
  expect(count(history, STATUS.ok) / history.ops.count).toBeGreaterThan(0.9)
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

test('no message is lost on the way between threads', async () => {
  const { history } = await run(topology())
  const sum = (column: Float64Array) => column.reduce((total, each) => total + each, 0)
  expect(history.traffic.dropped).toEqual({ loss: 0, partition: 0, down: 0, overflow: 0 })
  // Repairs under way when the run stops are all that may not have arrived.
  expect(sum(history.traffic.messagesOut) - sum(history.traffic.messagesIn)).toBeLessThanOrEqual(4)
})

test('the report says how late messages were, and judges it', async () => {
  const { live } = await run(topology())
  expect(live.latenessMs.count).toBeGreaterThan(300)
  expect(live.latenessMs.p50).toBeGreaterThanOrEqual(0)
  expect(live.faithful).toBe((live.latenessMs.p99 as number) <= 0.3)
  expect(live.timeScaleNeeded === null).toBe(live.faithful)
})

test('a crash ends the thread; a new one boots from what was durable', async () => {
  const { history, live, failure } = await run(
    topology(
      { faults: [{ kind: 'crash', replica: 'r2', atMs: 300, forMs: 300 }] },
      { r: 3, w: 1, suspectAfterMs: 100, requestTimeoutMs: 200 },
    ),
  )
  expect(failure).toBe(null)
  expect(history.faults.map(({ phase, replicas }) => [phase, replicas])).toEqual([
    ['start', ['r2']],
    ['end', ['r2']],
  ])
  const errors = new Set(rows(history).map((row) => ERROR_CODES[history.ops.error[row]]))
  expect(
    [...errors].some(
      (error) => error === 'connection-refused' || error === 'crashed' || error === 'unavailable',
    ),
  ).toBe(true)
  const after = rows(history).filter((row) => history.ops.invokedNs[row] > 900e6)
  expect(after.some((row) => history.ops.status[row] === STATUS.ok)).toBe(true)
  expect(live.threads).toBe(5)
})

test('a partition cuts clients off from the other side until it heals', async () => {
  const { history } = await run(
    topology({
      faults: [{ kind: 'partition', groups: [['c1'], ['r1', 'r2', 'r3', 'c2']], atMs: 200, forMs: 300 }],
    }),
  )
  const c1 = history.places.findIndex(({ name }) => name === 'c1')
  const inside = rows(history).filter(
    (row) => history.ops.invokedNs[row] > 200e6 && history.ops.endedNs[row] < 500e6,
  )
  const ok = (row: number) => history.ops.status[row] === STATUS.ok
  const of = (row: number) => history.sessions[history.ops.session[row]]
  expect(inside.filter((row) => of(row) === c1 && ok(row))).toEqual([])
  expect(inside.filter((row) => of(row) !== c1 && ok(row)).length).toBeGreaterThan(20)
  expect(history.traffic.dropped.partition).toBeGreaterThan(0)
})

describe('by hand', () => {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

  test('faults can be injected and lifted, and stand in the record as such', async () => {
    const { plan, live } = session(
      topology({ run: { durationMs: 1500, warmupMs: 0, seed: 1, timeScale: 1 } }),
    )
    const finished = live.run()
    while (live.progress.nowNs < 300e6) await wait(5)
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
    const { live } = session(topology({ clients: patient }))
    const finished = live.run()
    while (live.progress.nowNs < 300e6) await wait(5)
    live.pause()
    const at = live.progress.nowNs
    await wait(2000)
    expect(live.progress).toMatchObject({ nowNs: at, isPaused: true })
    live.resume()
    const { history } = await finished
    const timedOut = rows(history).filter((row) => ERROR_CODES[history.ops.error[row]] === 'timeout')
    expect(timedOut).toEqual([])
    expect(history.ops.count).toBeGreaterThan(100)
  })

  test('a stop keeps what there is', async () => {
    const { live } = session(topology({ run: { durationMs: 60_000, warmupMs: 0, seed: 1, timeScale: 1 } }))
    const finished = live.run()
    while (live.progress.nowNs < 300e6) await wait(5)
    live.stop('enough')
    const { history } = await finished
    expect(history.stoppedEarly).toBe('enough')
    expect(count(history, STATUS.ok)).toBeGreaterThan(50)
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
    await expect(session(topology(), pathToFileURL(file)).live.run()).rejects.toThrow(sentence)
  })

  test('an engine that throws in the middle: its record is kept', async () => {
    const { live } = session(topology())
    const finished = live.run()
    while (live.progress.nowNs < 300e6) await new Promise((resolve) => setTimeout(resolve, 5))
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

test('twenty runs in a row with faults leave no thread behind', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const from = topology({
      faults: [
        { kind: 'crash', replica: 'r3', atMs: 20 + seed, forMs: 30 },
        { kind: 'isolate', replica: 'r1', atMs: 40, forMs: 40 },
      ],
      run: { durationMs: 150, warmupMs: 0, seed, timeScale: 1 },
    })
    const { plan, live } = session(from)
    const startedMs = performance.now()
    const { history, failure } = await live.run()
    expect(failure).toBe(null)
    expect(judge(history, plan)).toEqual([])
    expect(performance.now() - startedMs).toBeLessThan(20_000)
  }
  const threads = process
    .getActiveResourcesInfo()
    .filter((name) => name === 'MessagePort' || name === 'Worker')
  expect(threads.length).toBeLessThanOrEqual(2)
})
