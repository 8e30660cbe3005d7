import { pacelcText, type Datasheet } from '../../shared/report/datasheet/index.ts'
import {
  formatBytes,
  formatCount,
  formatMs,
  formatNumber,
  formatPercent,
} from '../../shared/report/numbers.ts'
import { escapeMarkdown } from '../../shared/report/views/markdown.ts'

/** A preset's datasheet, with the class that the list of presets gives it. */
export interface PresetSheet {
  id: string
  stated: string
  sheet: Datasheet
}

const COMMAND = 'npm run datasheets'

/** `docs/datasheets.md`: what each preset costs, and what it is worth when something breaks. */
export function datasheetsPage(all: readonly PresetSheet[]): string {
  const sheets = [...all].sort((a, b) => (a.id < b.id ? -1 : 1))
  return `${[
    '# Datasheets of the presets',
    `Measured by the standard battery of probes, quick form, with seed 1. Too slow for continuous integration, which judges a few of them: \`${COMMAND}\` writes this page again, and \`replica-lab datasheet NAME --report sheet.html\` shows one preset in full. How the classes come about: [decision 50](decisions/0050-measured-cap.md).`,
    '## Class and price',
    'Latency of its own clients in calm, in the region where the median is largest. Fresh at once: reads that begin when a write was acknowledged, by clients beside all replicas, and return it. Stale: of the reads under contention for two keys.',
    table(
      [
        'Preset',
        'Strategy',
        'CAP',
        'PACELC',
        'Read p50',
        'p99',
        'Write p50',
        'p99',
        'Fresh at once',
        'Stale',
      ],
      4,
      sheets.map(priceRow),
    ),
    '## Partitions and failures',
    'Reads and writes that each side of a partition answered once it had settled; where there were two partitions, the worse. Without a read or write: the longest time after the crash of the leader, or else of a replica. Lost: writes that were acknowledged and gone after a heal, in all probes with faults, and the keys that could be judged. What a revision tree keeps beside the winner counts as lost, since no read returns it.',
    table(
      [
        'Preset',
        'Larger side: reads',
        'writes',
        'Smaller side: reads',
        'writes',
        'Crash: without a read',
        'without a write',
        'Converged after heal',
        'Lost',
        'Keys judged',
      ],
      1,
      sheets.map(failureRow),
    ),
    '## Joins',
    'Where replicas can join: one more under load, and gone again. Copies to move: by the placement, and what an even spread asks for. Values and bytes: what went over the links to the newcomer, and back. Done: until all shards were where they were to be, as an operator sees it who looks every 100 ms. The p99 of reads and writes while data moved for the join, as a multiple of the same time in the same run where nobody joins: [decision 51](decisions/0051-what-a-join-costs.md).',
    table(
      [
        'Preset',
        'Copies to move',
        'Even spread',
        'Values',
        'Bytes',
        'Done',
        'Read p99',
        'Write p99',
        'Leave: values',
        'Done',
        'Lost',
      ],
      1,
      sheets.flatMap(joinRow),
    ),
    '## Why',
    'Where a class is not the one that the system is known for, [decision 50](decisions/0050-measured-cap.md) says why.',
    ...sheets.map(
      ({ id, stated, sheet: { pacelc } }) =>
        `**${escapeMarkdown(id)}**: ${escapeMarkdown(`${pacelc.evidence.partition} ${pacelc.evidence.else}`)}${
          stated === pacelc.cap ? '' : ` The list of presets calls it ${stated}.`
        }`,
    ),
  ].join('\n\n')}\n`
}

function priceRow({ id, sheet }: PresetSheet): string[] {
  const { calm, visibility, pacelc, topology } = sheet
  const farthest = (of: 'readLatency' | 'writeLatency') =>
    calm.regions.map((region) => region[of]).reduce((a, b) => ((b.p50Ms ?? 0) > (a.p50Ms ?? 0) ? b : a))
  const [read, write] = [farthest('readLatency'), farthest('writeLatency')]
  return [
    id,
    topology.replication.strategy,
    pacelc.cap,
    pacelcText(sheet),
    formatMs(read.p50Ms),
    formatMs(read.p99Ms),
    formatMs(write.p50Ms),
    formatMs(write.p99Ms),
    formatPercent(visibility.freshAtZero),
    formatPercent(visibility.staleFraction),
  ]
}

function failureRow({ id, sheet }: PresetSheet): string[] {
  const { partitions, failovers, convergence, pacelc } = sheet
  const worst = (side: number, of: 'reads' | 'writes'): string => {
    const all = partitions.flatMap(({ sides }) => sides[side]?.settled[of].fraction ?? [])
    return all.length === 0 ? '—' : formatPercent(Math.min(...all))
  }
  const [crash] = failovers
  const lost = [...partitions, ...failovers].map((finding) => finding.lost)
  const sum = (of: 'lost' | 'judgedKeys'): number => lost.reduce((total, each) => total + each[of], 0)
  const converged =
    convergence === null
      ? '—'
      : convergence.afterHealMs === null
        ? 'not in 10 s'
        : formatMs(convergence.afterHealMs)
  return [
    id,
    ...(pacelc.cap === 'CA'
      ? ['—', '—', '—', '—']
      : [worst(0, 'reads'), worst(0, 'writes'), worst(1, 'reads'), worst(1, 'writes')]),
    formatMs(crash?.outages.readMs ?? null),
    formatMs(crash?.outages.writeMs ?? null),
    converged,
    formatCount(sum('lost')),
    formatCount(sum('judgedKeys')),
  ]
}

/** None for a preset whose replicas cannot join. */
function joinRow({ id, sheet: { rebalancing } }: PresetSheet): string[][] {
  const measured = rebalancing.measured ?? null
  if (measured === null) return []
  const [join, leave] = measured.moves
  const { during, without } = join
  const done = (ms: number | null): string => (ms === null ? 'not in 30 s' : formatMs(ms))
  const times = (a: number | null, b: number | null): string =>
    a === null || b === null || b === 0 ? '—' : formatNumber(a / b)
  return [
    [
      id,
      formatCount(join.keys),
      formatCount(Math.round(join.idealKeys)),
      formatCount(join.streamedKeys),
      formatBytes(join.streamedBytes),
      done(join.doneAfterMs),
      times(during.readLatency.p99Ms, without.readLatency.p99Ms),
      times(during.writeLatency.p99Ms, without.writeLatency.p99Ms),
      formatCount(leave.streamedKeys),
      done(leave.doneAfterMs),
      measured.lost.judgedKeys === 0 ? '—' : formatCount(measured.lost.lost),
    ],
  ]
}

/** The first `texts` columns are text, the others figures. */
function table(columns: readonly string[], texts: number, rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  const rule = `|${columns.map((_, at) => (at < texts ? ' --- ' : ' ---: ')).join('|')}|`
  return [line(columns), rule, ...rows.map(line)].join('\n')
}
