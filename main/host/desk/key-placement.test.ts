import { expect, test } from 'vitest'
import { strategies } from '../../../shared/protocols/registry.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import { topologyFile } from '../../testing/program.ts'
import { keyPlacement } from './key-placement.ts'

function placed(partitioning: object) {
  const parsed = parseTopology(topologyFile({ partitioning }), strategies)
  if (!parsed.ok) throw new Error(parsed.error[0].sentence)
  return keyPlacement(parsed.value)
}

const sum = (shares: readonly { share: number }[]) => shares.reduce((total, { share }) => total + share, 0)

test('keys that are not divided are one shard of everything', () => {
  expect(placed({ scheme: 'none' })).toEqual({
    placement: [{ shard: 0, replicas: ['r1', 'r2', 'r3'], share: 1 }],
    ring: [],
  })
})

test('slices of the key space name their replicas, and their shares are all of it', () => {
  const { placement, ring } = placed({ scheme: 'hash', shards: 6 })
  expect(placement.map(({ shard }) => shard)).toEqual([0, 1, 2, 3, 4, 5])
  for (const { replicas } of placement) expect([...replicas].sort()).toEqual(['r1', 'r2', 'r3'])
  expect(sum(placement)).toBeCloseTo(1)
  expect(ring).toEqual([])
})

test('the arcs of a ring follow one another all the way round', () => {
  const { ring } = placed({ scheme: 'consistent-hashing', virtualNodes: 8 })
  expect(ring).toHaveLength(24)
  expect(sum(ring)).toBeCloseTo(1)
  ring.forEach(({ from, share }, at) => {
    const next = ring[(at + 1) % ring.length].from
    expect((from + share - next + 1.5) % 1).toBeCloseTo(0.5)
  })
  expect([...new Set(ring.map(({ owner }) => owner))].sort()).toEqual(['r1', 'r2', 'r3'])
  // More than can be told apart are not drawn.
  expect(placed({ scheme: 'consistent-hashing', virtualNodes: 1024 }).ring).toEqual([])
})
