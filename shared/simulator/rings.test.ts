import { describe, expect, test } from 'vitest'
import { halfUpdates, runOf } from '../testing/run-of.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { ChangeSpec, FaultSpec, Topology } from '../topology/types.ts'

const KEYS = 1200
const NAMES = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']
/** Six replicas of which each key is on three, on a ring; clients that try again; strict quorums that overlap. */
function run(strategy: 'leaderless' | 'raft', changes: ChangeSpec[], overrides: Partial<Topology> = {}) {
  const plain = topologyOf()
  const topology = topologyOf({
    replicas: NAMES.map((id) => replicaOf(id)),
    clients: ['c1', 'c2'].map((id) =>
      clientOf(id, {
        sessions: 3,
        loop: { closed: { thinkMs: 20 } },
        retry: { max: 5, backoffMs: 50, backoffMsMax: 500 },
      }),
    ),
    replication: { strategy, params: strategy === 'raft' ? {} : { n: 3, r: 2, w: 2, durability: 'fsync' } },
    partitioning: {
      ...plain.partitioning,
      scheme: 'consistent-hashing',
      virtualNodes: 16,
      replicationFactor: 3,
    },
    workload: halfUpdates(KEYS),
    run: { durationMs: 3000, warmupMs: 0, seed: 5, timeScale: 1 },
    changes,
    ...overrides,
  })
  const ended = runOf(topology)
  const { plan, simulation, history } = ended
  return {
    ...ended,
    unfinished: plan.shards.filter(({ id }) => simulation.isMoving(id)).length,
    streamed: Array.from(history.facts.get('streamed') ?? []).slice(0, NAMES.length),
  }
}

type Run = ReturnType<typeof run>

/** By place: of how many keys it is to hold a copy, by the plan as of some time. */
function due({ plan }: Run, shards: Run['plan']['shards']): number[] {
  const counts = NAMES.map(() => 0)
  for (const { id, replicas } of shards) {
    for (const place of replicas) counts[place] += plan.keySpace.countBelow(id, KEYS)
  }
  return counts
}

interface Store {
  readonly cells: { values(): Iterable<{ readonly key: number }> }
  readonly preloaded: number
}

/** By place: how many keys it does hold. */
function held({ plan, simulation }: Run): number[] {
  return NAMES.map((_, place) =>
    plan.shards.reduce((sum, { id }) => {
      const { store } = simulation.processes[place].hosts[id]?.host.state as { store: Store }
      const beyond = [...store.cells.values()].filter(({ key }) => key >= store.preloaded)
      return sum + store.preloaded + beyond.length
    }, 0),
  )
}

const join: ChangeSpec = { atMs: 800, kind: 'join', replica: 'r6' }
const leave: ChangeSpec = { atMs: 800, kind: 'leave', replica: 'r2' }

