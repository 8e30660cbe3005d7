import { describe, expect, test } from 'vitest'
import { presets } from '../host/presets.ts'
import { runHere, Scratch } from '../testing/program.ts'

test('presets --json lists every preset with its fields', async () => {
  const { code, stdout } = await runHere(['presets', '--json'])
  expect(code).toBe(0)
  const list = JSON.parse(stdout) as Record<string, string>[]
  expect(list.map(({ id }) => id)).toEqual([...presets.keys()])
  for (const line of list) {
    expect(line).toEqual({
      id: expect.any(String) as string,
      name: expect.stringMatching(/./) as string,
      strategy: expect.any(String) as string,
      cap: expect.stringMatching(/^(AP|CP|CA)$/) as string,
      summary: expect.stringMatching(/\.$/) as string,
    })
  }
})

/** What is to be found under the names of the systems, as the literature classes them with the settings of the preset. */
test.each([
  ['postgresql-single', 'single-leader', 'CA'],
  ['postgresql-async', 'single-leader', 'AP'],
  ['postgresql-sync', 'single-leader', 'CP'],
  ['postgresql-quorum', 'single-leader', 'CP'],
  ['mysql-async', 'single-leader', 'AP'],
  ['mysql-semi-sync', 'single-leader', 'AP'],
  ['cassandra-one-dc', 'leaderless', 'AP'],
  ['cassandra-three-regions', 'leaderless', 'AP'],
  ['dynamo-2007', 'leaderless', 'AP'],
  ['riak', 'leaderless', 'AP'],
  ['dns', 'ttl-cache', 'AP'],
  ['akamai-cdn', 'ttl-cache', 'AP'],
  ['dynamodb', 'raft', 'AP'],
  ['dynamodb-strong', 'raft', 'CP'],
  ['dynamodb-global-tables', 'multi-leader', 'AP'],
  ['couchdb', 'multi-leader', 'AP'],
  ['hbase', 'single-leader', 'CP'],
  ['zookeeper', 'zab', 'CP'],
  ['etcd', 'raft', 'CP'],
  ['consul', 'raft', 'CP'],
  ['spanner', 'raft', 'CP'],
  ['cockroachdb', 'raft', 'CP'],
  ['tidb', 'raft', 'CP'],
])('%s: %s, %s', (id, strategy, cap) => {
  expect(presets.get(id)).toMatchObject({ strategy, cap })
})

test('presets for people: one line each', async () => {
  const { stdout } = await runHere(['presets'])
  expect(stdout.trimEnd().split('\n')).toHaveLength(presets.size + 1)
})

describe('the file of a preset', () => {
  test.each([...presets.keys()])('%s is valid by its name and as a file of its own', async (id) => {
    const scratch = await Scratch.make()
    const { stdout } = await runHere(['presets', id])
    const file = await scratch.write('mine.json', stdout)
    for (const name of [id, file]) expect(await runHere(['validate', name])).toMatchObject({ code: 0 })
    await scratch.dispose()
  })
})

describe('predict', () => {
  test('has the fields that scripts rely on, and depends on the seed alone', async () => {
    const args = ['predict', 'pbs-linkedin-ssd', '--json', '--trials', '20000']
    const [first, again, other] = await Promise.all([
      runHere(args),
      runHere(args),
      runHere([...args, '--seed', '77']),
    ])
    expect(first.code).toBe(0)
    expect(again.stdout).toBe(first.stdout)
    expect(other.stdout).not.toBe(first.stdout)
    const prediction = JSON.parse(first.stdout) as Record<string, unknown>
    expect(prediction).toMatchObject({
      trials: 20000,
      latencyMs: {
        read: { p50: expect.any(Number) as number },
        write: { p999: expect.any(Number) as number },
      },
      freshAtZero: expect.any(Number) as number,
      t999Ms: expect.any(Number) as number,
      quorum: { n: 3, r: 1, w: 1 },
    })
    expect(prediction.visibility).toContainEqual({
      tMs: expect.any(Number) as number,
      fresh: expect.any(Number) as number,
      reads: expect.any(Number) as number,
    })
  })

  test('for people', async () => {
    const { code, stdout } = await runHere(['predict', 'cassandra-one-dc', '--trials', '20000'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^quorum +N = 3, R = 1, W = 1/m)
    expect(stdout).toMatch(/^fresh at once +[\d.]+ %$/m)
  })
})
