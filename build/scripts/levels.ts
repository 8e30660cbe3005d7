import { protocol as raft } from '../../shared/protocols/raft/index.ts'
import { registry } from '../../shared/protocols/registry.ts'
import { levelCells, sessionCells } from '../../shared/testing/levels.ts'
import type { Cell } from '../../shared/testing/levels.ts'
import type { StrategyManifest } from '../../shared/topology/strategy.ts'
import { escaped, tableOf } from './schema-tables.ts'

/** What becomes of every consistency level with every strategy, as Markdown, from the manifests. */
export function levelsReference(): string {
  const manifests = [...registry.values()].map(({ manifest }) => manifest)
  const sections = [
    '# Consistency levels by strategy',
    '<!-- Generated from the manifests by `npm run generate`. Change `shared/protocols/*/` instead. -->',
    INTRODUCTION,
    overview(manifests),
    ...manifests.flatMap(sectionOf),
    ...timestampSection(),
  ]
  return `${sections.join('\n\n')}\n`
}

const INTRODUCTION = `\`consistency.read\` says what reads are to be, \`consistency.onPartition\` what to give up when replicas cannot reach one
another, in the same words for every strategy. A strategy keeps a level by its own means, or refuses it and says why. The
table is for each strategy's defaults and three replicas; \`replica-lab validate\` says the same of a file. C: it runs with
\`"onPartition": "consistency"\`, A: with \`"availability"\`.`

const code = (text: string): string => `\`${text}\``

function overview(manifests: readonly StrategyManifest[]): string {
  const rowsOf = (cells: (manifest: StrategyManifest) => Cell[], nameOf: (cell: Cell) => string) => {
    const names = [...new Set(cells(manifests[0]).map(nameOf))]
    return names.map((name) => [
      code(name),
      ...manifests.map((manifest) => {
        const runs = cells(manifest).filter((cell) => nameOf(cell) === name && cell.problems.length === 0)
        return runs.map(({ consistency }) => consistency.onPartition.charAt(0).toUpperCase()).join(' ') || '–'
      }),
    ])
  }
  return tableOf(
    ['', ...manifests.map(({ id }) => code(id))],
    [
      ...rowsOf(levelCells, ({ consistency }) => consistency.read),
      ...rowsOf(sessionCells, ({ consistency }) => `session: ${consistency.session.join()}`),
    ],
  )
}

/** Settings of Raft under which levels are kept by timestamps. */
const TIMESTAMPS: readonly (readonly [string, string])[] = [
  ['commit-wait', 'auto'],
  ['commit-wait', 'timestamp'],
  ['hybrid', 'auto'],
  ['oracle', 'auto'],
  ['oracle', 'follower-read-index'],
]

function timestampSection(): string[] {
  const { manifest } = raft
  const levels = ['linearizable', 'bounded-staleness']
  const cells = levelCells(manifest).filter(
    ({ consistency }) => consistency.onPartition === 'consistency' && levels.includes(consistency.read),
  )
  const rows = TIMESTAMPS.flatMap(([timestamps, reads]) =>
    cells.map(({ consistency, topology }) => {
      const params = { ...topology.replication.params, timestamps, reads, maxStalenessMs: 5_000 }
      const replication = { ...topology.replication, params }
      return [
        code(timestamps),
        code(reads),
        code(consistency.read),
        escaped(manifest.explain({ ...topology, replication }).read),
      ]
    }),
  )
  return [
    '## Raft with timestamps (Spanner, CockroachDB, TiDB)',
    'The same levels where writes bear timestamps, with `"onPartition": "consistency"`. The other levels are kept as above.',
    tableOf(['`timestamps`', '`reads`', 'level', 'how'], rows),
  ]
}

function sectionOf(manifest: StrategyManifest): string[] {
  const cells = [...levelCells(manifest), ...sessionCells(manifest)]
  const partition = (choice: string) =>
    cells
      .filter(({ consistency, problems }) => consistency.onPartition === choice && problems.length === 0)
      .map(({ topology }) => manifest.explain(topology).partition)
  const rows = cells.map(({ consistency, topology, problems }) => [
    code([consistency.read, ...consistency.session].join(' + ')),
    code(consistency.onPartition),
    escaped(
      problems.length === 0
        ? manifest.explain(topology).read
        : `**Refused.** ${problems.map(({ sentence }) => sentence).join(' ')}`,
    ),
  ])
  const choices = ['consistency', 'availability'].flatMap((choice) => {
    const sentences = [...new Set(partition(choice))]
    return sentences.length === 0 ? [] : [`- ${code(choice)}: ${sentences.join(' Or: ')}`]
  })
  return [
    `## ${escaped(manifest.title)} (${code(manifest.id)})`,
    `On a partition:\n\n${choices.join('\n')}`,
    tableOf(['level', 'on a partition', 'how'], rows),
  ]
}
