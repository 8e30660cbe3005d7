import { describe, expect, test } from 'vitest'
import { ERROR_CODES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { buildPlan } from '../plan/build.ts'
import { BEAT_NS, echoProtocol } from '../testing/echo-protocol.ts'
import type { EchoState } from '../testing/echo-protocol.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { LinkSpec, MixWorkload, Topology } from '../topology/types.ts'
import { Simulation } from './simulation.ts'

const WRITES: MixWorkload = {
  kind: 'mix',
  mix: { read: 0, update: 1, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
  mixName: 'custom',
  keys: 10,
  distribution: { kind: 'uniform' },
  valueBytes: 100,
  scanLengthMax: 1,
}
const LINK: LinkSpec = {
  oneWay: 1,
  oneWayOf: {},
  lossPpm: 0,
  duplicatePpm: 0,
  reorderPpm: 0,
  ordered: false,
  bandwidthMbps: null,
}
const link = (overrides: Partial<LinkSpec>) => ({
  rtt: null,
  default: { ...LINK, ...overrides },
  between: [],
})

/** One replica, one client, writes only, for a tenth of a second, unless the test says otherwise. */
function run(overrides: Partial<Topology>): { history: History; simulation: Simulation; ms: number[] } {
  const plan = buildPlan(
    topologyOf({
      replicas: [replicaOf('r1')],
      replication: { strategy: 'echo', params: {} },
      workload: WRITES,
      run: { durationMs: 100, warmupMs: 0, seed: 1, timeScale: 1 },
      ...overrides,
    }),
  )
  const simulation = new Simulation(plan, echoProtocol, { checked: true })
  while (!simulation.advance(100_000));
  const history = simulation.finish()
  const { ops } = history
  const ms = Array.from({ length: ops.count }, (_, row) => (ops.endedNs[row] - ops.invokedNs[row]) / 1e6)
  return { history, simulation, ms }
}

function stateOf(simulation: Simulation, place: number): EchoState {
  return simulation.processes[place].hosts[0]?.host.state as EchoState
}

const count = (history: History, status: number) =>
  Array.from({ length: history.ops.count }, (_, row) => history.ops.status[row]).filter(
    (each) => each === status,
  ).length

describe('links', () => {
  test('an operation takes the link there and back, to the nanosecond', () => {
    const { ms } = run({})
    expect(new Set(ms)).toEqual(new Set([2]))
    expect(ms.length).toBe(50)
  })

  test('a message kind can have a latency of its own', () => {
    expect(new Set(run({ links: link({ oneWayOf: { 'client.reply': 4 } }) }).ms)).toEqual(new Set([5]))
  })

  test('bandwidth holds messages back: 140 bytes at 1 Mbit/s take 1.12 ms on top', () => {
    // Request 40 + 100 bytes = 1,120 bit; the reply's 40 bytes take 0.32 ms.
    expect(new Set(run({ links: link({ bandwidthMbps: 1 }) }).ms)).toEqual(new Set([2 + 1.12 + 0.32]))
  })

  test('lost messages are counted and cost a time limit', () => {
    const { history, ms } = run({
      links: link({ lossPpm: 100_000 }),
      clients: [clientOf('c1', { timeoutMs: 5, sessions: 20 })],
      run: { durationMs: 1000, warmupMs: 0, seed: 1, timeScale: 1 },
    })
    const unknown = count(history, STATUS.info)
    // A request or its reply is lost with chance 1 − 0.9² = 0.19; four standard deviations of some 6,000 trials.
    expect(Math.abs(unknown / ms.length - 0.19)).toBeLessThan(4 * Math.sqrt((0.19 * 0.81) / ms.length))
    expect(history.traffic.dropped.loss).toBe(unknown)
    expect(ms.filter((each) => each === 5).length).toBe(unknown)
  })

  test('duplicates arrive twice', () => {
    const { history } = run({ links: link({ duplicatePpm: 1_000_000 }) })
    const requests = history.traffic.byKind.find(({ kind }) => kind === 'client.request')
    const arrived = history.traffic.requests.reduce((sum, each) => sum + each, 0)
    expect(arrived).toBe(2 * (requests?.messages ?? 0))
  })

  test('ordered links deliver in the order of sending, others do not', () => {
    const overtakes = (ordered: boolean) => {
      const { history } = run({
        links: link({ oneWay: { dist: 'uniform', min: 0, max: 10 }, ordered }),
        clients: [clientOf('c1', { sessions: 200, loop: { open: { ratePerS: 5000 } } })],
      })
      // One client, one replica: with both directions in order, operations end in the order in which they began.
      let overtaken = 0
      for (let row = 1; row < history.ops.count; row++) {
        if (history.ops.endedNs[row] < history.ops.endedNs[row - 1]) overtaken++
      }
      return overtaken
    }
    expect(overtakes(true)).toBe(0)
    expect(overtakes(false)).toBeGreaterThan(20)
  })
})

describe('disks', () => {
  test('a write waits for its flush', () => {
    const replicas = [replicaOf('r1', { disk: { fsync: 3 } })]
    expect(new Set(run({ replicas }).ms)).toEqual(new Set([5]))
  })

  test('group commit: what arrives during a flush shares the next one', () => {
    const replicas = [replicaOf('r1', { disk: { fsync: 3 } })]
    const clients = [clientOf('c1', { sessions: 200, loop: { open: { ratePerS: 20_000 } } })]
    const { history, ms } = run({ replicas, clients })
    // One flush at a time and one write in each would allow 33 writes in 100 ms.
    expect(count(history, STATUS.ok)).toBeGreaterThan(1500)
    expect(Math.max(...ms)).toBeLessThanOrEqual(2 + 6)
  })

  test('a crash loses what was not durable, and a restart finds what was', () => {
    const { history, simulation } = run({
      replicas: [replicaOf('r1', { disk: { fsync: 3 } })],
      clients: [clientOf('c1', { timeoutMs: 20 })],
      faults: [{ kind: 'crash', replica: 'r1', atMs: 50, forMs: 10 }],
    })
    const acknowledged = new Map<number, number>()
    const { ops } = history
    let cutOff = -1
    for (let row = 0; row < ops.count; row++) {
      if (ops.status[row] === STATUS.ok) acknowledged.set(ops.key[row], ops.value[row])
      else if (cutOff < 0) cutOff = row
    }
    const { values } = stateOf(simulation, 0)
    for (const [key, value] of acknowledged) expect([key, values.get(key)]).toEqual([key, value])
    expect(cutOff).toBeGreaterThan(0)
    expect([...values.values()]).not.toContain(ops.value[cutOff])
  })

  test('a slow-disk fault slows the flushes that begin in its window', () => {
    const { ms } = run({ faults: [{ kind: 'slow-disk', replica: 'r1', fsync: 7, atMs: 20, forMs: 50 }] })
    expect([...new Set(ms)].sort((a, b) => a - b)).toEqual([2, 9])
  })
})

describe('service times', () => {
  test('serving takes its time, and requests queue for the one server', () => {
    const replicas = [replicaOf('r1', { service: { perMessageMs: 0.5 } })]
    expect(new Set(run({ replicas }).ms)).toEqual(new Set([2.5]))
    const clients = [clientOf('c1', { sessions: 100 })]
    const { history } = run({ replicas, clients })
    // A hundred sessions offer more than 2,000 operations a second, which is what one server can serve.
    expect(count(history, STATUS.ok)).toBeGreaterThanOrEqual(195)
    expect(count(history, STATUS.ok)).toBeLessThanOrEqual(100 + 200)
  })

  test('an overloaded open loop shows the wait from the intended start', () => {
    const replicas = [replicaOf('r1', { service: { perMessageMs: 1 } })]
    const clients = [clientOf('c1', { sessions: 4, loop: { open: { ratePerS: 2000 } } })]
    const { ops } = run({ replicas, clients }).history
    let longest = 0
    for (let row = 0; row < ops.count; row++)
      longest = Math.max(longest, ops.endedNs[row] - ops.intendedNs[row])
    // Twice the load that can be served: after 100 ms the backlog is some 50 ms deep.
    expect(longest / 1e6).toBeGreaterThan(35)
    let unsent = 0
    for (let row = 0; row < ops.count; row++) if (ops.attempts[row] === 0) unsent++
    expect(unsent).toBeGreaterThan(60)
  })
})

describe('clocks', () => {
  test('offset and drift show in the wall clock; timers run on local time', () => {
    const replicas = [replicaOf('r1', { clock: { offsetMs: 250, driftPpm: 100_000, uncertaintyMs: 0 } })]
    const { simulation } = run({ replicas, run: { durationMs: 1000, warmupMs: 0, seed: 1, timeScale: 1 } })
    const plain = run({ run: { durationMs: 1000, warmupMs: 0, seed: 1, timeScale: 1 } }).simulation
    const skewed = stateOf(simulation, 0)
    const straight = stateOf(plain, 0)
    expect(skewed.wallNs[0] - straight.wallNs[0]).toBe(250_000_000)
    expect(skewed.monotonicNs[0]).toBe(0)
    // A clock that runs 10 % fast sees its 10 ms pass in 9.09 ms of the run, and each beat as 10 ms.
    expect(Math.abs(skewed.monotonicNs[10] - 10 * BEAT_NS)).toBeLessThan(20)
    expect(skewed.beats / straight.beats).toBeCloseTo(1.1, 1)
  })

  test('a clock fault moves the wall clock and back, never the monotonic one', () => {
    const faults: Topology['faults'] = [
      { kind: 'clock', replica: 'r1', offsetMs: -400, driftPpm: 0, atMs: 25, forMs: 30 },
    ]
    const { wallNs, monotonicNs } = stateOf(run({ faults }).simulation, 0)
    const offsets = wallNs.map((wall, index) => wall - monotonicNs[index] - (wallNs[0] - monotonicNs[0]))
    expect(offsets.slice(0, 9)).toEqual([0, 0, 0, -4e8, -4e8, -4e8, 0, 0, 0])
  })
})

describe('faults', () => {
  const three = [replicaOf('r1'), replicaOf('r2'), replicaOf('r3')]

  test('a paused replica does nothing, loses nothing, and catches up', () => {
    const { ms, simulation } = run({ faults: [{ kind: 'pause', replica: 'r1', atMs: 20, forMs: 40 }] })
    expect(ms.filter((each) => each > 2).length).toBe(1)
    expect(Math.max(...ms)).toBeGreaterThan(38)
    expect(simulation.recorder.traffic.finish().dropped).toEqual({
      loss: 0,
      partition: 0,
      down: 0,
      overflow: 0,
    })
  })

  test('a partition cuts off what is sent, and what is on its way', () => {
    const { history } = run({
      replicas: three,
      clients: [clientOf('c1', { timeoutMs: 5 })],
      faults: [{ kind: 'partition', groups: [['r1', 'r2', 'r3'], ['c1']], atMs: 50, forMs: 20 }],
    })
    const { ops } = history
    for (let row = 0; row < ops.count; row++) {
      const inside = ops.endedNs[row] > 50e6 && ops.invokedNs[row] < 70e6 && ops.endedNs[row] <= 70e6
      if (inside) expect([row, ops.status[row]]).toEqual([row, STATUS.info])
    }
    expect(count(history, STATUS.ok)).toBeGreaterThan(30)
    expect(history.faults.map(({ phase, timeNs }) => [phase, timeNs])).toEqual([
      ['start', 50e6],
      ['end', 70e6],
    ])
    expect(history.faults[0].sides).toEqual([['r1', 'r2', 'r3'], ['c1']])
  })

  test('a one-way cut stops one direction: requests arrive and are obeyed, answers do not come', () => {
    const { history, simulation } = run({
      clients: [clientOf('c1', { timeoutMs: 5 })],
      faults: [{ kind: 'cut', from: 'r1', to: 'c1', oneWay: true, atMs: 0, forMs: null }],
    })
    expect(count(history, STATUS.ok)).toBe(0)
    expect(stateOf(simulation, 0).writes).toBe(history.ops.count)
  })

  test('a slow link adds its delay in both directions', () => {
    const { ms } = run({ faults: [{ kind: 'slow', from: 'c1', to: 'r1', plusMs: 5, atMs: 50, forMs: null }] })
    expect([...new Set(ms)].sort((a, b) => a - b)).toEqual(expect.arrayContaining([2, 12]))
  })

  test('power loss strikes several at once; overlapping crashes end with the last', () => {
    const { history, simulation } = run({
      replicas: three,
      clients: [clientOf('c1', { timeoutMs: 5 })],
      faults: [
        { kind: 'power-loss', replicas: ['r1', 'r2'], atMs: 20, forMs: 20 },
        { kind: 'crash', replica: 'r1', atMs: 30, forMs: 30 },
      ],
    })
    expect(history.faults.find(({ spec }) => spec.kind === 'power-loss')?.replicas).toEqual(['r1', 'r2'])
    const upAt = (ms: number) =>
      history.samples.filter(({ timeNs }) => timeNs === ms * 1e6).map(({ up }) => up)
    expect(upAt(25)).toEqual([false, false, true])
    expect(upAt(45)).toEqual([false, true, true])
    expect(upAt(65)).toEqual([true, true, true])
    expect(simulation.processes.map(({ epoch }) => epoch)).toEqual([3, 3, 1, 0])
  })
})

describe('what clients learn of a crash', () => {
  const during = (kind: 'crash' | 'power-loss') => {
    const when = { atMs: 50.5, forMs: 30 }
    const fault: Topology['faults'][number] =
      kind === 'crash' ? { kind, replica: 'r1', ...when } : { kind, replicas: ['r1'], ...when }
    const { history } = run({ clients: [clientOf('c1', { timeoutMs: 8 })], faults: [fault] })
    const { ops } = history
    return Array.from({ length: ops.count }, (_, row) => row)
      .filter((row) => ops.status[row] !== STATUS.ok)
      .map((row) => [
        ERROR_CODES[ops.error[row]],
        ops.status[row],
        (ops.endedNs[row] - ops.invokedNs[row]) / 1e6,
      ])
  }

  test('a crashed process breaks its connections, and refuses new ones after a round trip', () => {
    const [first, ...others] = during('crash')
    // Under way when it crashed: the reset takes one way.
    expect(first.slice(0, 2)).toEqual(['crashed', STATUS.info])
    expect(first[2]).toBeLessThan(3)
    expect(others.length).toBeGreaterThan(0)
    for (const other of others) expect(other).toEqual(['connection-refused', STATUS.fail, 2])
  })

  test('after a power loss there is nobody to tell them', () => {
    const failures = during('power-loss')
    expect(failures.length).toBeGreaterThan(1)
    for (const failure of failures) expect(failure).toEqual(['timeout', STATUS.info, 8])
  })
})

describe('clients', () => {
  test('a retry may succeed, and one operation that an attempt left open is unknown', () => {
    const { history } = run({
      clients: [clientOf('c1', { timeoutMs: 5, retry: { max: 3, backoffMs: 4, backoffMsMax: 4 } })],
      faults: [{ kind: 'partition', groups: [['r1'], ['c1']], atMs: 50, forMs: 10 }],
    })
    const retried = Array.from({ length: history.ops.count }, (_, row) => row).filter(
      (row) => history.ops.attempts[row] > 1,
    )
    expect(retried.length).toBe(1)
    expect(history.ops.status[retried[0]]).toBe(STATUS.ok)
    expect(count(history, STATUS.ok)).toBe(history.ops.count)
  })

  test('a session whose operation stayed unknown goes on under a new process', () => {
    const { history } = run({
      clients: [clientOf('c1', { timeoutMs: 5 })],
      faults: [{ kind: 'power-loss', replicas: ['r1'], atMs: 30, forMs: 30 }],
    })
    const { ops } = history
    const unknown = new Set<number>()
    for (let row = 0; row < ops.count; row++) {
      expect(unknown.has(ops.process[row])).toBe(false)
      if (ops.status[row] === STATUS.info) unknown.add(ops.process[row])
    }
    expect(unknown.size).toBeGreaterThan(1)
  })

  test('values are unique over all clients', () => {
    const { history } = run({ clients: [clientOf('c1', { sessions: 3 }), clientOf('c2', { sessions: 2 })] })
    const values = Array.from({ length: history.ops.count }, (_, row) => history.ops.value[row])
    expect(new Set(values).size).toBe(values.length)
    expect(Math.min(...values)).toBe(2)
  })

  test('a load that can never be worked off ends the run with a sentence', () => {
    const clients = [clientOf('c1', { loop: { open: { ratePerS: 1_000_000 } }, timeoutMs: 100_000 })]
    const { history } = run({
      clients,
      links: link({ oneWay: 4000 }),
      run: { durationMs: 2000, warmupMs: 0, seed: 1, timeScale: 1 },
    })
    expect(history.stoppedEarly).toMatch(/client c1 has 1000000 operations waiting: lower its ratePerS/)
  })

  test('a topology without any latency still ends', () => {
    const { history } = run({
      links: link({ oneWay: 0 }),
      run: { durationMs: 3, warmupMs: 0, seed: 1, timeScale: 1 },
    })
    expect(history.stoppedEarly).toBe(null)
    // At most one operation in a microsecond.
    expect(history.ops.count).toBeGreaterThan(1500)
    expect(history.ops.count).toBeLessThanOrEqual(3000)
  })
})

test('stopping early keeps what there is and says why', () => {
  const plan = buildPlan(topologyOf({ replication: { strategy: 'echo', params: {} }, workload: WRITES }))
  const simulation = new Simulation(plan, echoProtocol)
  expect(simulation.advance(500)).toBe(false)
  simulation.stop('Ctrl-C')
  const history = simulation.finish()
  expect(history.stoppedEarly).toBe('Ctrl-C')
  expect(history.ops.count).toBeGreaterThan(50)
  const last = history.ops.count - 1
  expect(history.ops.status[last]).toBe(STATUS.info)
})