describe('a replica joins a ring under load', () => {
  const joined = run('leaderless', [join])
  const ideal = (3 * KEYS) / NAMES.length

  test('nothing fails, nothing is lost, reads are never stale', () => {
    expect([joined.problems, joined.failed, joined.unfinished]).toEqual([[], [], 0])
    expect(joined.metrics.staleness.staleReads).toBe(0)
    expect(joined.metrics.convergence.equalAtEnd).toBe(true)
  })

  test('keys move to the newcomer only, and within a fifth of the ideal', () => {
    const { streamed, plan } = joined
    expect(streamed.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
    expect(streamed[5]).toBe(due(joined, plan.changes[0].shards)[5])
    expect(streamed[5]).toBeGreaterThan(0.8 * ideal)
    expect(streamed[5]).toBeLessThan(1.2 * ideal)
  })

  test('those who gave keys up have forgotten them, and everyone holds what it is to hold', () => {
    expect(held(joined)).toEqual(due(joined, joined.plan.changes[0].shards))
  })

  test('what moves goes over the links', () => {
    const chunks = joined.history.traffic.byKind.find(({ kind }) => kind === 'leaderless.chunk')
    const bytes = chunks?.bytes ?? 0
    expect(bytes).toBeGreaterThan(1000 * joined.streamed[5])
    expect(bytes).toBeLessThan(1200 * joined.streamed[5])
  })
})

describe('a replica leaves a ring under load', () => {
  const left = run('leaderless', [leave])

  test('nothing fails, nothing is lost, and what moves is what it held', () => {
    expect([left.problems, left.failed, left.unfinished]).toEqual([[], [], 0])
    const before = due(left, left.plan.shards)
    expect(left.streamed.reduce((sum, count) => sum + count, 0)).toBe(before[1])
    expect(held(left)).toEqual(due(left, left.plan.changes[0].shards))
    expect(held(left)[1]).toBe(0)
  })
})

test('Raft on a ring: the same shards, by its own means', () => {
  const { problems, failed, unfinished, simulation, plan } = run('raft', [join, { ...leave, atMs: 1600 }], {
    partitioning: {
      ...topologyOf().partitioning,
      scheme: 'consistent-hashing',
      virtualNodes: 2,
      replicationFactor: 3,
    },
  })
  expect([problems, failed, unfinished]).toEqual([[], [], 0])
  for (const { id, replicas } of plan.changes[1].shards) {
    const hosts = simulation.processes.slice(0, NAMES.length).map(({ hosts }) => hosts[id] !== undefined)
    expect(hosts).toEqual(NAMES.map((_, place) => replicas.includes(place)))
  }
})

/** Quick to suspect, so that a run of seconds shows what becomes of a move. */
const QUICK = {
  strategy: 'leaderless',
  params: { n: 3, r: 2, w: 2, durability: 'fsync', suspectAfterMs: 200, requestTimeoutMs: 500 },
}
const FEW = { ...topologyOf().partitioning, scheme: 'hash', shards: 4, replicationFactor: 3 } as const

describe('faults strike while a replica joins', () => {
  const struck = (faults: FaultSpec[], overrides: Partial<Topology> = {}) =>
    run('leaderless', [join], { replication: QUICK, partitioning: FEW, faults, ...overrides })

  test('the newcomer crashes half-way: it goes on where it was', () => {
    const links = topologyOf().links
    const slow = { ...links, default: { ...links.default, oneWayOf: { 'leaderless.chunk': 40 } } }
    const crash = { kind: 'crash', replica: 'r6', atMs: 860, forMs: 300 } as const
    const { problems, unfinished, streamed, plan, ...rest } = struck([crash], { links: slow })
    expect([problems, unfinished]).toEqual([[], 0])
    const total = due({ plan, ...rest, problems, unfinished, streamed }, plan.changes[0].shards)[5]
    expect(streamed[5]).toBeGreaterThanOrEqual(total)
    // Of each of its shards, what had not reached its disk comes a second time.
    expect(streamed[5]).toBeLessThanOrEqual(total + 2 * 64 * plan.shards.length)
    const moved = rest.history.notes.filter(({ kind }) => kind === 'moved')
    expect(Math.min(...moved.map(({ timeNs }) => timeNs))).toBeGreaterThan(1.16e9)
  })

  test('whoever it copies from is lost for good: two others make up for it', () => {
    const { plan } = struck([])
    const former = plan.shards.flatMap(({ id, replicas }) =>
      plan.changes[0].shards[id].replicas.includes(5)
        ? replicas.filter((place) => !plan.changes[0].shards[id].replicas.includes(place))
        : [],
    )
    expect(former.length).toBeGreaterThan(0)
    const crash = { kind: 'crash', replica: NAMES[former[0]], atMs: 790, forMs: 60_000 } as const
    const { problems, unfinished, history, metrics } = struck([crash])
    expect([problems, unfinished]).toEqual([[], 0])
    expect(metrics.staleness.staleReads).toBe(0)
    expect(history.facts.get('source-lost')?.[5]).toBeGreaterThan(0)
  })

  test('with w = 1 only the one that is lost may know of a write: the move waits, and says so', () => {
    const replication = { ...QUICK, params: { ...QUICK.params, r: 3, w: 1 } }
    const { plan } = struck([])
    const moving = plan.shards.find(({ id }) => plan.changes[0].shards[id].replicas.includes(5))
    const after = plan.changes[0].shards[moving?.id ?? 0].replicas
    const former = (moving?.replicas ?? []).filter((place) => !after.includes(place))[0]
    const crash = { kind: 'crash', replica: NAMES[former], atMs: 790, forMs: 1500 } as const
    const { unfinished, history, problems } = struck([crash], { replication })
    const waits = history.notes.filter(({ kind }) => kind === 'move-waits')
    expect(waits[0]).toMatchObject({
      place: 'r6',
      text: expect.stringContaining(`waits for ${NAMES[former]}`) as string,
    })
    // Once it is back, it goes on.
    expect([problems, unfinished]).toEqual([[], 0])
  })

  test('a partition between it and the members: the move ends once that is over', () => {
    const partition = {
      kind: 'partition',
      groups: [['r6'], ['r1', 'r2', 'r3', 'r4', 'r5']],
      atMs: 805,
      forMs: 900,
    } as const
    const { problems, unfinished, metrics } = struck([partition as unknown as FaultSpec])
    expect([problems, unfinished]).toEqual([[], 0])
    expect(metrics.staleness.staleReads).toBe(0)
  })
})

test('one that leaves and comes back begins with nothing, and clients find it again', () => {
  const back: ChangeSpec = { atMs: 1700, kind: 'join', replica: 'r2' }
  const result = run('leaderless', [leave, back], { partitioning: FEW })
  expect([result.problems, result.failed, result.unfinished]).toEqual([[], [], 0])
  expect(held(result)).toEqual(due(result, result.plan.changes[1].shards))
})
