import { afterAll, beforeAll, expect, test } from 'vitest'
import { presets } from '../host/presets.ts'
import { runHere, Scratch } from '../testing/program.ts'

/**
 * What a preset expects must depend on what makes it that system: with the one setting changed, an expectation is missed.
 * That unchanged presets meet all of theirs is the matter of preset-runs.test.ts.
 */
type File = Record<string, unknown>
type Flip = [id: string, change: string, missed: string, patch: File]

const params = (of: File): File => ({ replication: { params: of } })
const stale: File = {
  replication: { params: { reads: 'stale' } },
  consistency: { read: 'eventual', onPartition: 'availability' },
}

const FLIPS: Flip[] = [
  [
    'etcd',
    'an election timeout ten times as long',
    'write.outage.max',
    params({ electionTimeoutMs: 10_000 }),
  ],
  ['consul', 'stale reads', 'linearizable', stale],
  ['consul-consistent', 'reads from a lease', 'read.latency.p50', params({ reads: 'lease' })],
  ['spanner', 'no commit wait', 'write.latency.p50', params({ timestamps: 'hybrid' })],
  ['tidb', 'no oracle', 'write.latency.p50', params({ timestamps: 'none' })],
  [
    'cockroachdb-follower-reads',
    'another staleness',
    'stale.timeLagMs.max',
    params({ maxStalenessMs: 20_000 }),
  ],
  ['couchdb', 'last writer wins', 'lostUpdates', params({ conflicts: 'last-writer-wins' })],
  [
    'riak',
    'strict quorums',
    'availability',
    { ...params({ sloppyQuorum: false }), consistency: { onPartition: 'consistency' } },
  ],
  [
    'cassandra-three-regions',
    'quorums of any region',
    'read.latency.p99',
    params({ r: 5, w: 5, readScope: 'any', writeScope: 'any' }),
  ],
  ['cassandra-join', 'random tokens', 'moved.keys', { partitioning: { tokens: 'random' } }],
  ['mysql-semi-sync', 'no time limit', 'availability', params({ degradeAfterMs: 0 })],
  ['postgresql-patroni', 'a short ttl', 'write.outage.max', params({ leaseMs: 3_000, heartbeatMs: 1_000 })],
  ['hbase', 'a single region', 'read.outage.max', { partitioning: { scheme: 'none', shards: undefined } }],
  ['shopping-cart', 'last writer wins', 'lostUpdates', params({ conflicts: 'last-writer-wins' })],
]

let scratch: Scratch
beforeAll(async () => void (scratch = await Scratch.make()))
afterAll(() => scratch.dispose())

test.each(FLIPS)('%s with %s misses %s', async (id, _, missed, patch) => {
  const preset = JSON.parse(presets.get(id)?.text ?? '') as File
  const file = await scratch.write('flipped.topology.json', JSON.stringify(merged(preset, patch)))
  const { code, stdout, stderr } = await runHere(['run', file, '--json', '--quiet'])
  expect(stderr).toBe('')
  const { expectations } = JSON.parse(stdout) as { expectations: { text: string; status: string }[] }
  const texts = expectations.filter(({ status }) => status === 'missed').map(({ text }) => text.split(' ')[0])
  expect(texts).toContain(missed)
  expect(code).toBe(1)
})

function merged(file: File, patch: File): File {
  const entries = Object.entries(patch).map(([key, value]) => {
    const isObject = typeof value === 'object' && value !== null
    return [key, isObject ? merged((file[key] ?? {}) as File, value as File) : value] as const
  })
  return { ...file, ...Object.fromEntries(entries) }
}
