import { describe, expect, test } from 'vitest'
import { testStrategies } from './fixtures/strategies.ts'
import { checkTopology, parseTopology } from './parse.ts'
import { formatTopology } from './stringify.ts'

const fileWith = (partitioning: object, replicas = 6): object => ({
  format: 'replica-lab/topology@1',
  name: 'Partitioned',
  regions: [{ id: 'east' }],
  replicas: Array.from({ length: replicas }, (_, index) => ({ id: `r${index}`, region: 'east' })),
  clients: [{ id: 'c1', region: 'east' }],
  replication: { strategy: 'quorum' },
  partitioning,
  workload: { mix: 'ycsb-b' },
})

function topologyWith(partitioning: object, replicas?: number) {
  const result = checkTopology(fileWith(partitioning, replicas), testStrategies)
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

const SECTIONS: [partitioning: object, shards: number][] = [
  [{ scheme: 'none' }, 1],
  [{ scheme: 'none', shards: 5 }, 5],
  [{ scheme: 'hash' }, 6],
  [{ scheme: 'hash', shards: 1 }, 1],
  [{ scheme: 'slots', hash: 'crc16' }, 6],
  [{ scheme: 'jump', hash: 'xxhash64', replicationFactor: 3 }, 6],
  [{ scheme: 'range' }, 24],
  [{ scheme: 'range', ranges: ['f', 'm'] }, 3],
  [{ scheme: 'range', ranges: ['f', 'm'], shards: 3 }, 3],
  [{ scheme: 'rendezvous' }, 1024],
  [{ scheme: 'consistent-hashing', virtualNodes: 128, tokens: 'random', epsilon: 0.25 }, 1],
]

describe('the number of shards that a file does not state', () => {
  test.each(SECTIONS)('%j: %i', (partitioning, shards) => {
    expect(topologyWith(partitioning).partitioning).toMatchObject({ ...partitioning, shards })
  })

  test('follows the replicas', () => {
    expect(topologyWith({ scheme: 'hash' }, 9).partitioning.shards).toBe(9)
  })
})

test.each(SECTIONS)('%j survives a round trip', (partitioning) => {
  const topology = topologyWith(partitioning)
  const result = parseTopology(formatTopology(topology), testStrategies)
  expect(result).toEqual({ ok: true, value: topology })
})

describe('refusals', () => {
  const refused = (partitioning: object, replicas?: number) => {
    const result = checkTopology(fileWith(partitioning, replicas), testStrategies)
    return result.ok ? [] : result.error.map(({ path, sentence }) => `${path}: ${sentence}`)
  }

  test('more points on a ring than can be handled', () => {
    expect(refused({ scheme: 'consistent-hashing', virtualNodes: 1000 }, 100)).toEqual([
      '$.partitioning.virtualNodes: The ring would have 100000 points, more than 65536. Take at most 655 per replica.',
    ])
    expect(refused({ scheme: 'hash', virtualNodes: 1000 }, 100)).toEqual([])
  })

  test('bounds that do not ascend', () => {
    expect(refused({ scheme: 'range', ranges: ['b', 'b'] })).toEqual([
      '$.partitioning.ranges[1]: The bounds ascend, but "b" does not come after "b". Sort them.',
    ])
  })

  test('a factor beyond the replicas', () => {
    expect(refused({ scheme: 'hash', replicationFactor: 7 })).toEqual([
      '$.partitioning.replicationFactor: There are 6 replicas, fewer than 7. Take 6 or fewer.',
    ])
  })

  test('what another scheme reads is let stand', () => {
    expect(refused({ scheme: 'none', replicationFactor: 2, hash: 'crc16', ranges: ['b', 'a'] })).toEqual([])
  })
})
