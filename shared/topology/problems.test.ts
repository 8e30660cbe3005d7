import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testStrategies } from './fixtures/strategies.ts'
import { checkTopology } from './parse.ts'
import type { Problem } from './types.ts'

const everything = readFileSync(
  new URL('fixtures/topology-1/everything.topology.json', import.meta.url),
  'utf8',
)

type Json = Record<string, unknown>

/** The valid file with one place changed; `undefined` removes the field. */
function changed(path: readonly (string | number)[], value: unknown): unknown {
  const file = JSON.parse(everything) as Json
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

/** One change to the file with every field, the path of the problem it makes and a part of its sentence. */
const ONE_PROBLEM: readonly [(string | number)[], unknown, string, string | RegExp][] = [
  // Shape.
  [['format'], undefined, '$.format', 'Add "format": "replica-lab/topology@1"'],
  [['format'], 'replica-lab/topology@7', '$.format', 'Understood: "replica-lab/topology@1"'],
  [['format'], 'replica-lab/report@1', '$.format', 'not a topology file'],
  [['name'], undefined, '$.name', 'The field "name" is missing'],
  [['name'], '', '$.name', 'must have 1 to 200 characters'],
  [['name'], 'x'.repeat(201), '$.name', 'but it has 201'],
  [['notes'], 'x'.repeat(65_537), '$.notes', 'up to 65,536'],
  [['regoins'], [], '$.regoins', 'Did you mean "regions"?'],
  [['__proto__x'], 1, '$.__proto__x', 'unknown'],
  [['constructor'], {}, '$.constructor', 'The field "constructor" is unknown'],
  [['replicas'], [], '$.replicas', 'from 1 to 1,000 replicas, but there are 0'],
  [['replicas'], {}, '$.replicas', 'must be a list of replicas, but it is an object'],
  [['replicas', 0, 'clock', 'driftPmp'], 1, '$.replicas[0].clock.driftPmp', 'Did you mean "driftPpm"?'],
  [['replicas', 0, 'disk'], 3, '$.replicas[0].disk', 'must be an object with the fields fsync, but it is 3'],
  [['clients', 0, 'sessions'], 0, '$.clients[0].sessions', 'a whole number from 1 to 100,000, but it is 0'],
  [['clients', 0, 'sessions'], 1.5, '$.clients[0].sessions', 'but it is 1.5'],
  [['clients', 0, 'timeoutMs'], 0, '$.clients[0].timeoutMs', 'above 0'],
  [['clients', 0, 'loop'], { open: { ratePerS: 1 }, closed: {} }, '$.clients[0].loop', 'not both'],
  [['clients', 0, 'loop', 'open', 'ratePerS'], 2e6, '$.clients[0].loop.open.ratePerS', 'at most 1,000,000'],
  [['links', 'default', 'lossPpm'], 1_000_001, '$.links.default.lossPpm', 'from 0 to 1,000,000 (ppm)'],
  [['links', 'default', 'ordered'], 'yes', '$.links.default.ordered', 'must be true or false'],
  [['consistency', 'read'], 'linearisable', '$.consistency.read', 'Did you mean "linearizable"?'],
  [['consistency', 'session', 1], 'read-your-writes', '$.consistency.session[1]', 'listed twice'],
  [['partitioning', 'scheme'], 'hahs', '$.partitioning.scheme', 'Did you mean "hash"?'],
  [
    ['partitioning'],
    { scheme: 'hash', replicationFactor: 2 },
    '$.partitioning.replicationFactor',
    'The strategy keeps n = 3 replicas of a key, not 2',
  ],
  [
    ['partitioning'],
    { scheme: 'hash', hash: 'crc16' },
    '$.partitioning.hash',
    'serves "slots" alone. Use "murmur3" for "hash"',
  ],
  [
    ['partitioning'],
    { scheme: 'range', ranges: ['b', 'd', 'c'] },
    '$.partitioning.ranges[2]',
    '"c" does not come after "d"',
  ],
  [
    ['partitioning'],
    { scheme: 'range', ranges: ['b', 'd'], shards: 2 },
    '$.partitioning.shards',
    'With 2 bounds there are 3 ranges, not 2',
  ],
  [['partitioning', 'epsilon'], 0, '$.partitioning.epsilon', 'from 0.01 to 10'],
  [['run', 'seed'], -1, '$.run.seed', 'from 0 to 9,007,199,254,740,991'],
  [['run', 'warmupMs'], 5000, '$.run.warmupMs', 'must be shorter than the run (5000 ms)'],
  [['run', 'durationMs'], 86_400_001, '$.run.durationMs', 'at most 86,400,000 (ms)'],
  // Durations.
  [['links', 'between', 0, 'oneWay', 'alpha'], 0, '$.links.between[0].oneWay.alpha', 'above 0'],
  [
    ['links', 'between', 1, 'oneWay'],
    -1,
    '$.links.between[1].oneWay',
    'from 0 to 3,600,000 (ms), but it is -1',
  ],
  [['links', 'between', 1, 'oneWay'], '3ms', '$.links.between[1].oneWay', 'but it is the text "3ms"'],
  [
    ['links', 'between', 1, 'oneWay'],
    { dist: 'pareto', xm: 1 },
    '$.links.between[1].oneWay.alpha',
    'is missing',
  ],
  [
    ['links', 'between', 1, 'oneWay'],
    { dist: 'paretto' },
    '$.links.between[1].oneWay',
    'Did you mean "pareto"?',
  ],
  [
    ['links', 'between', 1, 'oneWay'],
    { mean: 3 },
    '$.links.between[1].oneWay',
    'The field "dist" is missing',
  ],
  [['replicas', 0, 'disk', 'fsync', 'max'], 0.05, '$.replicas[0].disk.fsync.max', 'less than "min" (0.1)'],
  [
    ['links', 'between', 3, 'oneWay', 'parts', 0, 'share'],
    0.9,
    '$.links.between[3].oneWay.parts',
    'must sum to 1, but they sum to 0.9878',
  ],
  [
    ['links', 'between', 3, 'oneWayOf', 'quorum.write', 'quantiles', 1, 'p'],
    0,
    '$.links.between[3].oneWayOf["quorum.write"].quantiles',
    '0 follows 0',
  ],
  [
    ['links', 'between', 3, 'oneWayOf', 'quorum.write', 'quantiles', 2, 'ms'],
    1,
    '$.links.between[3].oneWayOf["quorum.write"].quantiles',
    'must not fall',
  ],
  // Names.
  [['regions', 3], { id: 'r1' }, '$.replicas[0].id', 'already that of $.regions[3]'],
  [['clients', 1, 'id'], 'mars', '$.clients[1].id', 'already that of $.regions[2]'],
  [['clients', 1, 'id'], 'a b', '$.clients[1].id', 'no blanks'],
  [['clients', 1, 'id'], 'leader', '$.clients[1].id', 'reserved'],
  [['clients', 1, 'id'], '__proto__', '$.clients[1].id', 'reserved'],
  [['clients', 1, 'id'], 'x'.repeat(65), '$.clients[1].id', '1 to 64'],
  [['regions', 1, 'zones', 1], 'a', '$.regions[1].zones[1]', 'listed twice'],
  [
    ['clients', 1, 'region'],
    'venus',
    '$.clients[1].region',
    'There is no region "venus". Known: us-east-1, eu-west-1, mars',
  ],
  [['clients', 1, 'region'], 'mras', '$.clients[1].region', 'Did you mean "mars"?'],
  [['clients', 0, 'zone'], 'c', '$.clients[0].zone', 'The region "us-east-1" has no zone "c"'],
  [['clients', 1, 'zone'], 'c', '$.clients[1].zone', 'Add it to the "zones" of the region'],
  [
    ['links', 'between', 4, 'to'],
    'c3',
    '$.links.between[4].to',
    'There is no region, replica or client "c3"',
  ],
  [['links', 'between', 4, 'to'], 'c1', '$.links.between[4].to', 'to itself'],
  [
    ['links', 'between', 5],
    { from: 'r2', to: 'r1', oneWay: 1 },
    '$.links.between[5]',
    'already described by $.links.between[3]',
  ],
  [['links', 'between', 5], { from: 'r2', to: 'r3' }, '$.links.between[5]', 'states nothing'],
  [
    ['links', 'between', 4, 'oneWayOf'],
    { 'quorum.wirte': 1 },
    '$.links.between[4].oneWayOf["quorum.wirte"]',
    'Did you mean "quorum.write"?',
  ],
  [['links', 'default', 'oneWayOf'], { constructor: 1 }, '$.links.default.oneWayOf.constructor', 'reserved'],
  [['links', 'rtt'], 'aws-2021', '$.links.rtt', 'Did you mean "aws-2020"?'],
  [['links', 'between', 0, 'to'], 'eu-west-1', '$.links.rtt', 'between "mars" and "us-east-1"'],
  // Replication.
  [['replication', 'params', 'N'], 3, '$.replication.params.N', 'Did you mean "n"?'],
  [['replication', 'params', 'r'], 0, '$.replication.params.r', 'a whole number from 1 to 100, but it is 0'],
  [['replication', 'params', 'hints'], 1, '$.replication.params.hints', 'true or false'],
  [['replication', 'params', 'waitMs'], 1e9, '$.replication.params.waitMs', 'from 0 to 60000'],
  [
    ['replication', 'params', 'coordinator'],
    'nobody',
    '$.replication.params.coordinator',
    '"client", "replica"',
  ],
  [['replication', 'params', 'r'], [1], '$.replication.params.r', /number.* but it is a list of 1/],
  [['replication', 'params', 'w'], 4, '$.replication.params.w', '(w = 4) than made (n = 3)'],
  // Workload.
  [['workload', 'mix', 'read'], 0.6, '$.workload.mix', 'but they sum to 1.1'],
  [['workload', 'mix'], undefined, '$.workload.mix', 'is missing'],
  [['workload', 'mix'], 'ycsb-g', '$.workload.mix', '"ycsb-a"'],
  [['workload', 'keys'], 10_000_001, '$.workload.keys', 'to 10,000,000'],
  [['workload', 'kind'], 'prob', '$.workload', '"kind" must be "mix" or "probe"'],
  [['workload', 'distribution'], 'zipf', '$.workload.distribution', '"scrambled-zipfian"'],
  [['workload', 'distribution'], { kind: 'hotpsot' }, '$.workload.distribution', 'Did you mean "hotspot"?'],
  [['workload'], { kind: 'probe', offsetsMs: [], samples: 1 }, '$.workload.offsetsMs', 'from 1 to 1,000'],
  [['workload'], { kind: 'probe', offsetsMs: [1, 1], samples: 1 }, '$.workload.offsetsMs', 'listed twice'],
  [
    ['workload'],
    { kind: 'probe', offsetsMs: [0, -1], samples: 1 },
    '$.workload.offsetsMs[1]',
    'but it is -1',
  ],
  // Faults.
  [['faults', 0, 'kind'], 'partiton', '$.faults[0]', 'Did you mean "partition"?'],
  [['faults', 0, 'atMs'], -5, '$.faults[0].atMs', 'but it is -5'],
  [
    ['faults', 0, 'groups'],
    [['r1'], ['us-east-1']],
    '$.faults[0].groups[1][0]',
    '"r1" (by its region "us-east-1")',
  ],
  [['faults', 0, 'groups'], [['r1', 'r1'], ['r2']], '$.faults[0].groups[0][1]', 'listed twice'],
  [['faults', 0, 'groups'], [['us-east-1', 'eu-west-1', 'mars']], '$.faults[0].groups', 'no other side'],
  [['faults', 0, 'groups', 0, 0], 'us-east-9', '$.faults[0].groups[0][0]', 'Did you mean "us-east-1"?'],
  [['faults', 1, 'replica'], 'c1', '$.faults[1].replica', 'There is no replica "c1"'],
  [['faults', 1, 'replica'], 'leader', '$.faults[1].replica', 'The strategy "quorum" has no leader'],
  [['faults', 4, 'to'], 'c1', '$.faults[4].to', 'are both "c1"'],
  [['faults', 6, 'replica'], 'r3', '$.faults[6]', '"r3" does not crash before 160 ms'],
  [['faults', 6, 'atMs'], 150, '$.faults[6]', '"r1" does not crash before 150 ms'],
  [['replicas'], Array(1_001).fill({}), '$.replicas', 'from 1 to 1,000 replicas, but there are 1,001'],
  [['faults', 6, 'forMs'], 5, '$.faults[6].forMs', 'Leave "forMs" out'],
  [['faults', 10, 'replicas', 1], 'leader', '$.faults[10].replicas[1]', 'named replicas'],
  // Expectations.
  [['expect', 0, 'metric'], 'read.latency.p98', '$.expect[0].metric', 'Did you mean "read.latency.p9'],
  [['expect', 0, 'above'], 1, '$.expect[0]', 'there are below and above'],
  [['expect', 0, 'below'], undefined, '$.expect[0]', 'but there is none'],
  [['expect', 4, 'is'], 'true', '$.expect[4].is', '"holds", "violated"'],
  [['expect', 4, 'guarantee'], 'linearisable', '$.expect[4].guarantee', 'Did you mean "linearizable"?'],
  [['expect', 4, 'guarantee'], 'k-atomic:0', '$.expect[4].guarantee', 'After the colon comes a whole number'],
  [['expect', 4, 'guarantee'], 'bounded-staleness:', '$.expect[4].guarantee', 'or a number of ms'],
  [['expect', 4, 'guarantee'], 'causal:3', '$.expect[4].guarantee', 'This must be one of "linearizable"'],
]

describe('one thing wrong, one problem, at its place', () => {
  test('the unchanged file is right', () => {
    expect(problemsOf(JSON.parse(everything))).toEqual([])
  })

  test.each(ONE_PROBLEM)('%j = %j', (path, value, expectedPath, sentence) => {
    const problems = problemsOf(changed(path, value))
    expect(problems.map((problem) => problem.path)).toEqual([expectedPath])
    if (typeof sentence === 'string') expect(problems[0].sentence).toContain(sentence)
    else expect(problems[0].sentence).toMatch(sentence)
    expect(problems[0].sentence).toMatch(/^["A-Z].*[.?]$/)
  })
})
