import { OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { Configurations } from '../linearizable/search/configurations.ts'
import { problemOf } from '../linearizable/search/problem-of.ts'
import type { Problem } from '../linearizable/search/problem.ts'
import type { Constraint } from './must-precede.ts'

export type SequentialOutcome =
  | { readonly status: 'holds'; readonly steps: number }
  /** `prefix`: rows in the longest legal order found. */
  | { readonly status: 'violated'; readonly steps: number; readonly prefix: readonly number[] }
  | { readonly status: 'undecided'; readonly steps: number; readonly ranOutOf: 'steps' | 'memory' }

const BYTES_MAX = 1.5 * 2 ** 30
/** There may be as many machines as keys. */
const STEPS_PER_WEIGHING = 4096
const NONE = -1

/** One operation: its place in its key's problem. */
interface Step {
  readonly row: number
  readonly key: number
  readonly op: number
  readonly isOpen: boolean
  readonly isObserver: boolean
  readonly isUnseen: boolean
  readonly isBlind: boolean
  /** What it needs and makes, as indices of `#needed` and `#makers`; NONE for nothing. */
  readonly needs: number
  readonly makes: number
  /** Steps that must come first: process and place. */
  readonly after: readonly (readonly [process: number, place: number])[]
}

/**
 * Whether the processes' operations can be merged into one legal order: a depth-first search over how far each process
 * has come. Reads are taken as soon as they fit, a value that is needed yet and that nobody will write again is not
 * overwritten, and where a process has come and what the keys hold is never searched twice.
 */
export class SequentialSearch {
  readonly #processes: Step[][]
  readonly #problems: Problem[]
  readonly #firstValue: Int32Array
  readonly #needed: Int32Array
  readonly #makers: Int32Array
  /** How far each process has come, then the state of each key. */
  readonly #at: Int32Array
  readonly #configurations: Configurations
  #certainLeft = 0
  /** What was taken, to be undone: process, and the state that its key had. */
  readonly #takenBy: number[] = []
  readonly #stateBefore: number[] = []
  /** The most that was ever taken, noted when it is undone. */
  #longest: number[] = []

  constructor(ops: Operations, rows: readonly number[], constraints: readonly Constraint[]) {
    const byKey = new Map<number, number[]>()
    for (const row of rows) {
      const list = byKey.get(ops.key[row])
      if (list === undefined) byKey.set(ops.key[row], [row])
      else list.push(row)
    }
    this.#problems = [...byKey.values()].map((keyRows) => problemOf(ops, keyRows, false))
    this.#firstValue = new Int32Array(this.#problems.length)
    let values = 0
    for (const [key, { machine }] of this.#problems.entries()) {
      this.#firstValue[key] = values
      values += machine.values
    }
    this.#needed = new Int32Array(values)
    this.#makers = new Int32Array(values)
    this.#processes = this.#stepsOf(ops, constraints)
    this.#at = new Int32Array(this.#processes.length + this.#problems.length)
    for (const [key, { machine }] of this.#problems.entries())
      this.#at[this.#processes.length + key] = machine.initial
    this.#configurations = new Configurations(this.#at.length, this.#at.length, 0)
  }

  #stepsOf(ops: Operations, constraints: readonly Constraint[]): Step[][] {
    const placeOf = new Map<number, [number, number]>()
    const chosen: { row: number; key: number; op: number }[] = []
    for (const [key, { rows }] of this.#problems.entries())
      for (const [op, row] of rows.entries()) chosen.push({ row, key, op })
    chosen.sort((a, b) => a.row - b.row)
    const processes = new Map<number, number>()
    const lengths: number[] = []
    for (const { row } of chosen) {
      const process = processes.get(ops.process[row]) ?? processes.size
      processes.set(ops.process[row], process)
      placeOf.set(row, [process, (lengths[process] = (lengths[process] ?? 0) + 1) - 1])
    }
    const after = new Map<number, [number, number][]>()
    for (const { from, to } of constraints) {
      const place = placeOf.get(from)
      if (place !== undefined) after.set(to, [...(after.get(to) ?? []), place])
    }
    const steps: Step[][] = lengths.map(() => [])
    for (const { row, key, op } of chosen) {
      const { input, machine } = this.#problems[key]
      const needs =
        machine.needs === null || machine.needs[op] < 0 ? NONE : this.#firstValue[key] + machine.needs[op]
      const makes =
        machine.makes === null || machine.makes[op] < 0 ? NONE : this.#firstValue[key] + machine.makes[op]
      if (needs >= 0) this.#needed[needs]++
      if (makes >= 0) this.#makers[makes]++
      const isOpen = ops.status[row] === OUTCOME.info
      if (!isOpen) this.#certainLeft++
      steps[processes.get(ops.process[row]) as number].push({
        row,
        key,
        op,
        isOpen,
        isObserver: input.observer[op] === 1,
        isUnseen: input.unseen[op] === 1,
        isBlind: input.blind[op] === 1,
        needs,
        makes,
        after: after.get(row) ?? [],
      })
    }
    return steps
  }

  run(stepsMax: number): SequentialOutcome {
    this.#settle()
    let steps = 0
    /** Per level of the path: how much was taken before it, and the last row that was tried. */
    const marks = [this.#takenBy.length]
    const tried = [NONE]
    let machineBytes = 0
    while (this.#certainLeft > 0) {
      if (marks.length === 0) return { status: 'violated', steps, prefix: this.#longestOrder() }
      const top = marks.length - 1
      this.#undoTo(marks[top])
      const process = this.#nextProcess(tried[top])
      if (process < 0) {
        marks.pop()
        tried.pop()
        continue
      }
      const step = this.#processes[process][this.#at[process]]
      tried[top] = orderOf(step)
      if (++steps > stepsMax) return { status: 'undecided', steps, ranOutOf: 'steps' }
      if (!this.#takeMutator(process, step)) continue
      this.#settle()
      if (this.#configurations.add(0, 0, this.#at, NOTHING, 0, 0) < 0) continue
      if (steps % STEPS_PER_WEIGHING === 0) machineBytes = this.#machineBytes()
      if (this.#configurations.bytesNext + machineBytes > BYTES_MAX)
        return { status: 'undecided', steps, ranOutOf: 'memory' }
      marks.push(this.#takenBy.length)
      tried.push(NONE)
    }
    return { status: 'holds', steps }
  }

  #machineBytes(): number {
    return this.#problems.reduce((sum, { machine }) => sum + (machine.bytes?.() ?? 0), 0)
  }

  /** The process whose next operation comes first in the record, of those behind `after`; open ones come last. */
  #nextProcess(after: number): number {
    let best = -1
    let bestOrder = Infinity
    for (let process = 0; process < this.#processes.length; process++) {
      const step = this.#processes[process][this.#at[process]]
      if (step === undefined || step.isObserver || !this.#isFree(step)) continue
      const order = orderOf(step)
      if (order > after && order < bestOrder) {
        best = process
        bestOrder = order
      }
    }
    return best
  }

  #isFree({ after }: Step): boolean {
    for (const [process, place] of after) if (this.#at[process] <= place) return false
    return true
  }

  /** Takes a mutator if that is legal and loses nothing that is needed. */
  #takeMutator(process: number, step: Step): boolean {
    const { machine } = this.#problems[step.key]
    if (step.isBlind) this.#hideUnseen(step)
    const slot = this.#processes.length + step.key
    const state = this.#at[slot]
    const next = machine.apply(state, step.op)
    if (next < 0) return false
    this.#take(process, step, next)
    if (next === state || machine.needs === null) return true
    const left = this.#firstValue[step.key] + state
    return this.#needed[left] === 0 || this.#makers[left] > 0
  }

  /** Takes what nobody can tell of before the blind operation that wipes it out. */
  #hideUnseen(blind: Step): void {
    for (let again = true; again;) {
      again = false
      for (let process = 0; process < this.#processes.length; process++) {
        const step = this.#processes[process][this.#at[process]]
        if (step === undefined || step === blind || !step.isUnseen || step.key !== blind.key || step.isOpen)
          continue
        if (!this.#isFree(step)) continue
        this.#take(process, step, this.#at[this.#processes.length + step.key])
        again = true
      }
    }
  }

  /** Takes all observers that fit. */
  #settle(): void {
    for (let again = true; again;) {
      again = false
      for (let process = 0; process < this.#processes.length; process++) {
        for (;;) {
          const step = this.#processes[process][this.#at[process]]
          if (step === undefined || !step.isObserver || !this.#isFree(step)) break
          const state = this.#at[this.#processes.length + step.key]
          if (this.#problems[step.key].machine.apply(state, step.op) < 0) break
          this.#take(process, step, state)
          again = true
        }
      }
    }
  }

  #take(process: number, step: Step, next: number): void {
    const slot = this.#processes.length + step.key
    this.#takenBy.push(process)
    this.#stateBefore.push(this.#at[slot])
    this.#at[slot] = next
    this.#at[process]++
    if (step.needs >= 0) this.#needed[step.needs]--
    if (step.makes >= 0) this.#makers[step.makes]--
    if (!step.isOpen) this.#certainLeft--
  }

  #undoTo(length: number): void {
    if (this.#takenBy.length > Math.max(length, this.#longest.length)) this.#longest = [...this.#takenBy]
    while (this.#takenBy.length > length) {
      const process = this.#takenBy.pop() as number
      const step = this.#processes[process][--this.#at[process]]
      this.#at[this.#processes.length + step.key] = this.#stateBefore.pop() as number
      if (step.needs >= 0) this.#needed[step.needs]++
      if (step.makes >= 0) this.#makers[step.makes]++
      if (!step.isOpen) this.#certainLeft++
    }
  }

  /** Rows of the longest order that there was. */
  #longestOrder(): number[] {
    const longest = this.#longest.length > this.#takenBy.length ? this.#longest : this.#takenBy
    const at = new Int32Array(this.#processes.length)
    return longest.map((process) => this.#processes[process][at[process]++].row)
  }
}

const NOTHING = new Int32Array(0)
/** Open operations are tried after all others. */
const OPEN_LATER = 2 ** 40

function orderOf({ row, isOpen }: Step): number {
  return isOpen ? OPEN_LATER + row : row
}
