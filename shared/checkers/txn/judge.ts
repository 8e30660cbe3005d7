import { groupedDigits } from '../../base/digits.ts'
import { MICRO } from '../contract.ts'
import type { Evidence, Operations, Verdict } from '../contract.ts'
import { shrink } from '../evidence/index.ts'
import { addKnownOrder, addReadsFrom, DependencyGraph } from './dependencies.ts'
import { cycleEvidence, nameOf, txnCycle, witnesses } from './explain.ts'
import { fracturedReads } from './fractured.ts'
import { KIND, shortestCycle } from './graph.ts'
import { INITIAL } from './history.ts'
import type { TxnHistory } from './history.ts'
import { forbiddenCycle, problemOf } from './levels.ts'
import type { OrderedLevel } from './levels.ts'
import { listHistory } from './lists.ts'
import { contradictionOf, findLooseOrder, guessedGraph, likelyOrder } from './loose-order.ts'
import { registerHistory } from './registers.ts'
import { replayed } from './replay.ts'

export type Level = 'read-committed' | 'read-atomic' | OrderedLevel

const undecided = (reason: string): Verdict => ({ status: 'undecided', reason, figures: {} })
const violated = (evidence: Evidence, figures: Record<string, string> = {}): Verdict => ({
  status: 'violated',
  evidence,
  figures,
})

export function judgeTxns(ops: Operations, stepsMax: number, level: Level): Verdict {
  const { txns } = ops
  if (txns === null) return undecided('the record has no transactions')
  if (txns.readsLists && txns.f.includes(MICRO.write))
    return undecided('transactions both append to lists and overwrite them, which tells no order of versions')
  const history = txns.readsLists ? listHistory(ops, txns) : registerHistory(ops, txns)
  const direct = history.anomalies.find((one) => one.level === 'read-committed' || level !== 'read-committed')
  if (direct !== undefined) return violated(direct.evidence)
  const found =
    level === 'read-committed'
      ? uncommittedReads(history)
      : level === 'read-atomic'
        ? fracturedReads(history)
        : judgeOrdered(history, history.doubt === null ? stepsMax : stepsMax / 10, level)
  if (found?.status === 'violated' || history.doubt === null) return found ?? { status: 'holds', figures: {} }
  if (txns.readsLists) return undecided(history.doubt)
  return replayed(ops, txns, stepsMax, level, history.doubt)
}

/** Cycles of dependencies alone: G0 and G1c. Loose versions can always be put in an order that closes none. */
function uncommittedReads(history: TxnHistory): Verdict | null {
  const graph = new DependencyGraph('plain', history.rows.length)
  addReadsFrom(graph, history.reads)
  addReadsFrom(graph, history.strayReads)
  addKnownOrder(graph, history.keys)
  const cycle = shortestCycle(graph)
  return cycle === null ? null : cycleVerdict(history, graph, cycle)
}

function cycleVerdict(history: TxnHistory, graph: DependencyGraph, cycle: readonly number[]): Verdict {
  const dependencies = txnCycle(graph, cycle)
  const { name, class: adya } = nameOf(dependencies)
  return violated(cycleEvidence(history, dependencies, name), { class: adya })
}

function judgeOrdered(history: TxnHistory, stepsMax: number, level: OrderedLevel): Verdict | null {
  const problem = problemOf(history, level)
  const graph = problem.knownWithMisses()
  const cycle = forbiddenCycle(problem, graph)
  if (cycle === 'too-large')
    return undecided('the transactions depend on one another too much to compare them all')
  if (cycle !== null) return cycleVerdict(history, graph, cycle)
  const lost = lostUpdate(history)
  if (lost !== null) return lost
  // What a store that keeps real time did, it also did at this level; and instants narrow the orders down best.
  const strict = level === 'strict-serializable' ? null : problemOf(history, 'strict-serializable')
  const budget = { steps: stepsMax }
  const likely = strict === null ? null : likelyOrder(strict, budget)
  if (likely !== null && problem.allows(likely) === true) return null
  const found = findLooseOrder(problem, budget)
  if (typeof found !== 'string') return null
  if (found === 'impossible') return noOrder(history, stepsMax, level)
  const unknown = 'the order of the versions is not recorded'
  return found === 'too-large'
    ? undecided(`${unknown}, and there are too many transactions to compare them all`)
    : undecided(`gave up after ${groupedDigits(stepsMax)} steps: ${unknown}, and too many are possible`)
}

/** Two transactions that read the same version of a key and both replaced it: whichever came second lost the first's. */
function lostUpdate(history: TxnHistory): Verdict | null {
  const writesKey = new Set<number>()
  const { rows, keys } = history
  for (const { key, loose } of keys) for (const txn of loose) writesKey.add(key * rows.length + txn)
  const replaced = new Map<number, number>()
  for (const { reader, key, writer, length } of history.reads) {
    if (length > 0 || !writesKey.has(key * rows.length + reader)) continue
    const version = key * (rows.length + 1) + writer + 1
    const other = replaced.get(version)
    replaced.set(version, reader)
    if (other === undefined) continue
    const cycle = [
      { from: other, to: reader, kind: KIND.rw, key },
      { from: reader, to: other, kind: KIND.rw, key },
    ]
    const sources = writer === INITIAL ? [] : [rows[writer]]
    return violated(cycleEvidence(history, cycle, 'lost update', { rows: sources, sentence: '' }), {
      class: 'G-single',
    })
  }
  return null
}

/** Checks of parts of the history: fewer where each takes longer. */
const SHRINK_WORK = 60_000

/** No order of the versions is allowed: the fewest transactions for which this is so, and why. */
function noOrder(history: TxnHistory, stepsMax: number, level: OrderedLevel): Verdict {
  const whole = problemOf(history, level)
  const isImpossible = (txns: readonly number[]): boolean => {
    const problem = whole.part(txns)
    const cycle = forbiddenCycle(problem, problem.knownWithMisses())
    return cycle !== null || findLooseOrder(problem, { steps: stepsMax }) === 'impossible'
  }
  const checks = Math.min(600, Math.max(20, Math.floor(SHRINK_WORK / history.rows.length)))
  const txns = shrink([...history.rows.keys()], () => [], isImpossible, checks)
  const problem = whole.part(txns)
  const part = problem.history
  const graph = contradictionOf(problem, stepsMax)?.one ?? guessedGraph(problem) ?? problem.knownWithMisses()
  const cycle = forbiddenCycle(problem, graph)
  const dependencies = cycle === null || cycle === 'too-large' ? [] : txnCycle(graph, cycle)
  const { name, class: adya } = nameOf(dependencies)
  const evidence = cycleEvidence(part, dependencies, name, {
    rows: [...part.rows, ...witnesses(history, new Set(txns))],
    sentence: '; no other order of the versions that these transactions wrote does better',
  })
  return violated(evidence, { class: adya })
}
