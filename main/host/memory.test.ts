import { describe, expect, test } from 'vitest'
import { buildPlan } from '../../shared/plan/build.ts'
import type { Plan } from '../../shared/plan/types.ts'
import { strategies } from '../../shared/protocols/registry.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import { topologyFile } from '../testing/program.ts'
import { memoryNeed, MemoryWatch, obstacleInMemory, type MachineMemory } from './memory.ts'
import type { RunKind } from './run.ts'

const MIB = 2 ** 20
const GB = 1e9

function planOf(overrides: Record<string, unknown> = {}): Plan {
  const topology = parseTopology(topologyFile(overrides), strategies)
  if (!topology.ok) throw new Error(topology.error[0].sentence)
  return buildPlan(topology.value)
}

const replicas = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `r${n}`, region: 'east' }))
const clientsAt = (ratePerS: number) => [
  { id: 'c1', region: 'east', sessions: 400, loop: { open: { ratePerS } } },
]
const leaderless = (params: object) => ({ strategy: 'leaderless', params: { n: 3, r: 2, w: 2, ...params } })

/** Twenty thousand operations a second for a minute. */
const BUSY = { clients: clientsAt(20_000), run: { durationMs: 60_000 }, replication: leaderless({}) }
const WIDE = { workload: { mix: 'ycsb-a', keys: 2_000_000, distribution: 'uniform' } }
const THREADS = { clients: clientsAt(10), run: { durationMs: 1000 } }

describe('the estimate beside what runs took: peaks of resident memory, recorded on Linux with Node 20.20', () => {
  test.each<[string, RunKind, Record<string, unknown>, number]>([
    ['1.2 million operations on a thousand keys', 'simulated', { ...BUSY, workload: { mix: 'ycsb-a' } }, 254],
    ['the same on two million keys', 'simulated', { ...BUSY, ...WIDE }, 478],
    [
      'with siblings',
      'simulated',
      { ...BUSY, ...WIDE, replication: leaderless({ conflicts: 'siblings' }) },
      850,
    ],
    ['754 thousand operations', 'live', { ...BUSY, run: { durationMs: 37_700 } }, 411],
    ['25 replicas', 'live', { ...THREADS, replicas: replicas(25) }, 380],
    ['100 replicas', 'live', { ...THREADS, replicas: replicas(100) }, 1280],
    ['200 replicas', 'live', { ...THREADS, replicas: replicas(200) }, 2770],
  ])('%s, %s', (_, kind, overrides, recordedMib) => {
    const { totalBytes } = memoryNeed(planOf(overrides), kind)
    expect(totalBytes / MIB).toBeGreaterThan(recordedMib * 0.9)
    expect(totalBytes / MIB).toBeLessThan(recordedMib * 2)
  })
})

describe('how many operations a plan makes', () => {
  test.each<[string, Record<string, unknown>, number]>([
    ['an open loop: rate × time', { run: { durationMs: 20_000 } }, 10_000],
    [
      'read-modify-writes are two operations',
      { run: { durationMs: 20_000 }, workload: { mix: 'ycsb-f' } },
      15_000,
    ],
    [
      'a closed loop: sessions × time / (pause + round trip)',
      {
        clients: [{ id: 'c1', region: 'east', sessions: 4, loop: { closed: { thinkMs: 6 } } }],
        links: { default: { oneWay: 2 } },
        run: { durationMs: 10_000 },
      },
      4000,
    ],
    [
      'a probe: a write and a read per sample',
      { workload: { kind: 'probe', offsetsMs: [0, 5], samples: 300 } },
      1200,
    ],
  ])('%s', (_, overrides, expected) => {
    expect(memoryNeed(planOf(overrides), 'simulated').operations).toBe(expected)
  })
})

const machine = (availableBytes: number, heapBytes = 4 * GB): MachineMemory => ({
  availableBytes,
  residentBytes: 50 * MIB,
  heapBytes,
})

test('a closed loop on links without latency goes no faster live than machines do', () => {
  const clients = [{ id: 'c1', region: 'east', sessions: 500, loop: { closed: { thinkMs: 0 } } }]
  const plan = planOf({ clients, links: { default: { oneWay: 0 } }, run: { durationMs: 2000 } })
  expect(memoryNeed(plan, 'simulated').operations).toBe(50_000_000)
  expect(memoryNeed(plan, 'live').operations).toBe(200_000)
})

