import { listed } from '../../base/listed.ts'
import { countOf, formatMs } from '../numbers.ts'
import { comparisonRows, type Difference } from './comparison.ts'
import { expectationCounts, type BroughtRun, type Comparison } from './document.ts'

/** What pages, Markdown and the terminal say of a comparison in the same words. */

/** Names of runs are long, and a table has a column for each. */
export const letterOf = (index: number): string => String.fromCharCode(65 + index)

/** "simulated 20 s, seed 7; 2 of 3 expectations met and 1 missed" */
export function runWords({ report }: BroughtRun): string {
  const met = expectationCounts(report.expectations)
  const early = report.stoppedEarly === null ? '' : ', ended early'
  const what = `${report.runtime} ${formatMs(report.durationMs)}, seed ${report.seed}${early}`
  return met === '' ? what : `${what}; ${met}`
}

/** "12 % more, worse"; empty for the first run. */
export function differenceWords({ words, isBetter }: Difference): string {
  return isBetter === null ? words : `${words}, ${isBetter ? 'better' : 'worse'}`
}

/** Head and rows of the table of figures: the first run's, then each other's with its difference. */
export function figureTable(runs: readonly BroughtRun[]): { columns: string[]; rows: string[][] } {
  const others = runs.slice(1)
  return {
    columns: [
      'figure',
      letterOf(0),
      ...others.flatMap((_, i) => [letterOf(i + 1), `${letterOf(i + 1)} to A`]),
    ],
    rows: comparisonRows(runs).map(({ metric, differences: [first, ...rest] }) => [
      metric,
      first.text,
      ...rest.flatMap((difference) => [difference.text, differenceWords(difference)]),
    ]),
  }
}

/** Figures beyond their tolerance and those of which it cannot be said, with their runs. */
export function breaches({ held, runs }: Comparison): { status: 'exceeded' | 'undecided'; text: string }[] {
  return (held ?? []).flatMap(({ status, run, sentence }) =>
    status === 'kept' ? [] : [{ status, text: `${letterOf(run)} (${runs[run].label}), ${sentence}` }],
  )
}

/** "19 figures held: 1 beyond its tolerance, 2 undecided."; empty where no tolerance was stated. */
export function heldSentence({ held }: Comparison): string {
  if (held === null) return ''
  const count = (status: string): number => held.filter((each) => each.status === status).length
  const exceeded = count('exceeded')
  const parts = [
    exceeded === 0 ? 'none is beyond its tolerance' : `${exceeded} beyond tolerance`,
    ...(count('undecided') > 0 ? [`${count('undecided')} undecided`] : []),
  ]
  return `${countOf(held.length, 'figure')} held against the first run's: ${listed(parts)}.`
}
