import { describe, expect, test } from 'vitest'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { FaultSpec } from '../topology/types.ts'
import { placesOf } from './build.ts'
import { Connectivity, combinedLossPpm } from './connectivity.ts'

/** r1, r2 and c1 in the east (0, 1, 4); r3, r4 and c2 in the west (2, 3, 5). */
const places = placesOf(
  topologyOf({
    replicas: [
      replicaOf('r1'),
      replicaOf('r2'),
      replicaOf('r3', { region: 'west' }),
      replicaOf('r4', { region: 'west' }),
    ],
    clients: [clientOf('c1'), clientOf('c2', { region: 'west' })],
  }),
)
const ids = places.map(({ id }) => id)
const [r1, r2, r3, r4, c1, c2] = ids

type Kind = FaultSpec extends infer F ? (F extends FaultSpec ? Omit<F, 'atMs' | 'forMs'> : never) : never
const fault = (index: number, spec: Kind) => ({ index, spec: { atMs: 0, forMs: null, ...spec } as FaultSpec })

/** The pairs between which nothing passes. */
function blocked(connectivity: Connectivity): [number, number][] {
  return ids.flatMap((from) =>
    ids.filter((to) => !connectivity.allows(from, to)).map((to): [number, number] => [from, to]),
  )
}

/** Both directions between every member of one list and every member of the other, sorted. */
function both(a: number[], b: number[]): [number, number][] {
  const pairs = a.flatMap((x) =>
    b.flatMap((y): [number, number][] => [
      [x, y],
      [y, x],
    ]),
  )
  return pairs.sort((p, q) => p[0] - q[0] || p[1] - q[1])
}

describe('what passes', () => {
  const rows: [string, Kind, [number, number][]][] = [
    ['partition', { kind: 'partition', groups: [['east'], ['west']] }, both([r1, r2, c1], [r3, r4, c2])],
    [
      'places on no side reach all',
      { kind: 'partition', groups: [['r1'], ['r2', 'west']] },
      both([r1], [r2, r3, r4, c2]),
    ],
    ['isolate', { kind: 'isolate', replica: 'r2' }, both([r2], [r1, r3, r4, c1, c2])],
    ['cut', { kind: 'cut', from: 'r1', to: 'r3', oneWay: false }, both([r1], [r3])],
    ['cut one way', { kind: 'cut', from: 'r3', to: 'r1', oneWay: true }, [[r3, r1]]],
    [
      'cut a region off a place',
      { kind: 'cut', from: 'r1', to: 'west', oneWay: true },
      [
        [r1, r3],
        [r1, r4],
        [r1, c2],
      ],
    ],
    [
      'cut a region up',
      { kind: 'cut', from: 'west', to: 'west', oneWay: false },
      [...both([r3], [r4, c2]), ...both([r4], [c2])].sort((p, q) => p[0] - q[0] || p[1] - q[1]),
    ],
    ['slow stops nothing', { kind: 'slow', from: 'r1', to: 'r3', plusMs: 3 }, []],
  ]
  test.each(rows)('%s', (_name, spec, expected) => {
    const connectivity = new Connectivity(places)
    expect(connectivity.quiet).toBe(true)
    expect(connectivity.apply(fault(0, spec))).toBe(true)
    expect(connectivity.quiet).toBe(false)
    expect(blocked(connectivity)).toEqual(expected)
    connectivity.lift({ index: 0 })
    expect(blocked(connectivity)).toEqual([])
    expect(connectivity.quiet).toBe(true)
  })

  test('isolating whoever leads takes the replica from the caller', () => {
    const connectivity = new Connectivity(places)
    connectivity.apply(fault(0, { kind: 'isolate', replica: 'leader' }), r4)
    expect(blocked(connectivity)).toEqual(both([r4], [r1, r2, r3, c1, c2]))
    expect(() => connectivity.apply(fault(1, { kind: 'isolate', replica: 'leader' }))).toThrow(
      'must be resolved',
    )
  })

  test('faults overlap, and each ends on its own', () => {
    const connectivity = new Connectivity(places)
    connectivity.apply(fault(3, { kind: 'partition', groups: [['east'], ['west']] }))
    connectivity.apply(fault(7, { kind: 'isolate', replica: 'r1' }))
    connectivity.apply(fault(8, { kind: 'cut', from: 'r1', to: 'r2', oneWay: true }))
    connectivity.lift({ index: 3 })
    connectivity.lift({ index: 99 })
    expect(blocked(connectivity)).toEqual(both([r1], [r2, r3, r4, c1, c2]))
    connectivity.lift({ index: 7 })
    expect(blocked(connectivity)).toEqual([[r1, r2]])
  })

  test('faults of replicas are not its business', () => {
    const connectivity = new Connectivity(places)
    expect(connectivity.apply(fault(0, { kind: 'crash', replica: 'r1' }))).toBe(false)
    expect(connectivity.quiet).toBe(true)
  })

  test('a region without places cuts nobody off', () => {
    const network = new Connectivity(places)
    network.apply(fault(0, { kind: 'cut', from: 'r1', to: 'moon', oneWay: false }))
    for (const a of places) for (const b of places) expect(network.allows(a.id, b.id)).toBe(true)
  })
})

describe('slow links and loss', () => {
  test('act on both directions of every pair named, never on a place itself, and add up', () => {
    const connectivity = new Connectivity(places)
    connectivity.apply(fault(0, { kind: 'slow', from: 'east', to: 'west', plusMs: 3 }))
    connectivity.apply(fault(1, { kind: 'slow', from: 'r1', to: 'r3', plusMs: 0.5 }))
    connectivity.apply(fault(2, { kind: 'slow', from: 'west', to: 'west', plusMs: 1 }))
    const extra = (from: number, to: number) => connectivity.extraNs(from, to)
    expect([extra(r1, r3), extra(r3, r1), extra(c1, r4), extra(r1, r2)]).toEqual([
      3_500_000, 3_500_000, 3_000_000, 0,
    ])
    expect([extra(r3, r3), extra(r3, r4), extra(r4, c2)]).toEqual([0, 1_000_000, 1_000_000])
    connectivity.lift({ index: 0 })
    expect(extra(r3, r1)).toBe(500_000)
  })

  test('losses strike independently', () => {
    const connectivity = new Connectivity(places)
    connectivity.apply(fault(0, { kind: 'loss', from: 'r1', to: 'west', lossPpm: 500_000 }))
    expect([
      connectivity.lossPpm(r1, r3),
      connectivity.lossPpm(c2, r1),
      connectivity.lossPpm(r2, r3),
    ]).toEqual([500_000, 500_000, 0])
    connectivity.apply(fault(1, { kind: 'loss', from: 'r1', to: 'r3', lossPpm: 100_000 }))
    expect(connectivity.lossPpm(r3, r1)).toBe(550_000)
  })

  test.each([
    [0, 0, 0],
    [0, 7, 7],
    [1_000_000, 300_000, 1_000_000],
    [1_000_000, 1_000_000, 1_000_000],
    [200_000, 300_000, 440_000],
  ])('%d and %d millionths make %d', (a, b, expected) => {
    expect(combinedLossPpm(a, b)).toBe(expected)
    expect(combinedLossPpm(b, a)).toBe(expected)
  })
})
