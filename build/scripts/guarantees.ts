import type { Checker } from '../../shared/checkers/contract.ts'
import { IMPLIES, strongerThan, weakerThan } from '../../shared/checkers/lattice/index.ts'
import { CHECKERS } from '../../shared/checkers/registry.ts'
import { escaped, tableOf } from './schema-tables.ts'

/** The reference of the guarantees as Markdown, from the checkers and the lattice. */
export function guaranteesReference(): string {
  const checkers = [...CHECKERS.values()]
  const tops = checkers.filter(({ name }) => strongerThan(name).length === 0 && weakerThan(name).length > 0)
  const sections = [
    '# Guarantees',
    '<!-- Generated from the checkers by `npm run generate`. Change `shared/checkers/` instead. -->',
    INTRODUCTION,
    '## Which implies which',
    LATTICE,
    ['```', ...tops.flatMap(({ name }, i) => (i === 0 ? tree(name) : ['', ...tree(name)])), '```'].join('\n'),
    tableOf(
      ['guarantee', 'implies', 'source'],
      IMPLIES.map(({ stronger, weaker, source }) => [code(stronger), code(weaker), escaped(source)]),
    ),
    '## What each says',
    ...checkers.flatMap(section),
  ]
  return `${sections.join('\n\n')}\n`
}

const INTRODUCTION = `A checker judges a record of operations: the guarantee **holds**, is **violated** (with the operations that prove it), or is
**undecided** (with the reason: what the record does not say, or a search that would have taken too long). It knows
nothing of the system that was recorded.

Operations of unknown outcome happened if somebody saw their effect, and may have happened or not otherwise. Failed
operations did not happen: to see their effect is a violation.`

const LATTICE = `What stands further in is implied by what it stands under. A violated guarantee violates all that imply it, and one that
holds makes all hold that it implies; the verdicts of a report are combined in this way. Causal memory and causal convergence do not imply one
another. The guarantees of transactions are about records of transactions, the others about records of single operations; for
transactions of one operation, strict serializability is linearizability.`

const code = (name: string): string => `\`${name}\``

/** A guarantee and all that it implies, each told once. */
function tree(root: string): string[] {
  const told = new Set<string>()
  const lines: string[] = []
  const tell = (name: string, head: string, indent: string): void => {
    const below = IMPLIES.filter(({ stronger }) => stronger === name).map(({ weaker }) => weaker)
    const again = told.has(name) && below.length > 0
    told.add(name)
    lines.push(`${head}${name}${again ? ' …' : ''}`)
    if (again) return
    below.forEach((weaker, i) => {
      const isLast = i === below.length - 1
      tell(weaker, `${indent}${isLast ? '└─ ' : '├─ '}`, `${indent}${isLast ? '   ' : '│  '}`)
    })
  }
  tell(root, '', '')
  return lines
}

/** What a number behind the name says of the guarantees that take one. */
const PARAMETERS: Readonly<Record<string, string>> = {
  'k-atomic': 'With a number of your own: `k-atomic:3` is of the 3 latest values.',
  'bounded-staleness': 'With a number of your own: `bounded-staleness:250` is of 250 ms.',
}

function section({ name, title, definition, models, sources }: Checker): string[] {
  const parameter = PARAMETERS[name] as string | undefined
  return [
    `### ${code(name)}: ${escaped(title)}`,
    parameter === undefined ? escaped(definition) : `${escaped(definition)} ${parameter}`,
    `For records of: ${models.map(code).join(', ')}.`,
    sources.map((source) => `- ${escaped(source)}`).join('\n'),
  ]
}
