import { expect, test } from 'vitest'
import { buildPlan } from '../../shared/plan/build.ts'
import type { RunEvent } from '../../shared/report/statistics.ts'
import { simulate } from '../../shared/simulator/index.ts'
import { roleProtocol } from '../../shared/testing/role-protocol.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { countOf, liveTopology, roleSession, until, wait } from '../testing/live.ts'
import type { LiveSession } from './supervisor.ts'

const replica = (live: LiveSession, id: string) => live.statistics()?.replicas.find((each) => each.id === id)
const leaders = (live: LiveSession) =>
  live.statistics()?.replicas.filter(({ role }) => role === 'leader') ?? []
/** Whom the only fault in force has struck. */
const struckIn = (live: LiveSession) =>
  /^(r\d) \(leader\) /.exec(live.statistics()?.faults[0]?.label ?? '')?.[1] ?? ''

const CRASH: Topology['faults'] = [{ kind: 'crash', replica: 'leader', atMs: 500, forMs: 500 }]
const SECONDS = { run: { durationMs: 1500, warmupMs: 0, seed: 1, timeScale: 1 } }

test('a fault that names the leader strikes whoever leads, once, and another takes over', async () => {
  const { live } = roleSession({ faults: CRASH, ...SECONDS })
  const events: RunEvent[] = []
  live.onEvents((told) => events.push(...told))
  const { history, failure } = await live.run()
  expect(failure).toBe(null)
  expect(history.faults.map(({ phase }) => phase)).toEqual(['start', 'end'])
  const [start, end] = history.faults
  expect(start.replicas.length).toBe(1)
  expect(end.replicas).toEqual(start.replicas)
  const [struck] = start.replicas
  // It led, and it alone was down.
  const samples = history.samples.map((sample) => ({ ...sample, name: history.places[sample.place].name }))
  const before = samples.filter(({ timeNs }) => timeNs > 400e6 && timeNs < 500e6)
  expect(before.filter(({ role }) => role === 'leader').map(({ name }) => name)).toContain(struck)
  const down = samples.filter(({ timeNs, up }) => timeNs > 600e6 && timeNs < 900e6 && !up)
  expect(new Set(down.map(({ name }) => name))).toEqual(new Set([struck]))
  const led = events.filter(({ name, tMs }) => name === 'role.leader' && tMs > 500)
  expect(led.length).toBeGreaterThan(0)
  expect(led[0].place).not.toBe(struck)
  expect(events.filter(({ kind }) => kind === 'fault').map(({ text }) => text)).toEqual([
    `${struck} (leader) crashed`,
    `${struck} restarted`,
  ])
  expect(countOf(history)).toBeGreaterThan(100)
})

test('the simulator resolves the same fault the same way', () => {
  const topology = {
    ...liveTopology(),
    replication: { strategy: 'role', params: {} },
    faults: CRASH,
    ...SECONDS,
  }
  const { faults, samples, places } = simulate(buildPlan(topology), roleProtocol)
  const led = samples.find(({ timeNs, role }) => timeNs > 450e6 && role === 'leader')
  expect(faults[0].replicas).toEqual([places[led?.place ?? -1].name])
})

test('by hand: isolated is who leads when it is clicked', async () => {
  const { live } = roleSession({ run: { durationMs: 20_000, warmupMs: 0, seed: 2, timeScale: 1 } })
  const finished = live.run()
  await until(live, () => leaders(live).length === 1)
  const index = live.inject({ kind: 'isolate', replica: 'leader', atMs: 0, forMs: null })
  await until(live, () => struckIn(live) !== '')
  const id = struckIn(live)
  expect(live.statistics()?.faults.map(({ label }) => label)).toEqual([`${id} (leader) isolated`])
  // The others elect somebody in its place, and so two lead until the cut heals.
  await until(live, () => replica(live, id)?.role === 'leader' && leaders(live).length === 2)
  live.lift(index)
  await until(live, () => leaders(live).length === 1)
  live.stop('seen enough')
  const { history } = await finished
  expect(history.faults.map(({ phase, by, replicas }) => [phase, by, replicas])).toEqual([
    ['start', 'hand', [id]],
    ['end', 'hand', [id]],
  ])
})

test('where nobody plays the role, nothing is struck', async () => {
  const { live } = roleSession({
    faults: [{ kind: 'crash', replica: 'leader', atMs: 1, forMs: 100 }],
    run: { durationMs: 400, warmupMs: 0, seed: 1, timeScale: 1 },
  })
  const { history, failure } = await live.run()
  expect(failure).toBe(null)
  expect(history.faults.map(({ replicas }) => replicas)).toEqual([[], []])
  expect(history.samples.every(({ up }) => up)).toBe(true)
})

test('a thread that takes over while time stands still begins in a world that stands still', async () => {
  const { live } = roleSession({ run: { durationMs: 20_000, warmupMs: 0, seed: 3, timeScale: 1 } })
  const events: RunEvent[] = []
  live.onEvents((told) => events.push(...told))
  const finished = live.run()
  await until(live, () => leaders(live).length === 1)
  live.pause()
  const at = live.progress.nowNs
  const crash = live.inject({ kind: 'crash', replica: 'leader', atMs: 0, forMs: null })
  await until(live, () => struckIn(live) !== '')
  const id = struckIn(live)
  const cut = live.inject({ kind: 'isolate', replica: id, atMs: 0, forMs: null })
  await until(live, () => replica(live, id)?.up === false)
  live.lift(crash)
  await until(live, () => replica(live, id)?.up === true)
  // Alone and restarted, it would lead a term of its own by now.
  const led = () => events.filter(({ name }) => name === 'role.leader').length
  const before = led()
  await wait(700)
  expect([led(), live.progress.nowNs]).toEqual([before, at])
  live.resume()
  await until(live, () => led() > before && replica(live, id)?.role === 'leader')
  live.lift(cut)
  await until(live, () => live.statistics()?.faults.length === 0)
  live.stop('seen enough')
  const { history, failure } = await finished
  expect(failure).toBe(null)
  expect(history.faults.map(({ spec, phase, replicas }) => [spec.kind, phase, replicas])).toEqual([
    ['crash', 'start', [id]],
    ['isolate', 'start', [id]],
    ['crash', 'end', [id]],
    ['isolate', 'end', [id]],
  ])
})
