import { expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import { protocolOf } from '../protocols/registry.ts'
import { clientOf, topologyOf } from '../testing/topologies.ts'
import { countersOf } from './counters.ts'
import { MessageWatch } from './message-watch.ts'
import { Simulation, simulate } from './simulation.ts'

const MS = 1e6

function watchAt(speed: number, watches = 1): MessageWatch {
  const watch = new MessageWatch()
  watch.pace(speed, watches)
  return watch
}

test('what is under way for less than two frames of real time is not picked', () => {
  const watch = watchAt(0.1)
  watch.note(0, 1, 0, 3 * MS, false)
  watch.note(1, 0, 5 * MS, 9 * MS, false)
  expect(watch.take()).toEqual([{ from: 1, to: 0, sentNs: 5 * MS, deliverNs: 9 * MS, isLost: false }])
  expect(watch.take()).toEqual([])
})

test('64 in a tenth of a second of real time, spread over it, and a fan-out in one piece', () => {
  const watch = watchAt(1)
  for (let at = 0; at < 1000; at++) {
    for (const to of [1, 2, 3]) watch.note(0, to, at * 0.1 * MS, (at * 0.1 + 50) * MS, false)
  }
  const picked = watch.take()
  expect(picked).toHaveLength(64)
  expect(picked[picked.length - 1].sentNs).toBeGreaterThan(90 * MS)
  const instants = new Set(picked.map(({ sentNs }) => sentNs))
  for (const instant of [...instants].slice(0, -1))
    expect(picked.filter(({ sentNs }) => sentNs === instant)).toHaveLength(3)
})

test('before anybody said how fast time passes, nothing is picked', () => {
  const watch = new MessageWatch()
  watch.note(0, 1, 0, 1e12, false)
  expect(watch.take()).toEqual([])
})

const setup = () =>
  buildPlan(
    topologyOf({
      clients: [clientOf('c1', { sessions: 2 })],
      links: {
        ...topologyOf().links,
        default: { ...topologyOf().links.default, oneWay: 5, lossPpm: 200_000 },
      },
      run: { durationMs: 500, warmupMs: 0, seed: 3, timeScale: 1 },
    }),
  )

test('a network that is watched does what it would have done, and its losses are seen', () => {
  const [plan, protocol] = [setup(), protocolOf('leaderless')]
  const alone = simulate(plan, protocol)
  const simulation = new Simulation(plan, protocol)
  simulation.network.watch = watchAt(0.01)
  while (!simulation.advance(10_000));
  const messages = countersOf(simulation, 1).messages ?? []
  const history = simulation.finish()
  expect([...history.ops.endedNs]).toEqual([...alone.ops.endedNs])
  expect(messages.length).toBeGreaterThan(10)
  expect(messages.some(({ isLost }) => isLost)).toBe(true)
  for (const { from, to, sentNs, deliverNs } of messages) {
    expect(from).not.toBe(to)
    expect(deliverNs - sentNs).toBe(5 * MS)
  }
})
