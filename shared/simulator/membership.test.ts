import { describe, expect, test } from 'vitest'
import { STATUS } from '../history/types.ts'
import { halfUpdates, runOf } from '../testing/run-of.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { ChangeSpec, Topology } from '../topology/types.ts'
import type { Simulation } from './simulation.ts'

const NAMES = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']
function run(
  changes: ChangeSpec[],
  overrides: Partial<Topology> = {},
  params: Topology['replication']['params'] = {},
  checked = false,
) {
  const plain = topologyOf()
  const topology = topologyOf({
    replicas: NAMES.map((id) => replicaOf(id)),
    clients: ['c1', 'c2'].map((id) =>
      clientOf(id, {
        sessions: 3,
        loop: { closed: { thinkMs: 20 } },
        retry: { max: 8, backoffMs: 50, backoffMsMax: 500 },
      }),
    ),
    replication: { strategy: 'raft', params },
    partitioning: { ...plain.partitioning, scheme: 'hash', shards: 12, replicationFactor: 3 },
    consistency: { ...plain.consistency, read: 'linearizable' },
    workload: halfUpdates(200),
    run: { durationMs: 8000, warmupMs: 0, seed: 5, timeScale: 1 },
    changes,
    ...overrides,
  })
  const ended = runOf(topology, checked)
  const { ops } = ended.history
  return { ...ended, failed: ended.failed.filter((row) => ops.invokedNs[row] > 1e9) }
}

/** Shards by place: those of which it runs a replica. */
function hosted(simulation: Simulation, place: number): number[] {
  return simulation.processes[place].hosts.flatMap((entry, shard) => (entry === undefined ? [] : [shard]))
}

