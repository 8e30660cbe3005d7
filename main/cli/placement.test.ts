import { describe, expect, test } from 'vitest'
import type { PlacementFigures } from '../../shared/plan/placement-figures.ts'
import { runHere, Scratch } from '../testing/program.ts'

const SIX = {
  format: 'replica-lab/topology@1',
  name: 'Six replicas',
  regions: [{ id: 'eu', zones: ['a', 'b', 'c'] }],
  replicas: ['a', 'b', 'c', 'a', 'b', 'c'].map((zone, index) => ({
    id: `r${index + 1}`,
    region: 'eu',
    zone,
  })),
  clients: [{ id: 'c1', region: 'eu' }],
  replication: { strategy: 'leaderless', params: { n: 3 } },
  workload: { mix: 'ycsb-b', keys: 2000 },
}

async function placementOf(partitioning: object, ...args: string[]) {
  const scratch = await Scratch.make()
  const file = await scratch.write('six.json', JSON.stringify({ ...SIX, partitioning }))
  const finished = await runHere(['placement', file, ...args])
  await scratch.dispose()
  return { ...finished, stderr: finished.stderr.replaceAll(file, 'FILE') }
}

async function figuresOf(partitioning: object, ...args: string[]): Promise<PlacementFigures> {
  const { code, stdout } = await placementOf(partitioning, '--json', ...args)
  expect(code).toBe(0)
  return JSON.parse(stdout) as PlacementFigures
}

describe.each([
  ['none', 0, 0],
  ['range', 1 / 7, 1 / 6],
  ['hash', 6 / 7, 5 / 6],
  ['slots', 1 / 7, 1 / 6],
  ['consistent-hashing', 1 / 7, 1 / 6],
  ['rendezvous', 1 / 7, 1 / 6],
  ['jump', 1 / 7, 1 / 6],
])('%s', (scheme, added, removed) => {
  test('shares sum to one, and a change moves within a fifth of what it should', async () => {
    const now = await figuresOf({ scheme })
    expect([now.movedFraction, now.idealFraction]).toEqual([0, 0])
    const grown = await figuresOf({ scheme }, '--add', '1')
    const shrunk = await figuresOf({ scheme }, '--remove', 'r6')
    for (const { replicas, shards } of [now, grown, shrunk]) {
      for (const list of [replicas, shards]) {
        expect(list.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
        expect(list.reduce((sum, { loadShare }) => sum + loadShare, 0)).toBeCloseTo(1, 9)
      }
    }
    expect([grown.replicas.length, shrunk.replicas.length]).toEqual([7, 5])
    expect(Math.abs(grown.movedFraction - added)).toBeLessThanOrEqual(0.2 * added)
    expect(Math.abs(shrunk.movedFraction - removed)).toBeLessThanOrEqual(0.2 * removed)
    if (scheme !== 'none') expect(grown.idealFraction).toBeCloseTo(1 / 7, 12)
  })
})

test('for people: shares, moves, spread and the busiest shards', async () => {
  const { code, stdout, stderr } = await placementOf({ scheme: 'hash' }, '--add', '1')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('hash, 7 shards, 3 replicas each, after adding 1 replica\n')
  expect(stdout).toMatch(/^new-1 +eu a +14\.3 % +0 % /m)
  expect(stdout).toMatch(/^moved +85\.7 % +of the keys have another owner$/m)
  expect(stdout).toMatch(/^ideal +14\.3 % /m)
  expect(stdout).toContain('hottest keys: user')
})

test('a wrong partitioning is told by its path, with the mend', async () => {
  const { code, stdout, stderr } = await placementOf({ scheme: 'hash', hash: 'crc16' })
  expect({ code, stdout }).toEqual({ code: 65, stdout: '' })
  expect(stderr).toBe(
    'FILE: $.partitioning.hash: CRC16 tells 65,536 values apart, which serves "slots" alone. Use "murmur3" for "hash".\n',
  )
})

test.each([
  [['--remove', 'r66'], 'There is no replica "r66" to remove. Did you mean "r6"?'],
  [['--add', '1', '--remove', 'r6'], '--add and --remove are two changes.'],
  [['--add', '0'], '--add must be a whole number from 1'],
  [['--add', '999'], 'With 999 more there would be 1005 replicas; 1000 are the most here.'],
])('bad usage: %j', async (args, sentence) => {
  const { code, stdout, stderr } = await placementOf({ scheme: 'hash' }, ...args)
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
  expect(stderr).toContain(sentence)
})
