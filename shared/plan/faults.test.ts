import { describe, expect, test } from 'vitest'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { FaultSpec } from '../topology/types.ts'
import { placesOf } from './build.ts'
import { partitionSides, placesNamed, planFaults } from './faults.ts'

/** r1, r2, c1 in the east; r3, c2 in the west; r4 in the north; c3 in the south, where no replica is. */
const places = placesOf(
  topologyOf({
    replicas: [
      replicaOf('r1'),
      replicaOf('r2'),
      replicaOf('r3', { region: 'west' }),
      replicaOf('r4', { region: 'north' }),
    ],
    clients: [clientOf('c1'), clientOf('c2', { region: 'west' }), clientOf('c3', { region: 'south' })],
  }),
)

test('a name is a place, or all places of a region', () => {
  expect(placesNamed(places, 'r3')).toEqual([2])
  expect(placesNamed(places, 'east')).toEqual([0, 1, 4])
  expect(placesNamed(places, 'south')).toEqual([6])
  expect(placesNamed(places, 'moon')).toEqual([])
})

describe('sides of a partition', () => {
  const rows: [string, string[][], string[][]][] = [
    [
      'regions',
      [['east'], ['west', 'north']],
      [
        ['r1', 'r2', 'c1'],
        ['r3', 'r4', 'c2'],
      ],
    ],
    [
      'a place goes with its region',
      [['r1'], ['r3']],
      [
        ['r1', 'r2', 'c1'],
        ['r3', 'c2'],
      ],
    ],
    ['but not with a region that is torn', [['r1'], ['r2', 'r3']], [['r1'], ['r2', 'r3', 'c2']]],
    [
      'a region that nobody names is on no side',
      [['r1', 'r2'], ['r3']],
      [
        ['r1', 'r2', 'c1'],
        ['r3', 'c2'],
      ],
    ],
    [
      "a place's own name counts before its region's",
      [['east'], ['r2', 'west']],
      [
        ['r1', 'c1'],
        ['r2', 'r3', 'c2'],
      ],
    ],
    ['three sides', [['r1'], ['r2'], ['west']], [['r1'], ['r2'], ['r3', 'c2']]],
    ['a client may be cut off from its replicas', [['c1'], ['r1', 'r2']], [['c1'], ['r1', 'r2']]],
    ['one group: the rest is the other side', [['r1']], [['r1'], ['r2', 'r3', 'r4', 'c1', 'c2', 'c3']]],
    [
      'one group: clients stay with their replicas',
      [['r1', 'r2']],
      [
        ['r1', 'r2', 'c1'],
        ['r3', 'r4', 'c2', 'c3'],
      ],
    ],
    [
      'one group: a region',
      [['west']],
      [
        ['r3', 'c2'],
        ['r1', 'r2', 'r4', 'c1', 'c3'],
      ],
    ],
    ['one group: a client', [['c2']], [['c2'], ['r1', 'r2', 'r3', 'r4', 'c1', 'c3']]],
    ['one group: a region without replicas', [['south']], [['c3'], ['r1', 'r2', 'r3', 'r4', 'c1', 'c2']]],
  ]
  test.each(rows)('%s', (_name, groups, expected) => {
    const sides = partitionSides(places, groups)
    expect(sides.map((side) => side.map((id) => places[id].name))).toEqual(expected)
  })
})

test('faults fire in the order of their instants, then of the file, and last as they say', () => {
  const faults: FaultSpec[] = [
    { kind: 'crash', replica: 'r1', atMs: 500, forMs: 250 },
    { kind: 'restart', replica: 'r2', atMs: 100, forMs: null },
    { kind: 'power-loss', replicas: ['r1', 'r2'], atMs: 500, forMs: null },
    { kind: 'isolate', replica: 'leader', atMs: 0.5, forMs: 0 },
  ]
  const planned = planFaults(faults)
  expect(planned.map(({ index, atNs, untilNs }) => [index, atNs, untilNs])).toEqual([
    [3, 500_000, 500_000],
    [1, 100_000_000, null],
    [0, 500_000_000, 750_000_000],
    [2, 500_000_000, null],
  ])
  for (const { index, spec } of planned) expect(spec).toBe(faults[index])
})