describe('a plan larger than the machine is refused, and the sentence says what to lower', () => {
  const day = { clients: clientsAt(10_000), run: { durationMs: 86_400_000 } }

  test.each<[string, RunKind, Record<string, unknown>, MachineMemory, string, RegExp]>([
    [
      'a day of load',
      'simulated',
      day,
      machine(16 * GB),
      '$.run.durationMs',
      /^A simulated run of about 864,000,000 operations needs about 1[67]\d GB of memory, and 16 GB are free here\. Lower run\.durationMs, to 1\d\d min or less, or the rate of the clients\.$/,
    ],
    [
      'a probe',
      'live',
      { workload: { kind: 'probe', offsetsMs: [0], samples: 5_000_000 } },
      machine(2 * GB),
      '$.workload.samples',
      /Lower workload\.samples, to [\d,]+ or less\.$/,
    ],
    [
      'threads',
      'live',
      { ...THREADS, replicas: replicas(1000) },
      machine(8 * GB),
      '$.replicas',
      /^A live run of 1,001 threads needs about 2\d(\.\d)? GB of memory, .* Use fewer replicas, or simulate it/,
    ],
    [
      'keys',
      'simulated',
      {
        clients: clientsAt(10_000),
        replicas: replicas(100),
        replication: leaderless({ n: 100 }),
        workload: { mix: 'ycsb-a', keys: 500_000 },
        run: { durationMs: 600_000 },
      },
      machine(8 * GB),
      '$.workload.keys',
      /so many keys needs about .* Lower workload\.keys or the number of replicas\.$/,
    ],
    [
      'the heap of one thread, though the machine has room',
      'live',
      { ...BUSY, ...WIDE, replication: leaderless({ conflicts: 'siblings' }) },
      machine(16 * GB, 300 * MIB),
      '$.run.durationMs',
      /needs about 420 MB for the objects of one thread, and Node\.js allows 315 MB\. Lower run\.durationMs/,
    ],
  ])('%s', (_, kind, overrides, memory, path, sentence) => {
    const problem = obstacleInMemory(planOf(overrides), kind, memory)
    expect(problem?.path).toBe(path)
    expect(problem?.sentence).toMatch(sentence)
  })

  test('who follows the advice is let through', () => {
    const sentence = obstacleInMemory(planOf(day), 'simulated', machine(16 * GB))?.sentence ?? ''
    const minutes = Number(/to (\d+) min or less/.exec(sentence)?.[1])
    const shorter = { ...day, run: { durationMs: minutes * 60_000 } }
    expect(obstacleInMemory(planOf(shorter), 'simulated', machine(16 * GB))).toBeNull()
    const longer = { ...day, run: { durationMs: minutes * 60_000 * 1.2 } }
    expect(obstacleInMemory(planOf(longer), 'simulated', machine(16 * GB))).not.toBeNull()
  })

  test('a thousand replicas can be simulated where a thousand threads cannot run', () => {
    const wide = planOf({ ...THREADS, replicas: replicas(1000) })
    expect(obstacleInMemory(wide, 'simulated', machine(1 * GB))).toBeNull()
    expect(obstacleInMemory(wide, 'live', machine(8 * GB))).not.toBeNull()
  })
})

describe('a run that grows', () => {
  const watching = (availableMib: number) => {
    const memory = { availableBytes: availableMib * MIB, residentBytes: 100 * MIB, heapBytes: 4 * GB }
    const watch = new MemoryWatch(() => ({ ...memory }))
    return (freeMib: number, grownMib: number) => {
      memory.availableBytes = freeMib * MIB
      memory.residentBytes = (100 + grownMib) * MIB
      return watch.look()
    }
  }

  test('goes on while its end still fits: a reserve, and half of what it has taken', () => {
    const look = watching(8000)
    expect(look(8000, 0)).toBeNull()
    expect(look(2300, 4000)).toBeNull()
    expect(look(2200, 4000)).toBe('memory was running out: it had taken 4.19 GB, and 2.31 GB were free')
  })

  test('others may take the memory too', () => {
    expect(watching(8000)(250, 10)).toContain('running out')
  })

  test('on a small machine the reserve is small', () => {
    const look = watching(400)
    expect(look(100, 20)).toBeNull()
    expect(look(85, 20)).toContain('running out')
  })
})
