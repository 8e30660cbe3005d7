import { initialOf } from '../causal/reads-from.ts'
import { MICRO, OUTCOME, UNKNOWN_READ } from '../contract.ts'
import type { Evidence, MicroOperations, Operations, Verdict } from '../contract.ts'
import { evidence, shrink } from '../evidence/index.ts'
import { StateTable, StepMemo } from '../linearizable/search/machine.ts'
import { searchInput } from '../linearizable/search/problem.ts'
import type { Problem } from '../linearizable/search/problem.ts'
import { Search } from '../linearizable/search/search.ts'
import type { SearchOutcome } from '../linearizable/search/search.ts'
import type { Level } from './judge.ts'

/** Steps of one search while a violation is made smaller, and of all of them. */
const SHRINK_STEPS = 20_000
const SHRINK_STEPS_ALL = 300_000
/** States are texts of one character per key, which stands for a value. */
const VALUES_MAX = 60_000

/**
 * Transactions over registers whose values do not tell writes apart: the whole store is one object, and a search looks
 * for an order in which all reads come right. If there is one in real time, every level is kept; if there is none at
 * all, not even serializability is. What lies between depends on which write each read saw, and nobody knows that.
 */
export function replayed(
  ops: Operations,
  txns: MicroOperations,
  stepsMax: number,
  level: Level,
  doubt: string,
): Verdict {
  const store = new Store(ops, txns)
  if (!store.fits) return undecided(doubt)
  const inTime = level === 'strict-serializable'
  for (const realTime of inTime ? [true] : [true, false]) {
    const outcome = store.search(store.rows, realTime, stepsMax)
    if (outcome.status === 'holds') return { status: 'holds', figures: {} }
    if (outcome.status === 'undecided')
      return undecided(`${doubt}; a search for an order of the transactions ran out of ${outcome.ranOutOf}`)
    if (realTime === inTime && (inTime || level === 'serializable'))
      return { status: 'violated', evidence: explained(store, realTime), figures: {} }
  }
  return undecided(doubt)
}

const undecided = (reason: string): Verdict => ({ status: 'undecided', reason, figures: {} })

/** The fewest transactions found that have no order, and how far an order of them gets. */
function explained(store: Store, inRealTime: boolean): Evidence {
  let steps = 0
  const violates = (rows: readonly number[]): boolean => {
    if (steps > SHRINK_STEPS_ALL) return false
    const outcome = store.search(rows, inRealTime, SHRINK_STEPS)
    steps += rows.length + outcome.steps
    return outcome.status === 'violated'
  }
  const rows = shrink(store.rows, (row) => store.supportOf(row), violates)
  const outcome = store.search(rows, inRealTime, SHRINK_STEPS, false)
  const condition = inRealTime ? ', each after those that had ended when it began,' : ''
  const sentence = `no order of these ${rows.length} transactions${condition} explains what they read`
  return evidence(sentence, rows, {
    legalPrefix: outcome.status === 'violated' ? outcome.prefix.map((op) => rows[op]) : [],
  })
}

/** All keys together as the object that transactions work on. */
class Store {
  readonly rows: readonly number[]
  readonly #ops: Operations
  readonly #txns: MicroOperations
  /** By key: the values that some read returned, numbered from 1. What nobody read is 0, whatever it is. */
  readonly #sought: Map<number, number>[]
  /** Rows that may have written the value to the key. */
  readonly #writers = new Map<string, number[]>()

  constructor(ops: Operations, txns: MicroOperations) {
    this.#ops = ops
    this.#txns = txns
    this.#sought = Array.from({ length: ops.keyCount }, () => new Map<number, number>())
    const rows: number[] = []
    for (let row = 0; row < ops.count; row++) {
      if (ops.status[row] === OUTCOME.fail) continue
      let writes = false
      for (const { f, key, value } of this.#micros(row)) {
        const numbers = this.#sought[key]
        if (f === MICRO.read && value !== UNKNOWN_READ && !numbers.has(value))
          numbers.set(value, numbers.size + 1)
        if (f !== MICRO.write) continue
        writes = true
        const name = `${key} ${value}`
        this.#writers.set(name, [...(this.#writers.get(name) ?? []), row])
      }
      if (writes || ops.status[row] === OUTCOME.ok) rows.push(row)
    }
    this.rows = rows
  }

  /** Whether states can be written down. */
  get fits(): boolean {
    return this.#sought.every((numbers) => numbers.size < VALUES_MAX)
  }

  *#micros(row: number): Generator<{ f: number; key: number; value: number }> {
    const { from, f, key, value } = this.#txns
    for (let at = from[row]; at < from[row + 1]; at++) yield { f: f[at], key: key[at], value: value[at] }
  }

  /** Without these a row's reads would contradict the others only because they are gone. */
  supportOf(row: number): readonly number[] {
    return [...this.#micros(row)].flatMap(({ f, key, value }) =>
      f === MICRO.read ? (this.#writers.get(`${key} ${value}`) ?? []) : [],
    )
  }

  search(rows: readonly number[], inRealTime: boolean, stepsMax: number, lookAhead = true): SearchOutcome {
    const { input, machine } = this.#problem(rows, inRealTime)
    return new Search(input, machine, lookAhead).run(stepsMax)
  }

  #problem(rows: readonly number[], inRealTime: boolean): Pick<Problem, 'input' | 'machine'> {
    const ops = this.#ops
    const units = this.#sought.map((numbers, key) => numbers.get(initialOf(ops, key)) ?? 0)
    const states = new StateTable<string>()
    const textOf = (all: readonly number[]): string => all.map((one) => String.fromCharCode(one)).join('')
    const micros = rows.map((row) =>
      [...this.#micros(row)]
        .filter(({ f, value }) => f === MICRO.write || value !== UNKNOWN_READ)
        .map(({ f, key, value }) => ({
          reads: f === MICRO.read,
          key,
          to: this.#sought[key].get(value) ?? 0,
        })),
    )
    const isOpen = rows.map((row) => ops.status[row] === OUTCOME.info)
    const memo = new StepMemo(rows.length)
    const inTime = searchInput(ops, rows, (_, op) => ({
      type: micros[op].map(({ reads, key, to }) => `${reads ? 'r' : 'w'}${key}=${to}`).join(),
      observer: micros[op].every(({ reads }) => reads),
      blind: false,
    }))
    const anyTime = {
      ...inTime,
      start: new Float64Array(rows.length),
      end: Float64Array.from(isOpen, (open) => (open ? Infinity : 1)),
      before: new Int32Array(rows.length).fill(-1),
    }
    const run = (state: number, op: number): number => {
      const all = Array.from({ length: units.length }, (_, key) => states.contents[state].charCodeAt(key))
      for (const { reads, key, to } of micros[op]) {
        if (!reads) all[key] = to
        else if (all[key] !== to) return -1
      }
      return states.idOf(textOf(all))
    }
    const machine = {
      initial: states.idOf(textOf(units)),
      needs: null,
      makes: null,
      values: 0,
      apply(state: number, op: number): number {
        const next = memo.step(state, op, run)
        return isOpen[op] && next === state ? -1 : next
      },
      bytes: () => states.bytes + memo.bytes,
    }
    return { input: inRealTime ? inTime : anyTime, machine }
  }
}
