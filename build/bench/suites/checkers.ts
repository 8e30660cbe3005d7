import { causal } from '../../../shared/checkers/causal/index.ts'
import type { Operations, Verdict } from '../../../shared/checkers/contract.ts'
import { EdnReader, JsonlReader } from '../../../shared/checkers/input/index.ts'
import { linearizable } from '../../../shared/checkers/linearizable/index.ts'
import { sequential } from '../../../shared/checkers/sequential/index.ts'
import { boundedStaleness, kAtomic } from '../../../shared/checkers/staleness/index.ts'
import {
  casRecording,
  kvRecording,
  recordedHistory,
} from '../../../shared/checkers/testing/recorded-histories.ts'
import { medianSeconds } from '../figure.ts'
import type { Report, Suite } from '../figure.ts'

const STEPS_MAX = 50_000_000

/** Verdicts counted, for the note beside a figure. */
function tally(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>()
  for (const { status } of verdicts) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
}

/** Causal consistency, held against a checker of isolation levels on histories of its own. */
function causalFigures(quick: boolean, report: Report): void {
  for (const [operations, reference, goal] of quick ? [] : CAUSAL) {
    const ops = recordedHistory(1, { ...REGISTERS, operations, keys: 1000, stalePpm: 0 })
    const before = process.memoryUsage().rss
    const value = medianSeconds(() => void causal.check(ops, CLOCK_STEPS_MAX), 3) * 1000
    report({
      name: `causal, ${operations.toLocaleString('en')} operations`,
      value,
      unit: 'ms',
      reference: { name: 'Plume, whole process', value: reference, measured: 'recorded' },
      ratio: reference / value,
      goal: { value: goal, atMost: true },
      note: `${causal.check(ops, CLOCK_STEPS_MAX).status}; ${Math.max(0, Math.round((process.memoryUsage().rss - before) / 2 ** 20))} MiB more`,
    })
  }
}

const CAUSAL = [
  [100_000, 1160, 600],
  [200_000, 2440, 1200],
] as const
const CLOCK_STEPS_MAX = 2_000_000_000

const REGISTERS = {
  model: 'register',
  processes: 64,
  values: 0,
  readPpm: 500_000,
  secondPpm: 0,
  timeoutPpm: 1000,
} as const

/** Reading a history, from its text to operations. */
function readingFigures(quick: boolean, report: Report): void {
  const operations = quick ? 100_000 : 1_000_000
  const formats = [
    ['jsonl', operations, jsonlText(operations), () => new JsonlReader({ model: null, initial: undefined })],
    [
      'Jepsen EDN',
      operations / 10,
      ednText(operations / 10),
      () => new EdnReader({ model: null, initial: undefined }),
    ],
  ] as const
  for (const [format, count, text, reader] of formats)
    report({
      name: `reading ${count.toLocaleString('en')} operations, ${format}`,
      value:
        medianSeconds(() => {
          const one = reader()
          for (let from = 0; from < text.length; from += 1 << 20) one.push(text.slice(from, from + (1 << 20)))
          if (!one.finish().ok) throw new Error('the text is damaged')
        }, 3) * 1000,
      unit: 'ms',
      ...(format === 'jsonl' ? { goal: { value: quick ? 250 : 2500, atMost: true } } : {}),
      note: `${Math.round(text.length / 2 ** 20)} MiB`,
    })
}

function jsonlText(operations: number): string {
  const lines = ['{"format":"replica-lab/history@1","model":"register","order":"ordered"}']
  for (let i = 0; i < operations; i++) {
    const f = i % 2 === 0 ? 'write' : 'read'
    const op = `"process":${i % 32},"f":"${f}","key":"user${i % 1000}"`
    lines.push(`{"type":"invoke",${op},"value":${f === 'write' ? i + 1 : 'null'},"timeNs":${i * 1000}}`)
    lines.push(`{"type":"ok",${op},"value":${i + 1},"timeNs":${i * 1000 + 500},"version":"${i + 1}.0"}`)
  }
  return lines.join('\n')
}

function ednText(operations: number): string {
  const lines: string[] = []
  for (let i = 0; i < operations; i++)
    for (const type of ['invoke', 'ok'])
      lines.push(
        `{:type :${type}, :f :write, :value ${i}, :process ${i % 32}, :time ${i * 2 + (type === 'ok' ? 1 : 0)}, :index ${i}}`,
      )
  return lines.join('\n')
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
    const ops = recordedHistory(1, { ...REGISTERS, operations, keys: 100, stalePpm: 0 })
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
    causalFigures(quick, report)
    readingFigures(quick, report)
  },
}
