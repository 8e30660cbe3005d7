import { countOf, formatCount, formatMs, formatNumber, formatPercent } from '../numbers.ts'
import type { GuaranteeResult } from '../types.ts'
import { movesTables } from './moves-tables.ts'
import { errorWords, figure, text, type SheetTable } from './table-words.ts'
import type { Answered, Datasheet, GuaranteeLine, LostWrites, Side } from './types.ts'

export type { SheetTable } from './table-words.ts'

/** The tables in the order of reading; those without rows are left out. */
export function sheetTables(sheet: Datasheet): SheetTable[] {
  const all = [
    calm(sheet),
    partitions(sheet),
    failovers(sheet),
    lost(sheet),
    guarantees(sheet),
    ...movesTables(sheet),
  ]
  return all.filter(({ rows }) => rows.length > 0)
}

function calm({ calm: { regions, okPerS, workload } }: Datasheet): SheetTable {
  return {
    id: 'calm',
    title: 'Calm',
    lead: `Its own clients and workload (${workload}) without faults: ${formatNumber(okPerS)} operations per second.`,
    columns: [
      text('Clients in'),
      ...['read p50', 'read p99', 'write p50', 'write p99', 'operations'].map(figure),
    ],
    rows: regions.map(({ region, reads, writes, readLatency, writeLatency }) => [
      region,
      formatMs(readLatency.p50Ms),
      formatMs(readLatency.p99Ms),
      formatMs(writeLatency.p50Ms),
      formatMs(writeLatency.p99Ms),
      formatCount(reads + writes),
    ]),
  }
}

function partitions({ partitions: findings }: Datasheet): SheetTable {
  const [first] = findings
  return {
    id: 'partitions',
    title: 'Partitions',
    lead:
      first === undefined
        ? ''
        : `For ${formatMs(first.forMs)} the network falls in two, with clients beside the replicas on each side. Answered: ` +
          'by then, of all that should have begun; first over the whole partition, then over its last part, when elections ' +
          'and time-outs are over.',
    columns: [
      text('Cut off'),
      text('Side'),
      ...['reads answered', 'writes answered', 'stale reads', 'without a read', 'without a write'].map(
        figure,
      ),
      text('Not answered because'),
    ],
    rows: findings.flatMap(({ title, sides }) =>
      sides.map((side, at) => [
        at === 0 ? title.replace(/ cut off$/, '') : '',
        side.label,
        ...sideCells(side),
      ]),
    ),
  }
}

function sideCells({ whole, settled, outages }: Side): string[] {
  return [
    beforeAndAfter(whole.reads, settled.reads),
    beforeAndAfter(whole.writes, settled.writes),
    formatPercent(whole.staleFraction),
    formatMs(outages.readMs),
    formatMs(outages.writeMs),
    errorWords(whole),
  ]
}

function beforeAndAfter(whole: Answered, settled: Answered): string {
  const [all, last] = [formatPercent(whole.fraction), formatPercent(settled.fraction)]
  return all === last ? all : `${all} → ${last}`
}

function failovers({ failovers: findings }: Datasheet): SheetTable {
  const [first] = findings
  return {
    id: 'failovers',
    title: 'Failover and recovery',
    lead:
      first === undefined
        ? ''
        : `Down for ${formatMs(first.forMs)}. Longest time without a success; the pauses of calm times were at most ` +
          `${formatMs(first.usual.readMs)} for reads and ${formatMs(first.usual.writeMs)} for writes. Calm again: 99 % answered, and a p90 of at ` +
          'most twice the usual, from then on.',
    columns: [
      text('Fault'),
      ...[
        'without a read',
        'without a write',
        'reads answered',
        'writes answered',
        'calm again after',
        'after the return',
      ].map(figure),
    ],
    rows: findings.map(({ title, outages, whole, calmAfterMs, calmAfterReturnMs }) => [
      title,
      formatMs(outages.readMs),
      formatMs(outages.writeMs),
      formatPercent(whole.reads.fraction),
      formatPercent(whole.writes.fraction),
      calmAfterMs === null ? 'not while it was down' : formatMs(calmAfterMs),
      calmAfterReturnMs === null ? 'not within the run' : formatMs(calmAfterReturnMs),
    ]),
  }
}

