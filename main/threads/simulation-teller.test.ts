import { expect, test, vi } from 'vitest'
import { buildPlan } from '../../shared/plan/build.ts'
import { Simulation } from '../../shared/simulator/index.ts'
import { roleProtocol } from '../../shared/testing/role-protocol.ts'
import { clientOf, topologyOf } from '../../shared/testing/topologies.ts'
import { SimulationTeller } from './simulation-teller.ts'
import type { Told } from './simulation-teller.ts'

function setup() {
  const plan = buildPlan(
    topologyOf({
      replication: { strategy: 'role', params: {} },
      clients: [clientOf('c1', { loop: { open: { ratePerS: 100 } } })],
      faults: [{ kind: 'crash', replica: 'leader', atMs: 1000, forMs: 1500 }],
      run: { durationMs: 4000, warmupMs: 0, seed: 1, timeScale: 1 },
    }),
  )
  const simulation = new Simulation(plan, roleProtocol)
  const told: Told[] = []
  const teller = new SimulationTeller(simulation, (each) => told.push(each))
  const advanceTo = (ms: number) => {
    while (simulation.progress().nowNs < ms * 1e6 && !simulation.advance(1));
  }
  return { simulation, told, teller, advanceTo }
}

test('a simulation tells what a live run tells', () => {
  const { simulation, told, teller, advanceTo } = setup()
  for (const ms of [500, 1500, 3000]) {
    advanceTo(ms)
    teller.tell(Infinity)
  }
  while (!simulation.advance(1000));
  teller.tell(Infinity)
  const [calm, crashed, restarted, end] = told
  const leader = calm.statistics.replicas.find(({ role }) => role === 'leader')?.id as string
  expect(calm.statistics).toMatchObject({ faults: [], latenessP99Ms: null })
  expect(calm.statistics.nowMs).toBeGreaterThanOrEqual(500)
  expect(calm.statistics.okPerS).toBeGreaterThan(50)
  expect(calm.share).toBeCloseTo(0.125, 2)
  expect(crashed.statistics.faults).toEqual([{ index: 0, label: `${leader} (leader) crashed`, by: 'plan' }])
  const [down] = crashed.statistics.replicas.filter(({ up }) => !up)
  expect([down.id, down.role]).toEqual([leader, 'down'])
  const led = crashed.events.find(({ name }) => name === 'role.leader')
  expect(led?.place).not.toBe(leader)
  expect(crashed.events.map(({ name, phase }) => `${name} ${phase}`)).toContain('crash start')
  expect(restarted.statistics.faults).toEqual([])
  expect(restarted.events.map(({ text }) => text)).toContain(`${leader} restarted`)
  const { operations } = end.statistics
  expect(end.share).toBe(1)
  expect(operations.invoked).toBe(simulation.finish().ops.count)
})

test('ten times a second of real time, and no event twice', () => {
  const { told, teller, advanceTo } = setup()
  const nowMs = performance.now()
  teller.tell(nowMs)
  for (let ms = 100; ms <= 4000; ms += 100) {
    advanceTo(ms)
    teller.tell(nowMs + 1)
  }
  expect(told.length).toBe(1)
  teller.tell(nowMs + 1e6)
  teller.tell(Infinity)
  expect(told.length).toBe(3)
  expect([told[0].events, told[2].events]).toEqual([[], []])
  expect(told[1].events.length).toBeGreaterThan(2)
})

test('messages on their way are told while somebody watches a run that is slow enough to see them', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
  try {
    const { told, teller, advanceTo } = setup()
    const step = (ms: number, realMs: number) => {
      clock.mockReturnValue(performance.now() + realMs)
      advanceTo(ms)
      teller.tell(Infinity)
    }
    step(100, 100)
    teller.setWatched(true)
    // Ten times faster than real time, then a hundred times slower: a sample is paced by the speed before it.
    for (const [ms, realMs] of [
      [200, 10],
      [300, 10],
      [301, 100],
      [302, 100],
      [303, 100],
    ])
      step(ms, realMs)
    teller.setWatched(false)
    step(304, 100)
    const counts = told.map(({ statistics }) => statistics.messages?.length ?? 0)
    expect(counts.slice(0, 4)).toEqual([0, 0, 0, 0])
    expect(counts[4] + counts[5]).toBeGreaterThan(0)
    expect(counts[6]).toBe(0)
  } finally {
    clock.mockRestore()
  }
})
