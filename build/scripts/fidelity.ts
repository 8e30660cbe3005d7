import { readdirSync, readFileSync } from 'node:fs'
import { strategies } from '../../shared/protocols/registry.ts'
import { expectationText } from '../../shared/report/expectations.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { escaped, tableOf } from './schema-tables.ts'

const FOLDER = new URL('../../presets/', import.meta.url)
const ENDING = '.topology.json'

/** What a preset's notes say, paragraph by paragraph; each part is empty where they say nothing of it. */
export interface NotesParts {
  modelled: string
  notModelled: string
  /** Network, disks and the like, with where they are from. */
  figures: string
  sources: string
}

/** Takes notes apart by the words with which their paragraphs begin. The first paragraph says what there is. */
export function notesParts(notes: string): NotesParts {
  const parts: NotesParts = { modelled: '', notModelled: '', figures: '', sources: '' }
  for (const paragraph of notes.split('\n\n').slice(1)) {
    const label = /^(Modelled|Not modelled|Sources?|What to look at): /.exec(paragraph)
    const text = paragraph.slice(label?.[0].length ?? 0)
    const part = partOf(label?.[1])
    if (part !== null) parts[part] += parts[part] === '' ? text : ` ${text}`
  }
  return parts
}

function partOf(label: string | undefined): keyof NotesParts | null {
  if (label === undefined) return 'figures'
  if (label === 'Modelled') return 'modelled'
  if (label === 'Not modelled') return 'notModelled'
  return label === 'What to look at' ? null : 'sources'
}

/** What every preset models and leaves out, and what its run must show, as Markdown, from the presets. */
export function fidelityReference(): string {
  const presets = presetsById()
  const sections = [
    '# How faithful the presets are',
    '<!-- Generated from the presets by `npm run generate`. Change `presets/` or `build/scripts/fidelity.ts` instead. -->',
    INTRODUCTION,
    overview(presets),
    ...presets.map(sectionOf),
  ]
  return `${sections.join('\n\n')}\n`
}

const INTRODUCTION = `A preset is a topology that behaves like a named system in the respects that the lab is about: what a write waits for, what a
read may return, what a failure stops and for how long. It is no emulation of that system, and no benchmark of it either.

**What can be relied on.** The protocols are real: messages, logs, quorums, elections and clocks, not formulas. Settings are
the defaults of the system, read in its source or documentation, unless the notes say otherwise; what could not be looked up is
called an assumption. Each preset states under \`expect\` what its system documents, and a test runs all of them: a preset
whose run does not show it fails. Another test changes the settings that make presets what they are (an etcd with ten times
the election timeout, a Spanner without commit wait, a semi-synchronous MySQL that never gives up) and wants an expectation
missed.

**What cannot.** Absolute latencies follow from the network, disk and service times that a file assumes, so compare
presets under the same assumptions, best under your own. Storage engines, queries, caches and garbage collection are left out
throughout, and so are transactions of several keys; a processor is a queue with a time per message. Systems that divide their
data among many groups are shown as one such group, HBase apart. Some systems borrow the strategy of a relative, and their row
says so: Raft stands for Multi-Paxos, a single leader with synchronous followers for an HDFS pipeline. How long a failure goes
unnoticed is a setting here (\`suspectAfterMs\`, \`leaseMs\`), where some systems adapt to what they see. A run with one seed is
one draw: an outage of "one to two election timeouts" is somewhere in between, and another seed gives another.

**CAP** is what the preset chooses when replicas cannot reach one another: answers (AP), their being current (CP), or neither,
as there is nobody to be cut off from (CA). It is that of the settings, which may differ from what the system is best known
for: [decision 50](decisions/0050-measured-cap.md) says where and why.`

function presetsById(): [id: string, topology: Topology, cap: string][] {
  const text = readFileSync(new URL('index.json', FOLDER), 'utf8')
  const lines = JSON.parse(text) as { id: string; cap: string }[]
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => name.slice(0, -ENDING.length))
    .sort()
    .map((id) => {
      const parsed = parseTopology(readFileSync(new URL(`${id}${ENDING}`, FOLDER), 'utf8'), strategies)
      if (!parsed.ok) throw new Error(`the preset ${id} is not valid`)
      return [id, parsed.value, lines.find((line) => line.id === id)?.cap ?? '']
    })
}

type Presets = ReturnType<typeof presetsById>

function overview(presets: Presets): string {
  return tableOf(
    ['preset', 'what', 'strategy', 'reads', 'CAP'],
    presets.map(([id, { name, replication, consistency }, cap]) => [
      `[\`${id}\`](#${id})`,
      escaped(name),
      `\`${replication.strategy}\``,
      [consistency.read, ...consistency.session].join(', '),
      cap,
    ]),
  )
}

function sectionOf([id, { name, notes, expect }]: Presets[number]): string {
  const { modelled, notModelled, figures, sources } = notesParts(notes)
  const rows = [
    ['modelled', modelled],
    ['not modelled', notModelled],
    ['figures', figures],
    ['sources', sources],
    ['its run must show', `${expect.map(expectationText).join('; ')}.`],
  ]
  const filled = rows.filter(([, text]) => text !== '').map(([label, text]) => [label, escaped(text)])
  return `## \`${id}\`\n\n${escaped(name)}.\n\n${tableOf(['', ''], filled)}`
}
