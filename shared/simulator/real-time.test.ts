import { expect, test, vi } from 'vitest'
import type { Ns } from '../base/time.ts'
import { buildPlan } from '../plan/build.ts'
import type { PlaceId } from '../plan/types.ts'
import { echoProtocol } from '../testing/echo-protocol.ts'
import type { EchoState } from '../testing/echo-protocol.ts'
import { clientOf, topologyOf } from '../testing/topologies.ts'
import type { Topology } from '../topology/types.ts'
import { EVENT } from './events.ts'
import { RealTime, simulate, Simulation } from './index.ts'
import type { Resume } from './index.ts'
import type { Scope } from './scope.ts'

const MS = 1_000_000
const PING = { kind: 'echo.ping' }

/** The engine of replica r1 alone, as a thread has it; `now` is its clock, `sent` what it has for others. */
function engine(overrides: Partial<Topology> = {}, resume?: Resume) {
  const plan = buildPlan(
    topologyOf({
      replication: { strategy: 'echo', params: {} },
      clients: [clientOf('c1', { loop: { open: { ratePerS: 1 } } })],
      ...overrides,
    }),
  )
  const sent: { atNs: Ns; to: PlaceId; kind: string }[] = []
  const crashed: PlaceId[] = []
  const scope: Scope = {
    has: (place) => place === 0,
    deliver: (atNs, to, _route, _bytes, body) => sent.push({ atNs, to, kind: body.kind }),
    crashed: (place) => crashed.push(place),
    strikes: () => [],
    recordsFaults: true,
    endsItself: false,
  }
  const simulation = new Simulation(plan, echoProtocol, {
    scope,
    ...(resume === undefined ? {} : { resume }),
  })
  const realTime = new RealTime(simulation)
  const late: [kind: number, ns: Ns][] = []
  const turn = (nowNs: Ns, eventsMax = 1000) =>
    realTime.runDue(
      () => nowNs,
      eventsMax,
      (kind, ns) => late.push([kind, ns]),
    )
  return { simulation, realTime, sent, crashed, late, turn }
}

const messagesIn = (late: readonly [number, Ns][]) => late.filter(([kind]) => kind === EVENT.arrive)

test('nothing happens before its time, and what happens is stamped with the instant it was come to', () => {
  const { realTime, sent, late, turn } = engine()
  realTime.receive(5 * MS, 0, 1, 40, PING)
  turn(4.9 * MS)
  expect(messagesIn(late)).toEqual([])
  turn(5.25 * MS)
  expect(messagesIn(late)).toEqual([[EVENT.arrive, 0.25 * MS]])
  // The answer leaves when the question was handled, and takes a constant millisecond.
  expect(sent).toEqual([{ atNs: 6.25 * MS, to: 1, kind: 'echo.pong' }])
})

test('a message that comes after it was due is as late as if it had come in time', () => {
  const { realTime, late, turn } = engine()
  realTime.receive(7 * MS, 0, 1, 40, PING)
  turn(8 * MS)
  late.length = 0
  // Three that should have been there, of which two were due before anything that was handled; and one to come.
  for (const atNs of [3 * MS, 9 * MS, 2 * MS, 12 * MS]) realTime.receive(atNs, 0, 1, 40, PING)
  turn(9.5 * MS, 1)
  realTime.receive(4 * MS, 0, 1, 40, PING)
  turn(10 * MS - 1)
  expect(messagesIn(late).map(([, ns]) => ns)).toEqual([6.5 * MS, 8 * MS - 1, 1 * MS - 1, 6 * MS - 1])
})

test('what is on its way at the end can be had back, with the instants at which it was due', () => {
  const { simulation, realTime, turn } = engine()
  turn(8 * MS)
  realTime.receive(3 * MS, 0, 1, 40, PING)
  realTime.receive(20 * MS, 0, 1, 41, PING)
  realTime.receive(5 * MS, 0, 2, 42, PING)
  simulation.finish()
  expect(realTime.undelivered()).toEqual([
    { atNs: 3 * MS, to: 0, route: 1, bytes: 40, body: PING },
    { atNs: 5 * MS, to: 0, route: 2, bytes: 42, body: PING },
    { atNs: 20 * MS, to: 0, route: 1, bytes: 41, body: PING },
  ])
})

test('an engine ends with its process, however much is due by then', () => {
  const { simulation, crashed, late, turn } = engine({
    faults: [{ kind: 'crash', replica: 'r1', atMs: 15, forMs: 10 }],
  })
  turn(100 * MS)
  expect([crashed, simulation.hasEnded, simulation.processes[0].up]).toEqual([[0], true, false])
  expect(late.at(-1)).toEqual([EVENT.fault, 85 * MS])
  expect(turn(200 * MS)).toBe(0)
})

