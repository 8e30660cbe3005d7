import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testStrategies } from './fixtures/strategies.ts'
import { checkTopology, parseTopology } from './parse.ts'
import type { Problem, Topology } from './types.ts'

const everything = readFileSync(
  new URL('fixtures/topology-1/everything.topology.json', import.meta.url),
  'utf8',
)
const smallest = readFileSync(new URL('fixtures/topology-1/smallest.topology.json', import.meta.url), 'utf8')

type Json = Record<string, unknown>

/** A valid file with one place changed; `undefined` removes the field. */
function changed(text: string, path: readonly (string | number)[], value: unknown): unknown {
  const file = JSON.parse(text) as Json
  let at = file
  for (const step of path.slice(0, -1)) at = (at[step] ??= {}) as Json
  const last = path[path.length - 1]
  if (value === undefined) delete at[last]
  else at[last] = value
  return file
}

function problemsOf(value: unknown): Problem[] {
  const result = checkTopology(value, testStrategies)
  return result.ok ? [] : result.error
}

function topologyOf(value: unknown): Topology {
  const result = checkTopology(value, testStrategies)
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 2))
  return result.value
}

describe('defaults', () => {
  test('the smallest file becomes a complete topology', () => {
    const result = parseTopology(smallest, testStrategies)
    expect(result).toEqual({
      ok: true,
      value: {
        format: 'replica-lab/topology@1',
        name: 'Smallest',
        notes: '',
        regions: [{ id: 'east', zones: [], at: null }],
        replicas: [
          {
            id: 'r1',
            region: 'east',
            zone: null,
            at: null,
            disk: { fsync: 0 },
            clock: { offsetMs: 0, driftPpm: 0, uncertaintyMs: 0 },
            service: { perMessageMs: 0 },
          },
        ],
        clients: [
          {
            id: 'c1',
            region: 'east',
            zone: null,
            at: null,
            sessions: 1,
            loop: { closed: { thinkMs: 0 } },
            clock: { offsetMs: 0, driftPpm: 0, uncertaintyMs: 0 },
            timeoutMs: 6000,
            retry: { max: 0, backoffMs: 10, backoffMsMax: 1000 },
          },
        ],
        links: {
          rtt: null,
          default: {
            oneWay: 0.25,
            oneWayOf: {},
            lossPpm: 0,
            duplicatePpm: 0,
            reorderPpm: 0,
            ordered: false,
            bandwidthMbps: null,
          },
          between: [],
        },
        replication: { strategy: 'led', params: {} },
        partitioning: { scheme: 'none', shards: 1, virtualNodes: 16 },
        consistency: { read: 'eventual', session: [], onPartition: 'consistency' },
        workload: {
          kind: 'mix',
          mix: { read: 1, update: 0, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
          mixName: 'ycsb-c',
          keys: 1000,
          distribution: { kind: 'scrambled-zipfian', constant: 0.99 },
          valueBytes: 100,
          scanLengthMax: 100,
        },
        faults: [],
        run: { durationMs: 10_000, warmupMs: 0, seed: 1, timeScale: 1 },
        expect: [],
      },
    })
  })

  test('parameters that are left out take the defaults of the strategy', () => {
    const { replication } = topologyOf(changed(everything, ['replication', 'params'], { w: 1 }))
    expect(replication.params).toEqual({
      n: 3,
      r: 2,
      w: 1,
      waitMs: 1000,
      hints: true,
      coordinator: 'replica',
    })
  })

  test('two topologies share no object, nor does a topology share one with its file', () => {
    const file = JSON.parse(smallest) as unknown
    const [first, second] = [topologyOf(file), topologyOf(file)]
    first.run.seed = 99
    first.links.default.lossPpm = 99
    first.regions[0].zones.push('z')
    first.clients[0].retry.max = 9
    expect(topologyOf(file)).toEqual(second)
  })

  test('an editor may be told where the schema is', () => {
    expect(topologyOf(changed(smallest, ['$schema'], '../schemas/topology.schema.json'))).not.toHaveProperty(
      '$schema',
    )
  })
})

test('minus zero is zero, in fields and in parameters', () => {
  const text = everything
    .replace('"warmupMs": 500', '"warmupMs": -0')
    .replace('"waitMs": 12.5', '"waitMs": -0')
  const topology = topologyOf(JSON.parse(text))
  expect([topology.run.warmupMs, topology.replication.params.waitMs]).toEqual([0, 0])
})

describe('workload shorthands', () => {
  // Facts of YCSB: workloads/workload[a-f].
  test.each([
    ['ycsb-a', { read: 0.5, update: 0.5 }, 'scrambled-zipfian'],
    ['ycsb-b', { read: 0.95, update: 0.05 }, 'scrambled-zipfian'],
    ['ycsb-c', { read: 1 }, 'scrambled-zipfian'],
    ['ycsb-d', { read: 0.95, insert: 0.05 }, 'latest'],
    ['ycsb-e', { scan: 0.95, insert: 0.05 }, 'scrambled-zipfian'],
    ['ycsb-f', { read: 0.5, readModifyWrite: 0.5 }, 'scrambled-zipfian'],
  ])('%s', (mix, shares, kind) => {
    const none = { read: 0, update: 0, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 }
    const distribution = { kind, constant: 0.99 }
    const { workload } = topologyOf(changed(smallest, ['workload'], { mix }))
    expect(workload).toMatchObject({ mix: { ...none, ...shares }, mixName: mix, distribution })
  })

  const custom = { read: 0.5, update: 0.5 }
  test.each([
    ['ycsb-a', 'zipfian', { kind: 'scrambled-zipfian', constant: 0.99 }],
    ['ycsb-a', { kind: 'zipfian' }, { kind: 'zipfian', constant: 0.99 }],
    ['ycsb-a', 'uniform', { kind: 'uniform' }],
    [custom, 'zipfian', { kind: 'zipfian', constant: 0.99 }],
    [custom, undefined, { kind: 'uniform' }],
    [custom, 'hotspot', { kind: 'hotspot', dataFraction: 0.2, operationFraction: 0.8 }],
    [custom, { kind: 'latest', constant: 0.5 }, { kind: 'latest', constant: 0.5 }],
  ])('mix %j with distribution %j', (mix, distribution, expected) => {
    const stated = distribution === undefined ? { mix } : { mix, distribution }
    expect(topologyOf(changed(smallest, ['workload'], stated)).workload).toMatchObject({
      distribution: expected,
    })
  })
})

describe('several things wrong', () => {
  test('are all reported at once, those that span sections and those of the strategy too', () => {
    const file = JSON.parse(everything) as { [key: string]: never } & Json
    Object.assign(file, { colour: 'blue', run: { durationMs: -1, sede: 2 } })
    Object.assign((file.replication as Json).params as Json, { w: 5 })
    Object.assign((file.faults as Json[])[1], { replica: 'r9' })
    Object.assign((file.workload as Json).mix as Json, { read: 'half' })
    expect(problemsOf(file).map(({ path }) => path)).toEqual([
      '$.workload.mix.read',
      '$.run.durationMs',
      '$.run.sede',
      '$.colour',
      '$.faults[1].replica',
      '$.replication.params.w',
    ])
  })

  test('a replica with one wrong field is still a replica to those that name it', () => {
    const problems = problemsOf(changed(everything, ['replicas', 0, 'disk', 'fsync'], -1))
    expect(problems.map(({ path }) => path)).toEqual(['$.replicas[0].disk.fsync'])
  })

  test('sessions are bounded over all clients', () => {
    const file = JSON.parse(smallest) as { clients: Json[] }
    file.clients = [1, 2].map((n) => ({ id: `c${n}`, region: 'east', sessions: 60_000 }))
    expect(problemsOf(file)).toEqual([
      { path: '$.clients', sentence: expect.stringContaining('120000 sessions') as unknown },
    ])
  })

  test('more than fifty are counted, not listed', () => {
    const replicas = Array.from({ length: 200 }, (_, i) => ({ id: `r${i}`, region: 'nowhere' }))
    const problems = problemsOf(changed(smallest, ['replicas'], replicas))
    expect(problems).toHaveLength(51)
    expect(problems[50]).toEqual({
      path: '$',
      sentence: 'There are 150 or more further problems; they are not listed.',
    })
  })
})

describe('roles in faults', () => {
  const crash = { kind: 'crash', replica: 'leader', atMs: 5 }
  test('a strategy with a leader lets a fault name it', () => {
    expect(problemsOf(changed(smallest, ['faults'], [crash, { ...crash, replica: 'follower' }]))).toEqual([])
  })

  test('a restart must name a replica, which may have crashed as leader', () => {
    const restart = { kind: 'restart', replica: 'r1', atMs: 9 }
    expect(problemsOf(changed(smallest, ['faults'], [crash, restart]))).toEqual([])
    const problems = problemsOf(changed(smallest, ['faults'], [crash, { ...restart, replica: 'leader' }]))
    expect(problems).toEqual([
      { path: '$.faults[1].replica', sentence: expect.stringContaining('forMs') as unknown },
    ])
  })
})

describe('round-trip matrices', () => {
  test('a directed entry covers only its direction', () => {
    const problems = problemsOf(changed(everything, ['links', 'between', 0, 'directed'], true))
    expect(problems).toEqual([
      { path: '$.links.rtt', sentence: expect.stringContaining('Add an entry with "oneWay"') as unknown },
    ])
  })

  test('regions that hold nobody need no round trip', () => {
    const file = changed(smallest, ['regions'], [{ id: 'east' }, { id: 'nowhere' }]) as Json
    expect(problemsOf({ ...file, links: { rtt: 'aws-2020' } })).toEqual([])
  })
})

test('mixtures may be nested four deep', () => {
  const nest = (depth: number): unknown =>
    depth === 0 ? 1 : { dist: 'mixture', parts: [{ share: 1, of: nest(depth - 1) }] }
  expect(problemsOf(changed(smallest, ['links', 'default'], { oneWay: nest(4) }))).toEqual([])
  expect(problemsOf(changed(smallest, ['links', 'default'], { oneWay: nest(5) }))).toEqual([
    {
      path: `$.links.default.oneWay${'.parts[0].of'.repeat(4)}`,
      sentence: 'Mixtures are nested more than 4 deep. Flatten them.',
    },
  ])
})