function lost(sheet: Datasheet): SheetTable {
  const { calm, partitions: cuts, failovers: downs, rebalancing } = sheet
  const inCalm = calm.lost
  const measured = rebalancing.measured ?? null
  const moves = measured === null ? [] : [measured]
  const row = (title: string, { acknowledged, judgedKeys, lost: gone, examples }: LostWrites): string[] => [
    title,
    formatCount(gone),
    formatCount(acknowledged),
    formatCount(judgedKeys),
    examples[0] ?? '',
  ]
  return {
    id: 'lost',
    title: 'Acknowledged writes lost',
    lead:
      'Acknowledged, and gone after the heal although no later write had replaced them: judged for each key by reads that ' +
      'began five seconds after the heal and before the key was written again.',
    columns: [
      text('After'),
      figure('lost'),
      figure('acknowledged'),
      figure('keys judged'),
      text('For example'),
    ],
    rows: [
      row('calm', inCalm),
      ...[...cuts, ...downs, ...moves].map(({ title, lost: found }) => row(title, found)),
    ],
  }
}

const SIGNS: Readonly<Record<GuaranteeResult['status'], string>> = {
  holds: '✓ holds',
  violated: '✕ violated',
  undecided: '? undecided',
}

export function statusText(status: GuaranteeResult['status'] | null): string {
  return status === null ? '—' : SIGNS[status]
}

function guarantees({ guarantees: { lines, strongestCalm, strongestFaults } }: Datasheet): SheetTable {
  return {
    id: 'guarantees',
    title: 'Guarantees',
    lead: `In calm: ${strongestCalm}. Throughout: ${strongestFaults}.`,
    columns: [
      text('Guarantee'),
      text('In calm'),
      text('With faults, too'),
      text('Proof, or why it is undecided'),
    ],
    rows: [...alike(lines).values()].map((group) => {
      const [{ calm: inCalm, faults, sentence }] = group
      return [group.map(({ title }) => title).join(', '), statusText(inCalm), statusText(faults), sentence]
    }),
  }
}

/** Lines of the same verdicts for the same reason, together. */
function alike(lines: readonly GuaranteeLine[]): Map<string, GuaranteeLine[]> {
  const groups = new Map<string, GuaranteeLine[]>()
  for (const line of lines) {
    const key = JSON.stringify([line.calm, line.faults, line.sentence])
    groups.set(key, [...(groups.get(key) ?? []), line])
  }
  return groups
}

/** "PC/EC". */
export function pacelcText({ pacelc }: Pick<Datasheet, 'pacelc'>): string {
  return `P${pacelc.partition}/E${pacelc.else}`
}

/** The class and why, convergence, saturation, rebalancing: what is told in sentences. */
export function convergenceSentence({ convergence }: Datasheet): string {
  if (convergence === null) return 'There are no two sides that could come apart.'
  const { afterHealMs, watchedMs } = convergence
  return afterHealMs === null
    ? `After the heal the replicas still differed when the run ended, ${formatMs(watchedMs)} later.`
    : `After the heal all replicas held the same within ${formatMs(afterHealMs)}.`
}

export function probesSentence({ probes, isQuick }: Datasheet): string {
  const operations = probes.reduce((sum, probe) => sum + probe.operations, 0)
  const virtualMs = probes.reduce((sum, probe) => sum + probe.virtualMs, 0)
  const quick = isQuick ? ' (the quick battery)' : ''
  return `${countOf(probes.length, 'probe')}${quick}, ${formatCount(operations)} operations in ${formatMs(virtualMs)} of virtual time.`
}

/** What reads saw of writes under contention. */
export function contentionSentence({ visibility }: Datasheet): string {
  const { staleFraction, versionLagP99, versionLagMax, timeLagP99Ms, freshAtZero, t999Ms } = visibility
  if (freshAtZero === null) return 'No write was acknowledged.'
  const at =
    t999Ms === null ? 'not within a second' : t999Ms === 0 ? 'at once' : `from ${formatMs(t999Ms)} on`
  const fresh = `A read that begins when a write was acknowledged returns it with probability ${formatNumber(freshAtZero, 5)}; 99.9 % do ${at}.`
  const contention =
    staleFraction === null || staleFraction === 0
      ? ' Under contention for two keys no read was stale.'
      : ` Under contention for two keys ${formatPercent(staleFraction)} of the reads were stale, by ${formatNumber(versionLagP99)} versions at p99 ` +
        `(${formatNumber(versionLagMax)} at most), and by up to ${formatMs(timeLagP99Ms)} in 99 of 100 such cases.`
  return fresh + contention
}
