import { describe, expect, test } from 'vitest'
import { replicaOf, topologyOf } from '../testing/topologies.ts'
import type { PartitioningSpec, Topology } from '../topology/types.ts'
import { newcomers, placementFigures } from './placement-figures.ts'
import { placement } from './placement.ts'

const base = topologyOf()
const replicas = ['a', 'b', 'c', 'a', 'b', 'c'].map((zone, index) => replicaOf(`r${index + 1}`, { zone }))

function partitioned(partitioning: Partial<PartitioningSpec>, rest: Partial<Topology> = {}): Topology {
  return topologyOf({
    replicas,
    partitioning: { scheme: 'hash', shards: 6, virtualNodes: 16, ...partitioning },
    ...rest,
  })
}

describe('placement of several shards', () => {
  test('the strategy’s n, else the replication factor, else three replicas each; the others stand in', () => {
    const sizes = (topology: Topology) =>
      new Set(placement(topology).shards.map((shard) => `${shard.replicas.length}+${shard.spares.length}`))
    const raft = { strategy: 'raft', params: {} }
    expect(sizes(partitioned({}))).toEqual(new Set(['3+3']))
    expect(sizes(partitioned({}, { replication: raft }))).toEqual(new Set(['3+3']))
    expect(sizes(partitioned({ replicationFactor: 5 }, { replication: raft }))).toEqual(new Set(['5+1']))
    expect(sizes(partitioned({}, { replication: raft, replicas: replicas.slice(0, 2) }))).toEqual(
      new Set(['2+0']),
    )
  })

  test('hash: shard i begins with replica i, its replicas stand in three zones, and each holds three shards', () => {
    const topology = partitioned({})
    const shards = placement(topology).shards
    expect(shards.map((shard) => shard.replicas[0])).toEqual([0, 1, 2, 3, 4, 5])
    for (const shard of shards) {
      expect(new Set(shard.replicas.map((place) => replicas[place].zone))).toEqual(new Set(['a', 'b', 'c']))
    }
    for (const place of [0, 1, 2, 3, 4, 5]) {
      expect(shards.filter((shard) => shard.replicas.includes(place))).toHaveLength(3)
    }
  })

  test('ranges follow one another in the order of names', () => {
    const workload = { ...base.workload, keys: 1000, insertOrder: 'alphabetical' } as Topology['workload']
    const { ownerOf, slices } = placement(partitioned({ scheme: 'range', shards: 4 }, { workload }))
    const owners = Array.from({ length: 1000 }, (_, key) => ownerOf(key))
    expect(owners).toEqual(Array.from({ length: 1000 }, (_, key) => Math.floor(key / 250)))
    expect(slices.map(({ share }) => share)).toEqual([0.25, 0.25, 0.25, 0.25])
    expect(ownerOf(5000)).toBe(3)
  })

  test('stated bounds cut where they say', () => {
    const workload = { ...base.workload, keys: 2600, insertOrder: 'alphabetical' } as Topology['workload']
    const { slices } = placement(
      partitioned({ scheme: 'range', ranges: ['d', 'n'], shards: 3 }, { workload }),
    )
    const parts = [3, 10, 13].map((letters) => expect.closeTo(letters / 26, 2) as number)
    expect(slices.map(({ share }) => share)).toEqual(parts)
  })

  test('the seed decides the points of a ring, and nothing else', () => {
    const at = (seed: number, scheme: PartitioningSpec['scheme']) =>
      placement(partitioned({ scheme }, { run: { ...base.run, seed } })).shards
    expect(at(1, 'consistent-hashing')).toEqual(at(1, 'consistent-hashing'))
    expect(at(1, 'consistent-hashing')).not.toEqual(at(2, 'consistent-hashing'))
    expect(at(1, 'rendezvous')).toEqual(at(2, 'rendezvous'))
  })
})

describe('figures', () => {
  test('hot ranges show as load: names that begin with a to c under a workload that loves its first keys', () => {
    const workload = {
      ...base.workload,
      keys: 2600,
      insertOrder: 'alphabetical',
      distribution: { kind: 'hotspot', dataFraction: 3 / 26, operationFraction: 0.8 },
    } as Topology['workload']
    const by = (partitioning: Partial<PartitioningSpec>) =>
      placementFigures(partitioned(partitioning, { workload }), null)
    const hot = by({ scheme: 'range', ranges: ['d', 'h', 'l', 'p', 't'], shards: 6 })
    expect(hot.replicas[0].loadShare).toBeCloseTo(0.8, 1)
    expect(hot.replicas[0].share).toBeCloseTo(3 / 26, 2)
    for (const { loadShare } of by({ scheme: 'hash' }).replicas) expect(loadShare).toBeCloseTo(1 / 6, 1)
  })

  test('newcomers go where the fewest are, under names that are free', () => {
    const uneven = partitioned({}, { replicas: [...replicas.slice(0, 4), replicaOf('new-1', { zone: 'b' })] })
    expect(newcomers(uneven, 3)).toEqual([
      { id: 'new-2', region: 'east', zone: 'c' },
      { id: 'new-3', region: 'east', zone: 'a' },
      { id: 'new-4', region: 'east', zone: 'b' },
    ])
  })

  test('copies lie evenly over three zones, each key in all of them', () => {
    const { spread, replicas: homes } = placementFigures(partitioned({}), null)
    expect([spread.acrossRegions, spread.acrossZones]).toEqual(
      [1, 1].map((all) => expect.closeTo(all, 12) as number),
    )
    const zones = spread.regions.flatMap((region) => region.zones.map(({ share }) => share))
    expect(zones).toEqual([1, 1, 1].map((part) => expect.closeTo(part / 3, 12) as number))
    for (const { heldShare } of homes) expect(heldShare).toBeCloseTo(0.5, 12)
  })

  test('a replica that leaves takes its copies with it, and where none is left over there are fewer', () => {
    const three = partitioned({}, { replicas: replicas.slice(0, 3) })
    expect(placementFigures(three, { remove: 'r1' })).toMatchObject({
      replicationFactor: 2,
      movedCopiesFraction: 0,
      removed: ['r1'],
    })
  })
})
