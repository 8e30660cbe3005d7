import { describe, expect, test } from 'vitest'
import { halfUpdates, runOf } from '../testing/run-of.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { ChangeSpec, FaultSpec, ParamValue } from '../topology/types.ts'

const NAMES = ['r1', 'r2', 'r3', 'r4']
const KEYS = 500
/** A leader that waits for one of its followers, and clients that read anywhere. */
function run(changes: ChangeSpec[], faults: FaultSpec[] = [], params: Record<string, ParamValue> = {}) {
  const topology = topologyOf({
    replicas: NAMES.map((id) => replicaOf(id)),
    clients: ['c1', 'c2'].map((id) =>
      clientOf(id, { sessions: 2, loop: { closed: { thinkMs: 10 } }, timeoutMs: 500 }),
    ),
    replication: {
      strategy: 'single-leader',
      params: {
        failover: 'off',
        replication: 'synchronous',
        syncReplicas: 1,
        copyChunkBytes: 20_000,
        readsFrom: 'nearest',
        ...params,
      },
    },
    workload: halfUpdates(KEYS),
    faults,
    run: { durationMs: 3000, warmupMs: 0, seed: 5, timeScale: 1 },
    changes,
  })
  const ended = runOf(topology)
  const { simulation, rows, history } = ended
  const { ops } = history
  return {
    ...ended,
    hosts: NAMES.map((_, place) => simulation.processes[place].hosts[0]?.host.probe()),
    isMoving: simulation.isMoving(0),
    answeredBy: (place: number, fromNs: number) =>
      rows.filter((row) => ops.place[row] === place && ops.invokedNs[row] >= fromNs).length,
  }
}

const join: ChangeSpec = { atMs: 500, kind: 'join', replica: 'r4' }
const leave: ChangeSpec = { atMs: 1500, kind: 'leave', replica: 'r2' }

describe('standbys under one leader', () => {
  test('one joins by a full copy and the log, another leaves; nobody notices', () => {
    const { problems, failed, isMoving, hosts, metrics, history, answeredBy } = run([join, leave])
    expect([problems, failed, isMoving]).toEqual([[], [], false])
    expect(hosts[0]?.members).toEqual([0, 2, 3])
    expect(hosts.map((probe) => probe?.role)).toEqual(['leader', undefined, 'follower', 'follower'])
    expect(metrics.convergence.equalAtEnd).toBe(true)
    expect(history.notes.filter(({ kind }) => kind === 'moved').map(({ text }) => text)).toEqual([
      'the data now lives on r1, r2, r3, r4',
      'the data now lives on r1, r3, r4',
    ])
    // Whoever has left answers nobody.
    expect(answeredBy(1, 2e9)).toBe(0)
  })

  test('the copy holds every key, changed or not, and goes over the link', () => {
    const { history } = run([join])
    expect(Array.from(history.facts.get('streamed') ?? [])).toEqual([0, 0, 0, KEYS, 0, 0])
    const copies = history.traffic.byKind.find(({ kind }) => kind === 'single-leader.copy')
    expect(copies?.bytes).toBeGreaterThan(1000 * KEYS)
    expect(copies?.bytes).toBeLessThan(1200 * KEYS)
    expect(history.facts.get('streamed-bytes')?.[3]).toBe(copies?.bytes)
  })

  test('a newcomer that crashes half-way begins again', () => {
    const crash = { kind: 'crash', replica: 'r4', atMs: 520, forMs: 500 } as const
    const { problems, isMoving, hosts, metrics } = run([join], [crash])
    expect([problems, isMoving]).toEqual([[], false])
    expect(hosts[0]?.members).toEqual([0, 1, 2, 3])
    expect(metrics.convergence.equalAtEnd).toBe(true)
  })

  test('a leader that restarts knows who its followers are', () => {
    const crash = { kind: 'crash', replica: 'r1', atMs: 2000, forMs: 300 } as const
    const { problems, hosts, metrics } = run([join, leave], [crash])
    expect(problems).toEqual([])
    expect(hosts[0]?.members).toEqual([0, 2, 3])
    expect(metrics.convergence.equalAtEnd).toBe(true)
  })
})
