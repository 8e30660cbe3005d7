import type { JsonSchema } from '../../shared/topology/json-schema.ts'
import { LIMITS } from '../../shared/topology/limits.ts'
import { GUARANTEE_NAMES, METRIC_NAMES } from '../../shared/topology/metric-names.ts'
import { rttMatrix, rttNames } from '../../shared/topology/rtt.ts'
import type { StrategyIndex } from '../../shared/topology/strategy.ts'
import { escaped, propertiesOf, SchemaTables, tableOf } from './schema-tables.ts'

/** The reference of the topology file as Markdown, from the JSON Schema and the strategies' manifests. */
export function topologyReference(schema: JsonSchema, strategies: StrategyIndex): string {
  const page = new SchemaTables(schema)
  const top = propertiesOf(schema)
  const sections = [
    '# The topology file (`*.topology.json`)',
    '<!-- Generated from the schema by `npm run generate`. Change `shared/topology/schema/` instead. -->',
    INTRODUCTION,
    '## A small file',
    fenced(EXAMPLE),
    '## Sections',
    page.table(schema, { nested: false }),
    '## Durations',
    DURATIONS,
    page.alternatives(page.definition('duration'), 'dist'),
    '## `regions`',
    page.table(page.definition('region')),
    '## `replicas`',
    page.table(page.definition('replica')),
    '## `clients`',
    page.table(page.definition('client')),
    '## `links`',
    LINKS,
    page.table(top.links),
    '### Matrices of round-trip times',
    tableOf(['name', 'regions', 'source'], rttNames().map(matrixRow)),
    '## `replication`',
    page.table(top.replication),
    ...[...strategies.values()].flatMap(({ id, title, summary, kinds, roles }) => [
      `### Strategy \`${id}\`: ${escaped(title)}`,
      escaped(summary),
      page.table(page.definition(`params-${id}`)),
      `Message kinds, for \`oneWayOf\`: ${kinds.map(({ kind }) => `\`${kind}\``).join(', ')}.`,
      `Roles: ${roles.join(', ')}.`,
    ]),
    '## `partitioning`',
    page.table(top.partitioning),
    '## `consistency`',
    page.table(top.consistency),
    '## `workload`',
    page.alternatives(top.workload, 'kind'),
    '### Distributions of keys',
    'A word stands for the distribution with the defaults below; an object `{"kind": …}` states its parameters.',
    page.variants(page.definition('keyDistribution'), 'kind'),
    '## `faults`',
    FAULTS,
    page.table({
      properties: { ...pick(propertiesOf(page.definition('fault-crash')), WHEN) },
      required: ['atMs'],
    }),
    page.alternatives(page.defined('fault-'), 'kind', WHEN),
    '## `run`',
    page.table(top.run),
    '## `expect`',
    EXPECTATIONS,
    page.table(page.merged(page.definition('expectation'))),
    '### Metrics',
    tableOf(
      ['metric', 'unit', 'meaning'],
      METRIC_NAMES.map(({ name, unit, help }) => [`\`${name}\``, unit, escaped(help)]),
    ),
    '### Guarantees',
    GUARANTEE_NAMES.map((name) => `\`${name}\``).join(', '),
  ]
  return `${sections.join('\n\n')}\n`
}

/** A short file that shows most sections; kept valid by a test. */
export const EXAMPLE = `{
  "format": "replica-lab/topology@1",
  "name": "Three replicas, one of them far away",
  "regions": [{ "id": "us-east-1" }, { "id": "eu-west-1" }],
  "replicas": [
    { "id": "r1", "region": "us-east-1", "disk": { "fsync": 0.1 } },
    { "id": "r2", "region": "us-east-1", "disk": { "fsync": 0.1 } },
    { "id": "r3", "region": "eu-west-1", "disk": { "fsync": 0.1 } }
  ],
  "clients": [
    { "id": "c1", "region": "us-east-1", "sessions": 4, "loop": { "open": { "ratePerS": 200 } } },
    { "id": "c2", "region": "eu-west-1", "loop": { "closed": { "thinkMs": { "dist": "exponential", "meanMs": 10 } } } }
  ],
  "links": {
    "rtt": "aws-2020",
    "default": { "oneWay": { "dist": "lognormal", "median": 0.25, "sigma": 0.3 } },
    "between": [{ "from": "r1", "to": "r3", "lossPpm": 1000 }]
  },
  "replication": { "strategy": "leaderless", "params": { "n": 3, "r": 2, "w": 2 } },
  "workload": { "mix": "ycsb-b", "keys": 1000 },
  "faults": [{ "atMs": 4000, "kind": "partition", "groups": [["eu-west-1"]], "forMs": 3000 }],
  "run": { "durationMs": 10000, "warmupMs": 1000, "seed": 1 },
  "expect": [{ "metric": "read.latency.p99", "below": 100 }]
}
`

const INTRODUCTION = `One JSON object says where replicas and clients stand, how they are linked, how they behave, what is
done to them and what is expected. Unknown fields are errors, and so is a field that is stated twice; every problem is
reported with its JSON path, a sentence and, where possible, the mend. Durations are numbers of milliseconds unless the
name of the field says otherwise. A field whose default is empty is required; *none*
means that it may be left out and nothing takes its place. \`schemas/topology.schema.json\` holds the same
as JSON Schema for editors.

Ids of regions, replicas and clients have 1 to ${LIMITS.idChars} letters, digits or \`- _ . :\` and are unique in the
whole file. A file has at most ${LIMITS.fileBytes / 1024 / 1024} MiB and ${LIMITS.depth} levels of nesting.`

const DURATIONS = `Where a table says *duration*, the value is a number of milliseconds (always the same) or one of these
objects. Every draw is independent.`

const LINKS = `A link is one direction between two places; a client is a place like any other. Field by field the most
specific statement wins: an entry of \`between\` that names two places, then one that names a place and a region, then
one that names two regions (or one region twice, for the links inside it), then half of the round trip that the matrix
\`rtt\` has for two different regions, then \`default\`. Of two equally specific entries the later wins. An entry with
\`oneWay\` speaks for every message kind that its own \`oneWayOf\` does not name. Where
\`rtt\` names a matrix, every pair of regions that is used must be in it or have an entry with \`oneWay\`.`

const FAULTS = `A fault strikes at \`atMs\` and lasts for \`forMs\`, or to the end of the run. \`leader\` and \`follower\` may
stand for a replica where the strategy has a leader.`

const EXPECTATIONS = `Each entry has either \`metric\` and exactly one of the four bounds, or \`guarantee\` and \`is\`.`

/** Fields that all faults share. */
const WHEN = ['atMs', 'forMs']

function matrixRow(name: string): string[] {
  const { cloud, measured, method, source, regions } = rttMatrix(name)
  const list = regions.map((region) => `\`${region}\``).join(', ')
  return [`\`${name}\``, list, escaped(`${cloud}, ${measured}. ${method}. ${source}`)]
}

function pick(values: Record<string, JsonSchema>, names: readonly string[]): Record<string, JsonSchema> {
  return Object.fromEntries(names.map((name) => [name, values[name]]))
}

function fenced(json: string): string {
  return `\`\`\`json\n${json.trim()}\n\`\`\``
}
