import { expect, test } from 'vitest'
import { OP_NAMES } from '../history/types.ts'
import { buildPlan } from '../plan/build.ts'
import { protocolOf } from '../protocols/registry.ts'
import { topologyOf } from '../testing/topologies.ts'
import { withDefaults } from '../testing/with-defaults.ts'
import type { Topology } from '../topology/types.ts'
import { OperationTracer, Simulation } from './index.ts'

const protocol = protocolOf('leaderless')
const MS = 1_000_000

/** Links take exactly a millisecond; `params` beside the plain ones. */
function planOf(params: Topology['replication']['params'], overrides: Partial<Topology> = {}) {
  const plain = topologyOf({ run: { durationMs: 40, warmupMs: 0, seed: 1, timeScale: 1 }, ...overrides })
  const replication = { strategy: 'leaderless', params: { ...plain.replication.params, ...params } }
  return buildPlan(withDefaults({ ...plain, replication }, protocol.manifest))
}

function traced(plan: ReturnType<typeof planOf>, process: number, sequence: number) {
  const tracer = new OperationTracer({ process, sequence })
  const simulation = new Simulation(plan, protocol, { tracer })
  while (!simulation.advance(1000));
  const { messages } = simulation.stats
  return { history: simulation.finish(), total: messages, tracer }
}

/** "c1 → r1 leaderless.write 0 … 1", in ms since the first was sent; "…" alone for one that was lost. */
function told(plan: ReturnType<typeof planOf>, tracer: OperationTracer): string[] {
  const startNs = tracer.messages[0].sentNs
  const at = (ns: number | null) => (ns === null ? '' : ` ${(ns - startNs) / MS}`)
  return tracer.messages.map(
    ({ from, to, kind, sentNs, arrivedNs }) =>
      `${plan.places[from].name} → ${plan.places[to].name} ${kind.replace('leaderless.', '')}${at(sentNs)} …${at(arrivedNs)}`,
  )
}

const firstOf = (plan: ReturnType<typeof planOf>, f: string): number => {
  const { ops } = traced(plan, 0, 1).history
  for (let row = 0; row < ops.count; row++) if (OP_NAMES[ops.f[row]] === f) return row + 1
  throw new Error(`there was no ${f}`)
}

test('a write by a coordinator at the client: to all three members and back', () => {
  const plan = planOf({ coordinator: 'client' })
  const { tracer } = traced(plan, 0, firstOf(plan, 'write'))
  expect(told(plan, tracer)).toEqual([
    'c1 → r1 write 0 … 1',
    'c1 → r2 write 0 … 1',
    'c1 → r3 write 0 … 1',
    'r1 → c1 writeAck 1 … 2',
    'r2 → c1 writeAck 1 … 2',
    'r3 → c1 writeAck 1 … 2',
  ])
})

test('a write by way of a replica whose disks take five milliseconds: what waits for a flush is still followed', () => {
  const plain = topologyOf()
  const replicas = plain.replicas.map((replica) => ({ ...replica, disk: { fsync: 5 } }))
  const plan = planOf({ coordinator: 'replica', durability: 'fsync' }, { replicas })
  const { tracer } = traced(plan, 0, firstOf(plan, 'write'))
  const [request, ...rest] = told(plan, tracer)
  expect(request).toMatch(/^c1 → r\d client.request 0 … 1$/)
  expect(rest.filter((line) => / write 1 … 2$/.test(line))).toHaveLength(2)
  const { messages } = tracer
  const acks = messages.filter(({ kind }) => kind === 'leaderless.writeAck')
  const reply = messages.find(({ kind }) => kind === 'client.reply')
  expect(acks).toHaveLength(2)
  // Its own flush takes five milliseconds, after whatever the disk was busy with when the write came at 2.
  for (const { sentNs } of acks) expect(sentNs - messages[0].sentNs).toBeGreaterThanOrEqual(7 * MS)
  expect(reply?.sentNs).toBe(acks[0].arrivedNs)
})

test('a message that a partition swallows is lost', () => {
  const faults: Topology['faults'] = [{ kind: 'isolate', replica: 'r3', atMs: 0, forMs: null }]
  const plan = planOf({ coordinator: 'client' }, { faults })
  const { tracer } = traced(plan, 0, firstOf(plan, 'write'))
  expect(told(plan, tracer).filter((line) => line.includes('r3'))).toEqual(['c1 → r3 write 0 …'])
})

test('a message that was under way when its receiver crashed is lost', () => {
  const faults: Topology['faults'] = [{ kind: 'crash', replica: 'r3', atMs: 10.7, forMs: null }]
  const plan = planOf({ coordinator: 'client' }, { faults })
  // The loop is closed: of operations that take two milliseconds each, the sixth begins soon after 10.
  const { tracer, history } = traced(plan, 0, 6)
  expect(history.ops.invokedNs[5]).toBeGreaterThan(9.7 * MS)
  expect(history.ops.invokedNs[5]).toBeLessThan(10.7 * MS)
  expect(told(plan, tracer).filter((line) => line.includes('r3'))).toEqual([
    expect.stringMatching(/^c1 → r3 \w+ 0 …$/),
  ])
})

test('a duplicated message arrives twice', () => {
  const { links } = topologyOf()
  const plan = planOf(
    { coordinator: 'client' },
    { links: { ...links, default: { ...links.default, duplicatePpm: 1_000_000 } } },
  )
  const { tracer } = traced(plan, 0, firstOf(plan, 'write'))
  expect(told(plan, tracer).filter((line) => line.startsWith('c1 → r1 write'))).toEqual([
    'c1 → r1 write 0 … 1',
    'c1 → r1 write 0 … 1',
  ])
})

test.each(['client', 'replica'])(
  'every message belongs to one operation, coordinated at the %s',
  (coordinator) => {
    const plan = planOf({ coordinator, hintedHandoff: false, antiEntropy: false, readRepair: 'async' })
    const { history, total } = traced(plan, 0, 1)
    let sum = 0
    for (let sequence = 1; sequence <= history.ops.count; sequence++)
      sum += traced(plan, 0, sequence).tracer.messages.length
    expect(sum).toBe(total)
    expect(history.ops.count).toBeGreaterThan(8)
  },
)

test('who watches changes nothing', () => {
  const plan = planOf(
    { coordinator: 'replica' },
    { faults: [{ kind: 'crash', replica: 'r1', atMs: 10, forMs: 10 }] },
  )
  const watched = traced(plan, 0, 3).history
  const simulation = new Simulation(plan, protocol)
  while (!simulation.advance(1000));
  const { ops, traffic } = simulation.finish()
  expect({ ...watched.ops }).toEqual({ ...ops })
  expect(watched.traffic).toEqual(traffic)
})
