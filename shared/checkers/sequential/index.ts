import { groupedDigits } from '../../base/digits.ts'
import { OUTCOME } from '../contract.ts'
import type { Checker, Evidence, Operations, Verdict } from '../contract.ts'
import { listed } from '../../base/listed.ts'
import { clause, edge, evidence, shrink, supportOf, valueWords } from '../evidence/index.ts'
import { linearizable } from '../linearizable/index.ts'
import { counts } from '../linearizable/key-rows.ts'
import { mustPrecede } from './must-precede.ts'
import type { Constraint } from './must-precede.ts'
import { SequentialSearch } from './search.ts'

export const sequential: Checker = {
  name: 'sequential',
  title: 'Sequential',
  definition:
    'All operations, on whatever keys, fit into one legal order in which those of each process stand in its order; real time between processes does not matter.',
  models: ['register', 'cas-register', 'counter', 'set', 'append-list', 'kv'],
  sources: [
    'L. Lamport: How to Make a Multiprocessor Computer That Correctly Executes Multiprocess Programs. IEEE TC C-28(9), 1979',
    'P. Gibbons and E. Korach: Testing Shared Memories. SIAM J. Comput. 26(4), 1997',
    'R. Zennou, A. Bouajjani, C. Enea and M. Erradi: Gradual Consistency Checking. CAV 2019',
  ],
  check: (ops, stepsMax) => checkSequential(ops, stepsMax),
}

/** Steps of one search while a violation is made smaller, and of all of them. */
const SHRINK_STEPS = 10_000
const SHRINK_STEPS_ALL = 500_000
/** A larger violation is reported as it is. */
const SHRINK_ROWS_MAX = 2_000

/** What is linearizable is sequential; failing that, what must precede what; failing that, a search. */
function checkSequential(ops: Operations, stepsMax: number): Verdict {
  for (const row of ops.siblings.keys())
    if (ops.status[row] === OUTCOME.ok)
      return {
        status: 'violated',
        evidence: evidence(`${clause(ops, row)} at once: a register holds one value`, [row], {
          anomaly: 'siblings',
        }),
        figures: {},
      }
  const strict = inStrictOrder(ops)
  if (strict !== null && linearizable.check(strict, Math.ceil(stepsMax / 4)).status === 'holds')
    return { status: 'holds', figures: { method: 'linearizable' } }
  const saturation = mustPrecede(ops)
  if (saturation.status === 'thin-air')
    return {
      status: 'violated',
      evidence: thinAir(ops, saturation.read, saturation.failed),
      figures: { method: 'reads-from' },
    }
  if (saturation.status === 'cycle')
    return {
      status: 'violated',
      evidence: cyclic(ops, saturation.cycle, saturation.proof),
      figures: { method: 'saturation' },
    }
  if (saturation.status === 'too-large')
    return {
      status: 'undecided',
      reason: 'vector clocks of this many operations and processes would exceed 1 GiB',
      figures: { method: 'saturation' },
    }
  const rows: number[] = []
  for (let row = 0; row < ops.count; row++) if (counts(ops, row)) rows.push(row)
  const constraints = saturation.status === 'consistent' ? saturation.constraints : []
  const outcome = new SequentialSearch(ops, rows, constraints).run(stepsMax)
  const figures = { method: 'search', searchSteps: outcome.steps }
  if (outcome.status === 'holds') return { status: 'holds', figures }
  if (outcome.status === 'undecided') {
    const limit =
      outcome.ranOutOf === 'steps'
        ? `took more than ${groupedDigits(stepsMax)} steps`
        : 'needed more than 1.5 GiB'
    return { status: 'undecided', reason: `the search for a legal order ${limit}`, figures }
  }
  return { status: 'violated', evidence: unordered(ops, rows, outcome.prefix), figures }
}

/**
 * The operations with simultaneous instants pulled apart, returns before invocations, so that the order of every process
 * is one of real time. Null where an operation without duration still meets the next.
 */
function inStrictOrder(ops: Operations): Operations | null {
  const { count, process, processCount } = ops
  const invokedAt = new Float64Array(count)
  const endedAt = new Float64Array(count)
  const last = new Float64Array(processCount).fill(-Infinity)
  for (let row = 0; row < count; row++) {
    invokedAt[row] = 2 * ops.invokedAt[row] + 1
    endedAt[row] = Math.max(2 * ops.endedAt[row], invokedAt[row])
    if (last[process[row]] >= invokedAt[row]) return null
    last[process[row]] = endedAt[row]
  }
  return { ...ops, invokedAt, endedAt }
}

function thinAir(ops: Operations, read: number, failed: number): Evidence {
  const origin = failed < 0 ? 'which nobody had put there' : 'put there only by an operation that failed'
  return evidence(`${clause(ops, read)}, ${origin}`, failed < 0 ? [read] : [failed, read], {
    anomaly: failed < 0 ? 'thin-air read' : 'aborted read',
  })
}

function cyclic(ops: Operations, cycle: readonly Constraint[], proof: readonly number[]): Evidence {
  const why = ({ from, to, kind, because }: Constraint): string => {
    if (kind === 'process') return 'came before it in the same process'
    if (kind === 'reads-from') return `wrote ${valueWords(ops, ops.value[from])}, which this read`
    if (kind === 'version-order')
      return `was overwritten by it, or the read that follows both would have seen it`
    return because === from
      ? `read what ${valueWords(ops, ops.value[to])} replaced`
      : `came before ${valueWords(ops, ops.value[to])}`
  }
  const rows = [...cycle.map(({ from }) => from), ...proof]
  const path = cycle.map(({ from }) => clause(ops, from))
  return evidence(`${listed(path)}: each must come before the next, and the last before the first`, rows, {
    anomaly: 'cyclic order',
    edges: cycle.map((constraint) => edge(constraint.from, constraint.to, constraint.kind, why(constraint))),
    cycle: cycle.map(({ from }) => from),
  })
}

function unordered(ops: Operations, rows: readonly number[], prefix: readonly number[]): Evidence {
  let steps = 0
  const violates = (part: readonly number[]): boolean => {
    if (steps > SHRINK_STEPS_ALL) return false
    const outcome = new SequentialSearch(ops, part, []).run(SHRINK_STEPS)
    steps += part.length + outcome.steps
    return outcome.status === 'violated'
  }
  const few = rows.length > SHRINK_ROWS_MAX ? rows : shrink(rows, supportOf(ops, rows), violates)
  return evidence(
    `no legal order of these ${few.length} operations keeps the order of their processes`,
    few,
    {
      legalPrefix: [...prefix],
    },
  )
}
