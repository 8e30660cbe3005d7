import { checkerNamed } from '../../shared/checkers/registry.ts'
import { COUNTS_CLOCKS, CLOCK_STEPS_PER_STEP } from '../../shared/checkers/judge.ts'
import { recordedHistory } from '../../shared/checkers/testing/recorded-histories.ts'
import type { RecordingShape } from '../../shared/checkers/testing/recorded-histories.ts'
import { recordedTxns } from '../../shared/checkers/testing/recorded-txns.ts'
import type { TxnShape } from '../../shared/checkers/testing/recorded-txns.ts'

/** One check in a process of its own, whose peak of memory is then the check's. */
export interface CheckerTask {
  readonly guarantee: string
  readonly history:
    | { readonly of: 'operations'; readonly shape: RecordingShape }
    | { readonly of: 'txns'; readonly shape: TxnShape }
  readonly steps: number
}

export interface CheckerOutcome {
  readonly status: string
  readonly reason: string | null
  readonly ms: number
  /** With the history in memory and nothing else, and at most. */
  readonly beforeMiB: number
  readonly peakMiB: number
}

const { guarantee, history, steps } = JSON.parse(process.argv[2]) as CheckerTask
const ops = history.of === 'txns' ? recordedTxns(1, history.shape) : recordedHistory(1, history.shape)
const checker = checkerNamed(guarantee)
const before = process.memoryUsage().rss
const start = process.hrtime.bigint()
const verdict = checker?.check(ops, COUNTS_CLOCKS.has(guarantee) ? steps * CLOCK_STEPS_PER_STEP : steps)
const outcome: CheckerOutcome = {
  status: verdict?.status ?? 'no such checker',
  reason: verdict?.status === 'undecided' ? verdict.reason : null,
  ms: Number(process.hrtime.bigint() - start) / 1e6,
  beforeMiB: before / 2 ** 20,
  // In KiB, on every platform.
  peakMiB: process.resourceUsage().maxRSS / 2 ** 10,
}
process.stdout.write(`${JSON.stringify(outcome)}\n`)