describe('replicas that join and leave under load', () => {
  const join: ChangeSpec = { atMs: 2000, kind: 'join', replica: 'r6' }
  const leave: ChangeSpec = { atMs: 5000, kind: 'leave', replica: 'r1' }

  test.each(['joint', 'single'])('%s changes: shards move, nothing fails, nothing is lost', (membership) => {
    const short = { durationMs: 4000, warmupMs: 0, seed: 5, timeScale: 1 }
    const changes = [
      { ...join, atMs: 1200 },
      { ...leave, atMs: 2500 },
    ]
    const { plan, simulation, history, problems, failed, metrics } = run(
      changes,
      { run: short },
      { membership },
      true,
    )
    expect(problems).toEqual([])
    expect(failed).toEqual([])
    const [joined, left] = plan.changes
    const due = (place: number) =>
      left.shards.filter(({ replicas }) => replicas.includes(place)).map(({ id }) => id)
    for (let place = 0; place < 6; place++) expect(hosted(simulation, place)).toEqual(due(place))
    expect(hosted(simulation, 0)).toEqual([])
    const moving = (after: typeof joined, before: typeof plan.shards) =>
      after.shards.filter(({ replicas }, shard) =>
        replicas.some((place) => !before[shard].replicas.includes(place)),
      ).length
    const moved = history.notes.filter(({ kind }) => kind === 'moved')
    expect(moved).toHaveLength(moving(joined, plan.shards) + moving(left, joined.shards))
    expect(history.notes.find(({ kind }) => kind === 'joins')).toMatchObject({ place: 'r6', timeNs: 1.2e9 })
    expect(metrics.convergence.equalAtEnd).toBe(true)
    // Members in force are those that the plan wants.
    for (const { id, replicas } of left.shards) {
      const leader = simulation.hostsOf(id).find(({ place, host }) => host?.probe().leader === place)
      expect(leader?.host?.probe().members).toEqual([...replicas].sort((a, b) => a - b))
    }
  })

  test('what the newcomer gets goes over the links', () => {
    const calm = run([])
    const { history, simulation } = run([join])
    const taken = hosted(simulation, 5).length
    expect(taken).toBe(6)
    const received = ({ traffic, places }: typeof history) =>
      traffic.bytesIn.reduce((sum, bytes, at) => (at % places.length === 5 ? sum + bytes : sum), 0)
    // At least one value of each of its shards' keys that was written until then.
    expect(received(history)).toBeGreaterThan(received(calm.history) / 3)
    expect(received(history)).toBeGreaterThan(taken * 10 * 1000)
  })

  test('one that comes back after it has left begins with nothing', () => {
    const back: ChangeSpec = { atMs: 7000, kind: 'join', replica: 'r1' }
    const { problems, failed, metrics, simulation, plan } = run([leave, back])
    expect([problems, failed]).toEqual([[], []])
    expect(metrics.convergence.equalAtEnd).toBe(true)
    const due = plan.changes[1].shards.filter(({ replicas }) => replicas.includes(0)).map(({ id }) => id)
    expect(hosted(simulation, 0)).toEqual(due)
  })

  test('nor does what its slow disk still had to write come to its new life', () => {
    const slow = NAMES.map((id) => replicaOf(id, { disk: { fsync: id === 'r1' ? 300 : 1 } }))
    const backSoon: ChangeSpec = { atMs: 5300, kind: 'join', replica: 'r1' }
    const snapshots = { snapshotEvery: 3, catchUpEntries: 3 }
    const { problems, metrics } = run([leave, backSoon], { replicas: slow }, snapshots, true)
    expect(problems).toEqual([])
    expect(metrics.convergence.equalAtEnd).toBe(true)
  })

  test('a key space in one piece: a group grows and shrinks, leader and all', () => {
    const { problems, failed, simulation } = run([join, leave], { partitioning: topologyOf().partitioning })
    expect([problems, failed]).toEqual([[], []])
    expect([0, 1, 2, 3, 4, 5].map((place) => hosted(simulation, place).length)).toEqual([0, 1, 1, 1, 1, 1])
  })

  test('a group that grows by one: whoever has joined has a vote', () => {
    const { history, simulation } = run([join], { partitioning: topologyOf().partitioning })
    expect(history.notes.filter(({ kind }) => kind === 'moved')).toHaveLength(1)
    expect(simulation.processes[5].hosts[0]?.host.probe().role).toBe('follower')
  })

  test.each(['joint', 'single-server'])(
    '%s: one that leaves before it has a vote is gone, too',
    (membership) => {
      const atOnce: ChangeSpec = { atMs: 2001, kind: 'leave', replica: 'r6' }
      const { problems, simulation } = run(
        [join, atOnce],
        { partitioning: topologyOf().partitioning },
        { membership },
      )
      expect(problems).toEqual([])
      expect(simulation.isMoving(0)).toBe(false)
      expect(hosted(simulation, 5)).toEqual([])
      const { leader, members } = simulation.hostsOf(0)[0].host?.probe() ?? {}
      expect([leader, members]).toEqual([0, [0, 1, 2, 3, 4]])
    },
  )

  test('the only member of old, back where it cannot hear from the one of now, does not begin the group anew', () => {
    // A safe time of its own making would be earlier than what was written meanwhile: an invariant sees it.
    const { problems, history } = run(
      [
        { atMs: 1500, kind: 'leave', replica: 'r2' },
        { atMs: 3000, kind: 'join', replica: 'r2' },
      ],
      {
        replicas: [replicaOf('r1'), replicaOf('r2')],
        partitioning: {
          scheme: 'consistent-hashing',
          shards: 1,
          virtualNodes: 4,
          replicationFactor: 1,
        },
        faults: [{ kind: 'isolate', atMs: 2900, forMs: 600, replica: 'r2' }],
      },
      { timestamps: 'commit-wait', closedAfterMs: 0 },
      true,
    )
    expect(problems).toEqual([])
    // What it holds again it has been given.
    expect(history.notes.filter(({ kind }) => kind === 'moved').length).toBeGreaterThan(1)
  })

  test('what newcomers get is counted: each write of their shards until they are level, there and back', () => {
    const { history, plan } = run([join, { ...leave, replica: 'r6' }])
    const { ops } = history
    const streamed = Array.from(history.facts.get('streamed') ?? [])
    const bytes = Array.from(history.facts.get('streamed-bytes') ?? [])
    const [joined] = plan.changes
    const isTaken = (key: number) => joined.shards[plan.keySpace.shardOf(key)].replicas.includes(5)
    const writes = (untilMs: number, instants: Float64Array): number => {
      let count = 0
      for (let row = 0; row < ops.count; row++)
        if (ops.f[row] === 1 && isTaken(ops.key[row]) && instants[row] < untilMs * 1e6) count++
      return count
    }
    const atOthers = (of: number[]) => of.slice(0, 5).reduce((sum, each) => sum + each, 0)
    // What had been acknowledged by then must come; what began when all was over cannot.
    for (const [count, size, fromMs] of [
      [streamed[5], bytes[5], 2000],
      [atOthers(streamed), atOthers(bytes), 5000],
    ]) {
      expect(count).toBeGreaterThanOrEqual(writes(fromMs, ops.endedNs))
      expect(count).toBeLessThanOrEqual(writes(fromMs + 500, ops.invokedNs))
      expect(size).toBeGreaterThan(1000 * count)
      expect(size).toBeLessThan(1200 * count)
    }
  })

  test('from snapshots they get each key once, and what is in the log after it', () => {
    const few = { workload: halfUpdates(24) }
    const { history, plan } = run([join], few, { snapshotEvery: 3, catchUpEntries: 0 })
    const { ops } = history
    const { shards } = plan.changes[0]
    const written = new Set<number>()
    let writes = 0
    for (let row = 0; row < ops.count; row++) {
      const isTaken = shards[plan.keySpace.shardOf(ops.key[row])].replicas.includes(5)
      if (ops.f[row] !== 1 || !isTaken || ops.endedNs[row] >= join.atMs * 1e6) continue
      written.add(ops.key[row])
      writes++
    }
    const streamed = history.facts.get('streamed')?.[5] ?? 0
    expect(writes).toBeGreaterThan(5 * written.size)
    expect(streamed).toBeGreaterThanOrEqual(written.size)
    // Three entries of each of six logs at most, and those of the tenths of a second until it is level.
    expect(streamed).toBeLessThan(written.size + 3 * 6 + 20)
  })

  test('machines that lose power while shards are on their way come back with what they held', () => {
    const power = { kind: 'power-loss', replicas: NAMES, atMs: 5001, forMs: 300 } as const
    const moves: ChangeSpec[] = [leave, { atMs: 5000, kind: 'join', replica: 'r6' }]
    const long = { durationMs: 9000, warmupMs: 0, seed: 5, timeScale: 1 }
    // Machines without power answer nobody: clients must not wait for long.
    const clients = [clientOf('c1', { sessions: 4, timeoutMs: 300, loop: { closed: { thinkMs: 20 } } })]
    const { problems, history, simulation, plan } = run(moves, { faults: [power], clients, run: long })
    expect(problems).toEqual([])
    const { ops } = history
    const late = Array.from({ length: ops.count }, (_, row) => row).filter(
      (row) => ops.invokedNs[row] > 7.5e9 && ops.invokedNs[row] < 8.5e9,
    )
    expect(late.length).toBeGreaterThan(100)
    expect(late.filter((row) => ops.status[row] !== STATUS.ok)).toEqual([])
    const wanted = plan.changes[1].shards
    for (const place of [0, 5]) {
      const due = wanted.filter(({ replicas }) => replicas.includes(place)).map(({ id }) => id)
      expect(hosted(simulation, place)).toEqual(due)
    }
  })

  test('a newcomer that crashes on its way is waited for', () => {
    const crash = { kind: 'crash', replica: 'r6', atMs: 2001, forMs: 1500 } as const
    const { problems, history, simulation } = run([join], { faults: [crash] })
    expect(problems).toEqual([])
    expect(hosted(simulation, 5)).toHaveLength(6)
    const moved = history.notes.filter(({ kind }) => kind === 'moved')
    expect(moved.length).toBeGreaterThanOrEqual(6)
    expect(Math.max(...moved.map(({ timeNs }) => timeNs))).toBeGreaterThan(3.5e9)
  })
})
