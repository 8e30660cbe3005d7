import { CROSS_CHECKS } from '../../shared/checkers/testing/all-cross-checks.ts'
import type { Agreement } from '../../shared/checkers/testing/all-cross-checks.ts'

export interface CheckersOptions {
  /** Names of `CROSS_CHECKS`. */
  readonly names: readonly string[]
  /** Histories of each of which brute force and the checker both say something. */
  readonly histories: number
  readonly seedFrom: number
  /** Told of each name when it is done. */
  readonly onDone: (row: CheckersRow) => void
}

export interface CheckersRow extends Agreement {
  readonly name: string
  readonly seconds: number
  /** The command that repeats each disagreement. */
  readonly reproduce: readonly string[]
}

/** The names that begin as asked, or all. */
export function crossCheckNames(asked: string | undefined): string[] {
  return [...CROSS_CHECKS.keys()].filter((name) => asked === undefined || name.startsWith(asked))
}

const BATCH = 1_000

/** Small random histories, judged by every checker and by brute force. */
export function soakCheckers({ names, histories, seedFrom, onDone }: CheckersOptions): CheckersRow[] {
  return names.map((name) => {
    const startMs = performance.now()
    const sum: Agreement = { holds: 0, violated: 0, undecided: 0, unknowable: 0, wrong: [] }
    const run = CROSS_CHECKS.get(name)
    for (let seed = seedFrom; run !== undefined && sum.holds + sum.violated < histories;) {
      const wanted = Math.min(BATCH, histories - sum.holds - sum.violated)
      const { holds, violated, undecided, unknowable, wrong } = run(seed, wanted)
      sum.holds += holds
      sum.violated += violated
      sum.undecided += undecided
      sum.unknowable += unknowable
      sum.wrong.push(...wrong)
      seed += wanted
    }
    const row: CheckersRow = {
      name,
      ...sum,
      seconds: Math.round((performance.now() - startMs) / 1000),
      reproduce: sum.wrong.map(
        (seed) => `npm run soak -- --checkers --guarantee '${name}' --seed-from ${seed} --histories 1`,
      ),
    }
    onDone(row)
    return row
  })
}

/** One line of the table. */
export function checkersLine({ name, holds, violated, undecided, wrong, seconds }: CheckersRow): string {
  const cells = [holds + violated, holds, violated, undecided, wrong.length]
  const numbers = cells.map((cell) => cell.toLocaleString('en').padStart(12)).join('')
  return `${name.padEnd(40)}${numbers}${`${seconds} s`.padStart(10)}\n`
}

export const CHECKERS_HEADER = `${'guarantee'.padEnd(40)}${[
  'histories',
  'hold',
  'violated',
  'undecided',
  'disagree',
]
  .map((cell) => cell.padStart(12))
  .join('')}\n`