test('the crash of another place ends nothing here', () => {
  const { simulation, turn } = engine({ faults: [{ kind: 'crash', replica: 'r2', atMs: 15, forMs: null }] })
  turn(100 * MS)
  expect([simulation.hasEnded, simulation.processes[1].up]).toEqual([false, false])
})

test('a second life draws other latencies than the first', () => {
  const links = topologyOf().links
  const uniform = {
    links: { ...links, default: { ...links.default, oneWay: { dist: 'uniform', min: 1, max: 9 } as const } },
  }
  // The pings of the first beat, 10 ms after the start.
  const delays = (epoch: number | null) => {
    const resume = epoch === null ? undefined : { atNs: 0, durable: [], givenAway: [], epoch, byHand: [] }
    const { sent, turn } = engine(uniform, resume)
    turn(10 * MS)
    return sent.map(({ atNs }) => atNs - 10 * MS)
  }
  const [first, second, third] = [delays(null), delays(2), delays(4)]
  expect(first.length).toBe(2)
  expect(new Set([...first, ...second, ...third]).size).toBe(6)
  expect(delays(2)).toEqual(second)
})

test('a client that comes to everything too late still records every arrival of its load', () => {
  const plan = buildPlan(
    topologyOf({
      replication: { strategy: 'echo', params: {} },
      clients: [clientOf('c1', { sessions: 3, loop: { open: { ratePerS: 2000 } } })],
      run: { durationMs: 100, warmupMs: 0, seed: 1, timeScale: 1 },
    }),
  )
  const scope: Scope = {
    has: (place) => place === plan.replicaCount,
    deliver: () => undefined,
    crashed: () => undefined,
    strikes: () => [],
    recordsFaults: true,
    endsItself: false,
  }
  const intended = ({ ops }: ReturnType<typeof simulate>) => [...ops.intendedNs.slice(0, ops.count)]
  const simulation = new Simulation(plan, echoProtocol, { scope })
  const realTime = new RealTime(simulation)
  for (const nowMs of [30, 140, 200])
    realTime.runDue(
      () => nowMs * MS,
      100_000,
      () => undefined,
    )
  const arrivals = intended(simulation.finish())
  expect(arrivals.length).toBeGreaterThan(150)
  expect(arrivals).toEqual(intended(simulate(plan, echoProtocol)))
})

test('an engine that begins late finds faults in force, clocks as far gone as they would be, and what is durable', () => {
  const faults: Topology['faults'] = [
    { kind: 'clock', replica: 'r1', offsetMs: 7, driftPpm: 100_000, atMs: 10, forMs: null },
    { kind: 'crash', replica: 'r1', atMs: 50, forMs: 20 },
    { kind: 'cut', from: 'r1', to: 'r2', oneWay: true, atMs: 20, forMs: 30 },
    { kind: 'cut', from: 'r1', to: 'r3', oneWay: true, atMs: 30, forMs: null },
  ]
  const byHand = [
    { index: 1_000_000, spec: { ...faults[2], atMs: 0, forMs: null }, atNs: 60 * MS, untilNs: null },
  ]
  const durable = [[0, 0, [[4, 9]]]] as const
  const { simulation, turn } = engine({ faults }, { atNs: 60 * MS, durable, givenAway: [], epoch: 2, byHand })
  const { connectivity } = simulation.network
  expect([simulation.processes[0].up, connectivity.allows(0, 2)]).toEqual([false, false])
  // Begun by hand in the very instant in which the engine begins.
  expect(connectivity.allows(0, 1)).toBe(false)
  turn(70 * MS)
  expect(simulation.processes[0].up).toBe(true)
  const state = simulation.processes[0].hosts[0]?.host.state as EchoState
  expect([...state.values]).toEqual([[4, 9]])
  const clock = { wallNs: 0, monotonicNs: 0, uncertaintyNs: 0 }
  simulation.processes[0].clock.read(70 * MS, clock)
  const straight = { ...clock }
  engine().simulation.processes[0].clock.read(70 * MS, straight)
  // 60 ms at a tenth too fast, and seven on top.
  expect(clock.wallNs - straight.wallNs).toBe(13 * MS)
})

test('an engine that begins late knows what its replica has given away, and leaves word of it for the next', () => {
  const boot = vi.spyOn(echoProtocol, 'boot')
  const returned = () => boot.mock.calls.map(([config]) => config.returns ?? false)
  const life = { atNs: 60 * MS, durable: [], byHand: [] }
  const { simulation } = engine({}, { ...life, givenAway: [[0, 0]], epoch: 2 })
  simulation.crash(0, false)
  const { givenAway, epoch } = simulation.survivalOf(0)
  expect(epoch).toBeGreaterThan(2)
  engine({}, { ...life, givenAway, epoch })
  engine({}, { ...life, givenAway: [], epoch })
  expect(returned()).toEqual([true, true, false])
  boot.mockRestore()
})
