import { OUTCOME } from '../contract.ts'
import type { Evidence, Operations } from '../contract.ts'
import { clause, evidence, keyWords, shrink, supportOf, withSupport } from '../evidence/index.ts'
import { readAddedSet } from './added.ts'
import { AppendReader } from './appended.ts'
import { impossibleCount } from './counted.ts'
import { explainConflict, explainFinding } from './explain.ts'
import { counts, F } from './key-rows.ts'
import { problemOf } from './search/problem-of.ts'
import { Search } from './search/search.ts'
import { RegisterReader } from './unique.ts'
import { VersionTable } from './versions.ts'
import { Zones } from './zones.ts'

export type KeyVerdict =
  | { readonly status: 'holds' }
  | { readonly status: 'violated'; readonly evidence: Evidence }
  | { readonly status: 'undecided'; readonly ranOutOf: 'steps' | 'memory' }
  /** Only a search can tell. */
  | { readonly status: 'ambiguous' }

/** Steps of one search while a violation is made smaller, and of all of them, each row that is looked at a step too. */
const SHRINK_STEPS = 20_000
const SHRINK_STEPS_ALL = 300_000

/** Judges one key at a time: at a glance where observations name their versions, else by search. */
export class KeyJudge {
  readonly #ops: Operations
  readonly #table: VersionTable
  readonly #zones: Zones
  readonly #registers: RegisterReader | null
  readonly #appends: AppendReader | null
  /** Steps that searches took so far. */
  steps = 0

  constructor(ops: Operations, rowsMax: number) {
    const { model } = ops
    this.#ops = ops
    this.#table = new VersionTable(ops, rowsMax)
    this.#zones = new Zones(ops, rowsMax)
    this.#registers =
      model === 'register' || model === 'cas-register' ? new RegisterReader(ops, rowsMax) : null
    this.#appends = model === 'append-list' || model === 'kv' ? new AppendReader(ops) : null
  }

  /** By polynomial means alone. */
  glance(rows: Uint32Array): KeyVerdict {
    const ops = this.#ops
    if (rows.length === 0) return { status: 'holds' }
    if (ops.model === 'set') {
      const reading = readAddedSet(ops, rows)
      if (reading.kind !== 'impossible') return { status: reading.kind }
      return { status: 'violated', evidence: explainFinding(ops, reading.finding, reading.precedes) }
    }
    if (ops.model === 'counter') {
      const found = impossibleCount(ops, rows)
      return found === null ? { status: 'ambiguous' } : { status: 'violated', evidence: found }
    }
    const reader = this.#registers ?? this.#appends
    if (reader === null) return { status: 'ambiguous' }
    const reading = reader.read(rows, this.#table)
    if (reading.kind === 'ambiguous') return { status: 'ambiguous' }
    if (reading.kind === 'impossible')
      return { status: 'violated', evidence: explainFinding(ops, reading.finding) }
    const conflict = this.#zones.check(this.#table, reading.ties, reading.chained)
    if (conflict === null) return { status: 'holds' }
    const { kind } = conflict
    if (kind !== 'tangled')
      return { status: 'violated', evidence: explainConflict(ops, this.#table, { ...conflict, kind }) }
    const relevant = [...rows].filter((row) => counts(ops, row))
    return { status: 'violated', evidence: this.#explain(relevant, rows[rows.length - 1]) }
  }

  search(rows: Uint32Array, stepsMax: number): KeyVerdict {
    const ops = this.#ops
    const problem = problemOf(ops, rows, true)
    const outcome = new Search(problem.input, problem.machine).run(stepsMax)
    this.steps += outcome.steps
    if (outcome.status === 'holds') return { status: 'holds' }
    if (outcome.status === 'undecided') return outcome
    return { status: 'violated', evidence: this.#explain(problem.rows, problem.rows[outcome.stuck]) }
  }

  /** The fewest operations found that have no legal order, and how far an order of them gets. */
  #explain(rows: readonly number[], stuck: number): Evidence {
    const ops = this.#ops
    let steps = 0
    const violates = (part: readonly number[]): boolean => {
      if (steps > SHRINK_STEPS_ALL) return false
      const { input, machine } = problemOf(ops, part, true)
      const again = new Search(input, machine).run(SHRINK_STEPS)
      steps += part.length + again.steps
      return again.status === 'violated'
    }
    // Where an order gets stuck, the operations that began by then have none already: what is linearizable is so up to
    // any instant. But the search looks ahead, and may have given up for what was to come.
    let operations: readonly number[] = rows
    for (let at = stuck, isFirst = true; at >= 0; isFirst = false) {
      const early = upTo(ops, operations, ops.endedAt[at])
      const isEarly = early.rows.length < operations.length && violates(early.rows)
      if (!isEarly && !isFirst) break
      const { rows: concerned, support } = isEarly ? early : upTo(ops, operations, Infinity)
      operations = shrink(concerned, support, violates)
      const some = problemOf(ops, operations, true)
      const outcome = new Search(some.input, some.machine, false).run(SHRINK_STEPS)
      steps += outcome.steps
      at = outcome.status === 'violated' ? some.rows[outcome.stuck] : -1
    }
    const few = problemOf(ops, operations, true)
    const outcome = new Search(few.input, few.machine, false).run(SHRINK_STEPS)
    const key = keyWords(ops, 'on', ops.key[stuck])
    const none = `no order of these ${operations.length} operations${key} is legal`
    if (outcome.status !== 'violated') return evidence(none, operations)
    const legalPrefix = outcome.prefix.map((op) => few.rows[op])
    return evidence(`${none}: none lets it be that ${clause(ops, few.rows[outcome.stuck])}`, operations, {
      legalPrefix,
    })
  }
}

interface Beginning {
  readonly rows: readonly number[]
  readonly support: (row: number) => readonly number[]
}

/**
 * The operations that began by an instant, without what observers told later. What did not end by then has taken effect
 * by then or it does not matter, and rests on what began by then; only what returned later has to have its effect, and
 * rests on more.
 */
function upTo(ops: Operations, rows: readonly number[], instant: number): Beginning {
  const returnsLater = (row: number): boolean => ops.status[row] === OUTCOME.ok && ops.endedAt[row] > instant
  const tells = (row: number): boolean =>
    ops.f[row] === F.read || (ops.f[row] === F.cas && ops.result[row] === 0)
  const begun = rows.filter((row) => ops.invokedAt[row] <= instant && !(returnsLater(row) && tells(row)))
  const inside = supportOf(ops, begun, true)
  const anywhere = supportOf(ops, rows, true)
  const support = (row: number): readonly number[] => (returnsLater(row) ? anywhere(row) : inside(row))
  return { rows: withSupport(begun, support), support }
}
