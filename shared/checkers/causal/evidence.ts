import { OUTCOME } from '../contract.ts'
import type { Evidence, EvidenceEdge, Operations } from '../contract.ts'
import { clause, deed, edge, evidence, valueWords } from '../evidence/index.ts'
import type { Chains } from './chains.ts'
import { pathBetween } from './path.ts'
import type { Derived, DerivedSteps, PathStep } from './path.ts'
import type { ReadsFrom, UnexplainedRead } from './reads-from.ts'
import type { Blocked } from './schedule.ts'
import { edgesOf, sessionOf, sourceEdge, story } from './words.ts'

/** A record as the causal checkers see it. */
export interface CausalView {
  readonly ops: Operations
  readonly rf: ReadsFrom
  readonly chains: Chains
}

/** A read of `write` (−1: of the initial value) by a row that had `newer` in its past. */
export interface OverwrittenRead {
  readonly write: number
  readonly newer: number
  readonly read: number
}

/** Adds, for each row of unknown outcome, a row that read it: without one nothing says that it happened. */
export function addWitnesses({ ops, rf }: CausalView, rows: Set<number>): Set<number> {
  for (const row of rows) {
    if (ops.status[row] !== OUTCOME.info) continue
    let witness = -1
    for (let reader = 0; reader < ops.count; reader++) {
      if (reader === row) continue
      if (rf.writer[reader] !== row && rf.others.get(reader)?.includes(row) !== true) continue
      if (witness === -1 || ops.status[reader] === OUTCOME.ok) witness = reader
      if (rows.has(reader) || ops.status[reader] === OUTCOME.ok) break
    }
    // A set is walked in the order of insertion, so a witness of unknown outcome gets one in turn.
    rows.add(witness)
  }
  return rows
}

export function unexplainedEvidence(
  view: CausalView,
  { read, value, failedWrite }: UnexplainedRead,
): Evidence {
  const { ops } = view
  const text = clause(ops, read)
  const what = valueWords(ops, value)
  if (failedWrite === null)
    return evidence(`${text}, but nobody wrote ${what} there`, addWitnesses(view, new Set([read])), {
      anomaly: 'ThinAirRead',
    })
  return evidence(
    `${text}, but ${sessionOf(ops, failedWrite)} had failed to write it`,
    addWitnesses(view, new Set([read, failedWrite])),
    {
      anomaly: 'aborted read',
      edges: [sourceEdge(ops, failedWrite, read)],
    },
  )
}

/** WriteCORead, WriteCOInitRead: a causally overwritten value was read. Paths may use `derived` steps. */
export function overwrittenEvidence(
  view: CausalView,
  { write, newer, read }: OverwrittenRead,
  derived: DerivedSteps | null = null,
): Evidence {
  const { ops, rf, chains } = view
  const seen = pathBetween(ops, rf, chains, newer, read, derived) ?? []
  const over = write < 0 ? [] : (pathBetween(ops, rf, chains, write, newer) ?? [])
  const path = [...over, ...seen]
  const told = [path[0].from, ...path.map((step) => step.to)]
  const rows = new Set(told)
  const edges = edgesOf(ops, path)
  const reasons = explain(view, path, derived, rows, edges)
  const value = valueWords(ops, ops.value[newer])
  if (write >= 0) edges.push(sourceEdge(ops, write, read))
  const overwritten = `what ${sessionOf(ops, read)} read had been overwritten with ${value}`
  edges.push(edge(read, newer, 'anti-dependency', overwritten))
  const judgement =
    write < 0
      ? `what the key held initially, though ${value} comes before the read`
      : `which ${value} had overwritten before the read`
  return evidence(
    `${[`${story(ops, told)}, ${judgement}`, ...reasons].join('; ')}`,
    addWitnesses(view, rows),
    {
      anomaly: write < 0 ? 'WriteCOInitRead' : 'WriteCORead',
      edges,
      cycle: seen.map((step) => step.from).concat(read),
    },
  )
}

/**
 * Adds the rows and edges from which the derived steps among `steps` follow, and returns the reasons in words. A derived
 * step may rest on others derived before it.
 */
function explain(
  { ops, rf, chains }: CausalView,
  steps: readonly PathStep[],
  derived: DerivedSteps | null,
  rows: Set<number>,
  edges: EvidenceEdge[],
): string[] {
  const reasons: string[] = []
  const explained = new Set<Derived>()
  const open = steps.flatMap((step) => (step.derived === null ? [] : [step.derived]))
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (explained.has(step)) continue
    explained.add(step)
    rows.add(step.read)
    const older = valueWords(ops, ops.value[step.from])
    reasons.push(`${sessionOf(ops, step.read)} had ${older} in its past when it ${deed(ops, step.read)}`)
    edges.push(sourceEdge(ops, step.to, step.read))
    const path = pathBetween(ops, rf, chains, step.from, step.read, derived, step.index) ?? []
    edges.push(...edgesOf(ops, path))
    for (const { from, to, derived: further } of path) {
      rows.add(from).add(to)
      if (further !== null) open.push(further)
    }
  }
  return reasons
}

/**
 * A cycle of session order, reads-from and derived steps, with the operations from which the derived ones follow.
 * Derived steps may rest on others derived before them.
 */
export function cycleEvidence(
  view: CausalView,
  cycle: readonly Blocked[],
  anomaly: string,
  derived: DerivedSteps | null,
): Evidence {
  const { ops, rf } = view
  const steps: PathStep[] = []
  for (let i = cycle.length - 1; i >= 0; i--) {
    const { row, waitsFor } = cycle[i]
    const isSource = rf.writer[row] === waitsFor || rf.others.get(row)?.includes(waitsFor) === true
    const forced = isSource ? null : (derived?.get(row)?.find((step) => step.from === waitsFor) ?? null)
    steps.push({ from: waitsFor, to: row, kind: isSource ? 'reads-from' : 'derived', derived: forced })
    const next = cycle[(i + cycle.length - 1) % cycle.length].waitsFor
    if (row !== next) steps.push({ from: row, to: next, kind: 'process', derived: null })
  }
  const rows = new Set(steps.map((step) => step.from))
  const edges: EvidenceEdge[] = edgesOf(ops, steps)
  const reasons = explain(view, steps, derived, rows, edges)
  const round = steps.map((step) => step.from)
  const told = `${story(ops, round)}: each of these comes before the next, and the last before the first`
  return evidence(`${[told, ...reasons].join('; ')}`, addWitnesses(view, rows), {
    anomaly,
    edges,
    cycle: round,
  })
}
