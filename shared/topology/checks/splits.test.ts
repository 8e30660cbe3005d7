import { describe, expect, test } from 'vitest'
import { strategies } from '../../protocols/registry.ts'
import { checkTopology } from '../parse.ts'
import { formatTopology } from '../stringify.ts'
import { parseTopology } from '../parse.ts'

const FILE = {
  format: 'replica-lab/topology@1',
  name: 'splits',
  regions: [{ id: 'here' }],
  replicas: ['r1', 'r2', 'r3'].map((id) => ({ id, region: 'here' })),
  clients: [{ id: 'c1', region: 'here' }],
  replication: { strategy: 'raft' },
  partitioning: { scheme: 'range', shards: 2, split: { byKeys: 100, mergeBelow: 0.5, checkEveryMs: 500 } },
  workload: { mix: 'ycsb-a', insertOrder: 'ordered' },
}

function problemsOf(overrides: Record<string, unknown>): [string, string][] {
  const parsed = checkTopology({ ...FILE, ...overrides }, strategies)
  return parsed.ok ? [] : parsed.error.map(({ path, sentence }) => [path, sentence])
}

const split = (fields: unknown, others: Record<string, unknown> = {}) => ({
  partitioning: { scheme: 'range', shards: 2, split: fields, ...others },
})

describe('ranges that split', () => {
  test('with the usual values for what is not said', () => {
    const parsed = checkTopology(FILE, strategies)
    expect(parsed.ok && parsed.value.partitioning.split).toEqual({
      byKeys: 100,
      mergeBelow: 0.5,
      checkEveryMs: 500,
      rangesMax: 64,
      moveLeaders: true,
    })
  })

  test('are written back as they were, without what is usual', () => {
    const parsed = checkTopology(FILE, strategies)
    if (!parsed.ok) throw new Error('it should have been parsed')
    const text = formatTopology(parsed.value, strategies)
    expect(JSON.parse(text)).toMatchObject({ partitioning: FILE.partitioning })
    expect(text).not.toMatch('rangesMax')
    const again = parseTopology(text, strategies)
    expect(again.ok ? again.value : again.error).toEqual(parsed.value)
  })

  test.each([
    ['no limit', split({ checkEveryMs: 100 }), '$.partitioning.split', /State byLoadPerS, byBytes or byKeys/],
    [
      'too few numbers',
      split({ byKeys: 9, rangesMax: 1 }),
      '$.partitioning.split.rangesMax',
      /begins with 2 ranges/,
    ],
    [
      'a scheme whose shards are no ranges',
      { partitioning: { scheme: 'hash', split: { byKeys: 9 } } },
      '$.partitioning.split',
      /Shards of "hash" do not split/,
    ],
    [
      'a strategy that cannot',
      { replication: { strategy: 'chain' } },
      '$.partitioning.split',
      /No range splits while Chain/,
    ],
    [
      'names in another order',
      { workload: { mix: 'ycsb-a' } },
      '$.workload.insertOrder',
      /do not sort as their keys/,
    ],
    [
      'a probe',
      { workload: { kind: 'probe', offsetsMs: [0], samples: 9 } },
      '$.partitioning.split',
      /no ranges to split/,
    ],
    [
      'replicas that come and go',
      { changes: [{ atMs: 100, kind: 'leave', replica: 'r3' }] },
      '$.changes',
      /do not join or leave while ranges split/,
    ],
    [
      'merging with timestamps',
      { replication: { strategy: 'raft', params: { timestamps: 'hybrid' } } },
      '$.partitioning.split.mergeBelow',
      /ranges with timestamps do not merge/,
    ],
  ])('%s is refused', (_, overrides, path, sentence) => {
    expect(problemsOf(overrides)).toContainEqual([path, expect.stringMatching(sentence)])
  })
})
