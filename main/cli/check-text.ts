import type { CheckedRecord, TimedResult } from '../../shared/report/evidence/types.ts'
import { instantWords } from '../../shared/report/evidence/instants.ts'
import { shownEvidence } from '../../shared/report/evidence/shown.ts'
import { countOf, formatMs, formatNumber } from '../../shared/report/numbers.ts'
import { plain, tableText, type Cell } from './table.ts'

/** Operations of a proof that a terminal shows; the page and `--json` have all of them. */
const ROWS_MAX = 12

/** Verdicts for a person at a terminal: per record what holds, and of what is violated the operations that prove it. */
export function checkText(records: readonly CheckedRecord[], page: string | null): string {
  const parts = records.map(recordText)
  if (page !== null) parts.push(`Written: ${plain(page)}\n`)
  return parts.join('\n')
}

function recordText(record: CheckedRecord): string {
  const { file, model, operations, keys, processes, results, strongestLevel } = record
  const what = `${countOf(operations, 'operation')} on ${countOf(keys, 'key')} by ${countOf(processes, 'process', 'processes')}`
  const lines = [`${plain(file)}: ${what} (${model})\n`, `${verdictTable(results)}`]
  for (const result of results) {
    // What follows from another verdict has that one's proof.
    if (result.status === 'violated' && typeof result.because !== 'string') lines.push(proofText(result))
  }
  if (strongestLevel !== null) lines.push(`Strongest level observed: ${plain(strongestLevel)}.\n`)
  return lines.join('\n')
}

const MARKS = { holds: '✓', violated: '✕', undecided: '?' } as const

function verdictTable(results: readonly TimedResult[]): string {
  return tableText(
    results.map(({ name, status, evidence, figures = {}, because, wallMs }): Cell[] => {
      const told = [
        ...(typeof because === 'string' ? [`follows from ${because}`] : []),
        ...(status === 'undecided' && typeof evidence === 'string' ? [evidence] : []),
        ...Object.entries(figures)
          .filter(([figure]) => status !== 'undecided' && TOLD.has(figure))
          .map(([figure, value]) => `${figure} ${typeof value === 'number' ? formatNumber(value) : value}`),
      ]
      return [`${MARKS[status]} ${name}`, status, { right: formatMs(wallMs) }, told.join('; ')]
    }),
    '  ',
  )
}

/** Figures that say something of the record, and not of how it was judged. */
const TOLD: ReadonlySet<string> = new Set([
  'kMin',
  'kMax',
  'deltaMs',
  'convergedAfterMs',
  'violatingReads',
  'lostWrites',
  'lost',
  'neverRead',
  'stale',
  'staleMaxMs',
  'duplicated',
  'unexpected',
])

function proofText({ name, evidence }: TimedResult): string {
  const shown = shownEvidence(evidence)
  if (shown === null) return ''
  // Those of the sessions' guarantees are called after them.
  const anomaly = shown.anomaly === null || shown.anomaly === name ? '' : ` (${shown.anomaly})`
  const proof = shown.shown.filter(({ isProof }) => isProof)
  const rows = proof
    .slice(0, ROWS_MAX)
    .map(({ line, process, text, status, from, to }): Cell[] => [
      line === null ? '' : `line ${line}`,
      `process ${process}`,
      status === 'ok' ? text : `${text} (${status === 'info' ? 'outcome unknown' : 'failed'})`,
      { right: instantWords(from, shown.unit) },
      to === null ? '… never ended' : `… ${instantWords(to, shown.unit)}`,
    ])
  const more = Math.max(shown.operations.length, proof.length) - rows.length
  return [
    `${name} is violated${plain(anomaly)}: ${plain(shown.sentence)}.\n`,
    tableText(rows, '    '),
    more > 0 ? `    … and ${more} more\n` : '',
  ].join('')
}
