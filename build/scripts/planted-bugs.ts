import { PLANTED_BUGS } from '../../shared/protocols/_broken/index.ts'
import type { Habitat, PlantedBug } from '../../shared/protocols/_broken/planted-bug.ts'
import { ASSERTION } from '../../shared/testing/hunt.ts'
import { JUDGE_OF_ALL } from '../../shared/testing/judges.ts'
import { escaped, tableOf } from './schema-tables.ts'

/** The planted bugs as Markdown, one table per strategy. */
export function plantedBugsReference(): string {
  const strategies = [...new Set(PLANTED_BUGS.map(strategyOf))]
  const sections = [
    '# Planted bugs',
    '<!-- Generated from the planted bugs by `npm run generate`. Change `shared/protocols/_broken/` instead. -->',
    introduction(),
    ...strategies.flatMap(section),
  ]
  return `${sections.join('\n\n')}\n`
}

function introduction(): string {
  return `A checker that has never failed is untested, so there are ${PLANTED_BUGS.length} protocols that are wrong in one known way each: the
shipped one with one decision replaced (by its \`rules\`), or with what it hears, says or keeps tampered with. None of
them is in the registry of what ships.

\`npm run mutants\` lets each run under random schedules of faults, in checked mode, in a habitat where the bug matters,
until an invariant or a judge of its history finds it, from three seeds apart; then the schedule is minimised.
"May be caught by" names who may find it. Whoever else speaks up is mistaken, and fails the run. So does anyone who has
something to say of the shipped protocol under the same schedules, or of a write of unknown outcome that is seen later.
The judge of every record ("${JUDGE_OF_ALL}") is asked in any case; guarantees are those of [guarantees.md](guarantees.md).`
}

function strategyOf({ protocol }: PlantedBug): string {
  return protocol.manifest.title
}

function section(title: string): string[] {
  const bugs = PLANTED_BUGS.filter((bug) => strategyOf(bug) === title)
  return [
    `## ${title}`,
    tableOf(
      ['bug', 'what it does', 'source', 'where it matters', 'may be caught by', 'must keep silent'],
      bugs.map((bug) => [
        `\`${bug.id.slice(bug.id.indexOf('/') + 1)}\``,
        escaped(bug.sentence),
        escaped(bug.source),
        escaped(whereOf(bug.habitat)),
        watchingOf(bug)
          .filter((name) => bug.caughtBy.includes(name))
          .join(', '),
        silentOf(bug).join(', '),
      ]),
    ),
  ]
}

/** Who watches and must not be disturbed: the protocol's invariants, and the judges that are asked. */
function silentOf(bug: PlantedBug): string[] {
  return watchingOf(bug).filter((name) => !bug.caughtBy.includes(name))
}

function watchingOf({ protocol, habitat }: PlantedBug): string[] {
  const invariants = protocol.invariants.map(({ name }) => name)
  return [...new Set([...invariants, ASSERTION, JUDGE_OF_ALL, ...habitat.judges])]
}

function whereOf({
  replicas: [least, most],
  read,
  session = [],
  faults,
  params,
  bridge = false,
}: Habitat): string {
  const count = least === most ? `${least} replicas` : `${least} to ${most} replicas`
  const levels = [read ?? 'eventual', ...session].join(', ')
  const schedule = bridge ? 'one replica between two sides' : [...new Set(faults)].join(', ')
  const settings = Object.entries(params).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'boolean' ? [`${name} ${String(value)}`] : [],
  )
  return [count, levels, ...settings, schedule].join('; ')
}
