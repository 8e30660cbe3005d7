import type { Operations, Verdict } from '../../../shared/checkers/contract.ts'
import { linearizable } from '../../../shared/checkers/linearizable/index.ts'
import { sequential } from '../../../shared/checkers/sequential/index.ts'
import { boundedStaleness, kAtomic } from '../../../shared/checkers/staleness/index.ts'
import {
  casRecording,
  kvRecording,
  recordedHistory,
} from '../../../shared/checkers/testing/recorded-histories.ts'
import { medianSeconds } from '../figure.ts'
import type { Suite } from '../figure.ts'

const STEPS_MAX = 50_000_000

/** Verdicts counted, for the note beside a figure. */
function tally(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>()
  for (const { status } of verdicts) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
}

export const checkersSuite: Suite = {
  name: 'checkers',
  summary:
    'linearizability of generated recordings in the manner of public ones; a million register operations',
  run(quick, report) {
    const judge = (histories: readonly Operations[]): Verdict[] =>
      histories.map((ops) => linearizable.check(ops, STEPS_MAX))
    const time = (
      name: string,
      histories: readonly Operations[],
      reference?: { name: string; value: number },
      goalMs?: number,
    ): void => {
      // The first time counts for itself: a command-line call has no second.
      const start = process.hrtime.bigint()
      let verdicts = judge(histories)
      const firstMs = Number(process.hrtime.bigint() - start) / 1e6
      const value = medianSeconds(() => (verdicts = judge(histories))) * 1000
      report({
        name,
        value,
        unit: 'ms',
        ...(reference === undefined
          ? {}
          : { reference: { ...reference, measured: 'recorded' as const }, ratio: reference.value / value }),
        ...(goalMs === undefined ? {} : { goal: { value: goalMs, atMost: true } }),
        note: `${tally(verdicts)}; the first time ${firstMs.toFixed(0)} ms`,
      })
    }
    const seeds = Array.from({ length: 102 }, (_, seed) => seed)
    const cas = seeds.map((seed) => casRecording(seed, seed % 2 === 1))
    time(
      '102 CAS-register recordings, up to 24 timeouts',
      cas,
      { name: 'Porcupine, its recordings, one core', value: 455 },
      455,
    )
    const kv = { name: 'Porcupine, its recording, one core' }
    time('string kv, 50 clients, 2,024 operations, good', [kvRecording(1, false)], { ...kv, value: 182 }, 182)
    time('string kv, 50 clients, 2,024 operations, bad', [kvRecording(1, true)], { ...kv, value: 35 }, 35)

    const operations = quick ? 100_000 : 1_000_000
    const ops = recordedHistory(1, {
      model: 'register',
      processes: 64,
      operations,
      keys: 100,
      values: 0,
      readPpm: 500_000,
      secondPpm: 0,
      timeoutPpm: 1000,
      stalePpm: 0,
    })
    const zones = { name: 'bare zone algorithm', value: quick ? 13 : 130 }
    const before = process.memoryUsage()
    time(`register, ${operations.toLocaleString('en')} operations`, [ops], zones, quick ? 50 : 500)
    const after = process.memoryUsage()
    report({
      name: 'memory that took beside the operations',
      value: Math.max(0, after.rss - before.rss) / 2 ** 20,
      unit: 'MiB',
      goal: { value: 512, atMost: true },
    })
    for (const [name, checker] of [
      ['sequential', sequential],
      ['smallest k', kAtomic(1)],
      ['smallest Δ', boundedStaleness(0)],
    ] as const)
      report({
        name: `${name} of the same`,
        value: medianSeconds(() => void checker.check(ops, STEPS_MAX), 3) * 1000,
        unit: 'ms',
        note: checker.check(ops, STEPS_MAX).status,
      })
  },
}
