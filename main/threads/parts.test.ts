import { expect, test } from 'vitest'
import { MessageChannel } from 'node:worker_threads'
import { historyLines } from '../../shared/history/jsonl.ts'
import type { History } from '../../shared/history/types.ts'
import { metricsOf } from '../../shared/metrics/index.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { RealTime, Simulation } from '../../shared/simulator/index.ts'
import type { Scope } from '../../shared/simulator/scope.ts'
import { clientOf, topologyOf } from '../../shared/testing/topologies.ts'
import { withDefaults } from '../../shared/testing/with-defaults.ts'
import { buffersOf, mergedHistory, partOf, partsIn } from './parts.ts'
import type { HistoryPart } from './parts.ts'

const LEADERLESS = protocolOf('leaderless')

/**
 * A live run without threads: an engine per replica and two for three clients, driven by one clock, whose messages go
 * straight to one another. What each recorded is a part.
 */
function parts(conflicts: string) {
  const clients = ['c1', 'c2', 'c3'].map((id) => clientOf(id, { sessions: 4 }))
  const topology = withDefaults(
    topologyOf({
      clients,
      replication: { strategy: 'leaderless', params: { n: 3, r: 1, w: 1, conflicts } },
      workload: { ...topologyOf().workload, keys: 3 } as ReturnType<typeof topologyOf>['workload'],
      run: { durationMs: 60, warmupMs: 0, seed: 1, timeScale: 1 },
      faults: [{ kind: 'cut', from: 'r1', to: 'r2', oneWay: false, atMs: 20, forMs: 20 }],
    }),
    LEADERLESS.manifest,
  )
  const plan = buildPlan(topology)
  const threadOf = [0, 1, 2, 3, 4, 3]
  const engines: RealTime[] = []
  const simulations = [0, 1, 2, 3, 4].map((thread) => {
    const scope: Scope = {
      has: (place) => threadOf[place] === thread,
      deliver: (atNs, to, route, bytes, body) =>
        engines[threadOf[to]].receive(atNs, to, route, bytes, structuredClone(body)),
      crashed: () => undefined,
      strikes: () => null,
      recordsFaults: thread === 4,
      endsItself: false,
    }
    const simulation = new Simulation(plan, LEADERLESS, { scope })
    engines.push(new RealTime(simulation))
    return simulation
  })
  for (let nowNs = 0; nowNs < 100e6; nowNs += 100_000) {
    for (const engine of engines)
      engine.runDue(
        () => nowNs,
        Infinity,
        () => undefined,
      )
  }
  return { plan, histories: simulations.map((simulation) => simulation.finish()) }
}

const END = { endedNs: 100e6, stoppedEarly: null }

test.each(['last-writer-wins', 'siblings'])(
  'the merged history has every operation once, in order, with all that belongs to it (%s)',
  (conflicts) => {
    const { plan, histories } = parts(conflicts)
    const merged = mergedHistory(
      plan,
      histories.map((history) => partOf(history, true)),
      END,
    )
    // Rows as objects, sorted by the obvious means.
    const rows = (history: History, part: number) =>
      Array.from({ length: history.ops.count }, (_, row) => ({
        part,
        row,
        ...Object.fromEntries(
          (['process', 'session', 'f', 'key', 'value', 'result', 'status', 'error', 'tag'] as const).map(
            (name) => [name, history.ops[name][row]],
          ),
        ),
        invokedNs: history.ops.invokedNs[row],
        intendedNs: history.ops.intendedNs[row],
        endedNs: history.ops.endedNs[row],
        versionAt: history.ops.versionAt[row],
        versionBy: history.ops.versionBy[row],
        place: history.ops.place[row],
        attempts: history.ops.attempts[row],
        context: history.contexts.get(row),
        siblings: history.siblings.get(row),
      }))
    const expected = histories
      .flatMap(rows)
      .sort((a, b) => a.invokedNs - b.invokedNs || a.part - b.part || a.row - b.row)
      .map(({ part: _, row: __, ...rest }) => rest)
    expect(rows(merged, 0).map(({ part: _, row: __, ...rest }) => rest)).toEqual(expected)
    expect(expected.length).toBeGreaterThan(150)
    expect(merged.siblings.size > 0).toBe(conflicts === 'siblings')
    expect(merged.contexts.size > 0).toBe(conflicts === 'siblings')
    // Both of the threads with clients took part, and what they did is interleaved.
    expect(histories.map(({ ops }) => ops.count > 0)).toEqual([false, false, false, true, true])
    expect([...historyLines(merged)].length).toBeGreaterThan(2 * expected.length)
  },
)

test('traffic, facts, faults and samples of all threads together', () => {
  const { plan, histories } = parts('last-writer-wins')
  const merged = mergedHistory(
    plan,
    histories.map((history) => partOf(history, true)),
    END,
  )
  const sum = (column: Float64Array) => column.reduce((total, each) => total + each, 0)
  for (const name of ['messagesIn', 'messagesOut', 'bytesIn', 'bytesOut', 'requests'] as const) {
    const separate = histories.reduce((total, { traffic }) => total + sum(traffic[name]), 0)
    expect([name, sum(merged.traffic[name])]).toEqual([name, separate])
    expect(separate).toBeGreaterThan(0)
  }
  const { dropped } = merged.traffic
  expect(dropped.partition).toBe(
    histories.reduce((total, { traffic }) => total + traffic.dropped.partition, 0),
  )
  expect(merged.faults.map(({ phase }) => phase)).toEqual(['start', 'end'])
  const at = new Map<number, number>()
  for (const { timeNs } of merged.samples) at.set(timeNs, (at.get(timeNs) ?? 0) + 1)
  // All replicas at every instant, up to the end of the run.
  expect(new Set(at.values())).toEqual(new Set([3]))
  expect(Math.max(...at.keys())).toBeGreaterThanOrEqual(95e6)
  expect(metricsOf(merged).operations.ok).toBeGreaterThan(150)
  // The end is called at an instant; what threads still did after it is before the end of the record.
  const all = histories.map((history) => partOf(history, true))
  const lastNs = Math.max(...histories.map(({ endedNs }) => endedNs))
  expect(lastNs).toBeGreaterThan(90e6)
  expect(mergedHistory(plan, all, { ...END, endedNs: 90e6 }).endedNs).toBe(lastNs)
  expect(merged.endedNs).toBe(Math.max(100e6, lastNs))
})

test('a part goes through a port without a copy of its columns, and empty ports are none', () => {
  const { plan, histories } = parts('siblings')
  const channels = histories.map(() => new MessageChannel())
  const unused = new MessageChannel()
  histories.forEach((history, index) => {
    const part = partOf(history, true)
    channels[index].port2.postMessage(part, buffersOf(part))
    expect([part.ops.key.length, part.traffic.messagesIn.length]).toEqual([0, 0])
    channels[index].port2.close()
  })
  const arrived: HistoryPart[] = partsIn([unused.port1, ...channels.map(({ port1 }) => port1)])
  expect(arrived.length).toBe(5)
  expect(mergedHistory(plan, arrived, END).ops.count).toBeGreaterThan(150)
})

test('without its operations, a part has everything else', () => {
  const { histories } = parts('siblings')
  const [first, second] = [partOf(histories[3], true), partOf(histories[3], false)]
  expect(second.ops.count).toBe(0)
  expect([second.contexts.size, second.siblings.size]).toEqual([0, 0])
  expect({ ...second, ops: 0, contexts: 0, siblings: 0 }).toEqual({
    ...first,
    ops: 0,
    contexts: 0,
    siblings: 0,
  })
})
