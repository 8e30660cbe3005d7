import { describe, expect, test } from 'vitest'
import { replicaOf, topologyOf } from '../testing/topologies.ts'
import type { LinkEntry, Topology } from '../topology/types.ts'
import { majorityTrip, quorumTrip } from './quorum-trip.ts'

const link = (from: string, to: string, oneWay: number, directed = false): LinkEntry => ({
  from,
  to,
  oneWay,
  directed,
})

function lineOf(at: Readonly<Record<string, number>>, overrides: Partial<Topology> = {}): Topology {
  const ids = Object.keys(at)
  const topology = topologyOf({ replicas: ids.map((id) => replicaOf(id)), ...overrides })
  const between = ids.flatMap((a, i) => ids.slice(i + 1).map((b) => link(a, b, Math.abs(at[a] - at[b]))))
  const replication = { strategy: 'raft', params: {} }
  return { ...topology, replication, links: { ...topology.links, between } }
}

describe('the round trip to a majority', () => {
  test.each([
    // Of three in a row the middle one is nearest to one other; of five it needs the second nearest.
    [{ a: 0, b: 10, c: 50 }, 0, { ms: 20, replica: 'a' }],
    [{ a: 0, b: 40, c: 50 }, 0, { ms: 20, replica: 'b' }],
    [{ a: 0, b: 10, c: 50, d: 55, e: 100 }, 0, { ms: 80, replica: 'b' }],
    // Four need three, so the second nearest other.
    [{ a: 0, b: 10, c: 30, d: 90 }, 0, { ms: 40, replica: 'b' }],
    // Without a say d does not count, and three need two.
    [{ a: 0, b: 10, c: 30, d: 31 }, 1, { ms: 20, replica: 'a' }],
    [{ a: 0, b: 10 }, 1, null],
    [{ a: 0 }, 0, null],
  ])('%j with %i who do not vote: %j', (at, nonVoters, expected) => {
    expect(quorumTrip(lineOf(at), nonVoters)).toEqual(expected)
  })

  test('of those who ask, the nearest or the farthest, to a majority of those who answer', () => {
    const topology = lineOf({ a: 0, b: 10, c: 50, d: 55, e: 100 })
    const trip = (whose: 'nearest' | 'farthest', askers: number[], voters: number[]) =>
      majorityTrip(topology, whose, () => ({ askers, voters }))
    expect(trip('nearest', [0, 1, 2, 3], [4])).toEqual({ ms: 90, replica: 'd' })
    expect(trip('farthest', [0, 1, 2, 3], [4])).toEqual({ ms: 200, replica: 'a' })
    // Two of three: a and b have themselves, e needs its second nearest.
    expect(trip('farthest', [0, 1, 4], [0, 1, 2])).toEqual({ ms: 180, replica: 'e' })
    expect(trip('nearest', [0, 1, 4], [0, 1, 2])).toEqual({ ms: 20, replica: 'a' })
    expect(trip('farthest', [2], [2])).toBeNull()
  })

  test('goes there by one way and back by the other, at the median', () => {
    const topology = lineOf({ a: 0, b: 10 })
    const between = [
      link('a', 'b', 30, true),
      { ...link('b', 'a', 0, true), oneWay: { dist: 'uniform', min: 0, max: 10 } as const },
    ]
    expect(quorumTrip({ ...topology, links: { ...topology.links, between } }, 0)?.ms).toBeCloseTo(35)
  })

  test('of several groups, the one that takes longest; who joins later is in none', () => {
    const far = lineOf(
      { a: 0, b: 1, c: 2, d: 100, e: 200, f: 300 },
      { partitioning: { scheme: 'range', shards: 6, virtualNodes: 1, replicationFactor: 3 } },
    )
    expect(quorumTrip(far, 0)).toEqual({ ms: 200, replica: 'd' })
    const near = lineOf({ a: 0, b: 1, c: 500 })
    expect(quorumTrip({ ...near, changes: [{ atMs: 1, kind: 'join', replica: 'b' }] }, 0)?.ms).toBe(1_000)
  })
})
