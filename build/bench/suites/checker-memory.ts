import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CHECKERS } from '../../../shared/checkers/registry.ts'
import type { RecordingShape } from '../../../shared/checkers/testing/recorded-histories.ts'
import type { TxnShape } from '../../../shared/checkers/testing/recorded-txns.ts'
import type { CheckerOutcome, CheckerTask } from '../checker-child.ts'
import type { Suite } from '../figure.ts'

const OPERATIONS = 100_000
/** A search's tables grow with its steps up to a bound of their own; so many show how steeply. */
const STEPS = 1_000_000
const GOAL_MIB = 2048

/** Many clients on some keys, values written once: what a lab's own run looks like. */
const CALM = {
  processes: 50,
  operations: OPERATIONS,
  keys: 100,
  values: 0,
  readPpm: 500_000,
  secondPpm: 500_000,
  timeoutPpm: 1_000,
  stalePpm: 0,
} as const
/** Everybody on one key, few values, many timeouts, and now and then a stale read: nothing but a search can tell. */
const HARD = { ...CALM, keys: 1, values: 5, timeoutPpm: 10_000, stalePpm: 20 } as const
/** The same, of lists and texts that would grow without end. */
const HARD_LONG = { ...HARD, keys: 200, values: 2 } as const

const TXNS = {
  processes: 50,
  txns: OPERATIONS,
  keys: 10,
  writesPerKey: 32,
  timeoutPpm: 1_000,
  snapshotPpm: 0,
}

const SHAPES: readonly (readonly [string, RecordingShape])[] = [
  ['register', { model: 'register', ...CALM }],
  ['register, hard', { model: 'register', ...HARD }],
  ['cas-register', { model: 'cas-register', ...CALM }],
  ['cas-register, hard', { model: 'cas-register', ...HARD }],
  ['counter', { model: 'counter', ...CALM }],
  ['counter, hard', { model: 'counter', ...HARD }],
  ['set', { model: 'set', ...CALM, keys: 1000, secondPpm: 0 }],
  ['set, hard', { model: 'set', ...HARD, values: 60 }],
  ['append-list', { model: 'append-list', ...CALM, keys: 1000 }],
  ['append-list, hard', { model: 'append-list', ...HARD_LONG }],
  ['kv', { model: 'kv', ...CALM, keys: 1000 }],
  ['kv, hard', { model: 'kv', ...HARD_LONG }],
]

const TXN_SHAPES: readonly (readonly [string, TxnShape])[] = [
  ['txn, lists', { ...TXNS, lists: true, values: 0 }],
  ['txn, lists, old snapshots', { ...TXNS, lists: true, values: 0, snapshotPpm: 200_000 }],
  ['txn, registers', { ...TXNS, lists: false, values: 0 }],
  ['txn, registers, old snapshots', { ...TXNS, lists: false, values: 0, snapshotPpm: 200_000 }],
  ['txn, registers, few values', { ...TXNS, lists: false, values: 5, keys: 5, writesPerKey: OPERATIONS }],
]

const TASKS: readonly (readonly [string, CheckerTask['history']])[] = [
  ...SHAPES.map(([name, shape]) => [name, { of: 'operations', shape }] as const),
  ...TXN_SHAPES.map(([name, shape]) => [name, { of: 'txns', shape }] as const),
]

export const checkerMemorySuite: Suite = {
  name: 'checker-memory',
  summary: 'peak memory of every checker on a hundred thousand operations, each in a process of its own',
  run(quick, report, { checkerChild }) {
    for (const [name, history] of TASKS) {
      const model = history.of === 'txns' ? 'txn' : history.shape.model
      for (const [guarantee, { models }] of CHECKERS) {
        if (!models.includes(model)) continue
        const task: CheckerTask = { guarantee, history, steps: quick ? STEPS / 10 : STEPS }
        const { stdout, status } = spawnSync(
          process.execPath,
          [fileURLToPath(checkerChild), JSON.stringify(task)],
          { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
        )
        if (status !== 0) throw new Error(`${guarantee} of ${name} ended with ${status}`)
        const { status: verdict, reason, ms, beforeMiB, peakMiB } = JSON.parse(stdout) as CheckerOutcome
        report({
          name: `${name}: ${guarantee}`,
          value: peakMiB,
          unit: 'MiB',
          goal: { value: GOAL_MIB, atMost: true },
          note: `${verdict}${reason === null ? '' : ` (${reason})`}; ${Math.round(ms)} ms; the history alone ${Math.round(beforeMiB)} MiB`,
          details: { verdict, reason, ms, beforeMiB },
        })
      }
    }
  },
}
