import { describe, expect, test } from 'vitest'
import { buildPlan } from '../../shared/plan/build.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { clientOf, topologyOf } from '../../shared/testing/topologies.ts'
import { liveSoakPlan, plannedMs } from './live-plan.ts'

const LEADERLESS = protocolOf('leaderless')
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed)
const plans = SEEDS.flatMap((seed) => liveSoakPlan(LEADERLESS, seed) ?? [])

test('a seed gives the same run each time, another seed another', () => {
  expect(liveSoakPlan(LEADERLESS, 7)).toEqual(plans[7])
  expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBe(plans.length)
  expect(plans.length).toBeGreaterThan(190)
})

test('runs are short, their faults lie within them, and all is tried: real disks, hands, every fault', () => {
  for (const { topology } of plans) {
    const { run, faults, clients } = topology
    expect(run.durationMs).toBeGreaterThanOrEqual(250)
    expect(run.durationMs).toBeLessThanOrEqual(900)
    for (const { atMs, forMs } of faults) expect(atMs + (forMs ?? 0)).toBeLessThanOrEqual(run.durationMs)
    expect(Math.max(...clients.map(({ timeoutMs }) => timeoutMs))).toBeLessThanOrEqual(250)
  }
  const total = plans.reduce((sum, { topology, acts }) => sum + plannedMs(buildPlan(topology), acts), 0)
  expect(total / plans.length).toBeLessThan(2_000)
  expect(plans.filter(({ realDisk }) => realDisk).length).toBeGreaterThan(20)
  const acts = new Set(plans.flatMap(({ acts }) => acts.map(({ kind }) => kind)))
  expect([...acts].sort()).toEqual(['fault', 'pause', 'stop'])
  const faults = new Set(plans.flatMap(({ topology }) => topology.faults.map(({ kind }) => kind)))
  expect(faults.size).toBe(10)
})

describe('the time that a run may take', () => {
  const planOf = (overrides: Parameters<typeof topologyOf>[0]) => buildPlan(topologyOf(overrides))
  const run = { durationMs: 1000, warmupMs: 0, seed: 1, timeScale: 1 }
  const retry = { max: 2, backoffMs: 10, backoffMsMax: 40 }
  const clients = [clientOf('c1', { timeoutMs: 100 }), clientOf('c2', { timeoutMs: 200, retry })]
  // 30 to begin, 1000 of load, three attempts of 200 with pauses of 40 between, 500 to converge.
  const expected = 30 + 1000 + 3 * 200 + 2 * 40 + 500

  test('is its duration, the patience of its clients, and half a second', () => {
    expect(plannedMs(planOf({ run, clients }), [])).toBe(expected)
  })

  test('a slower world takes longer, but begins and settles in real time', () => {
    const slow = { ...run, timeScale: 3 }
    expect(plannedMs(planOf({ run: slow, clients }), [])).toBe(530 + 3 * (expected - 530))
  })

  test('pauses count, other acts do not', () => {
    const acts = [
      { kind: 'pause', atMs: 5, forMs: 70 },
      { kind: 'stop', atMs: 100 },
    ] as const
    expect(plannedMs(planOf({ run, clients }), acts)).toBe(expected + 70)
  })
})
