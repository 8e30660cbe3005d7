import { ABSENT, FUNCTIONS, OUTCOME } from '../contract.ts'
import type { FunctionName, ModelName, Operations } from '../contract.ts'
import { grown } from '../operations/columns.ts'
import { OperationsBuilder, versionRanks } from '../operations/index.ts'
import type { Ending, Invocation } from '../operations/index.ts'
import type { LineProblems } from './problems.ts'

/** One event of a record, in whatever format it was written; values are JSON values. */
export interface RecordEvent {
  type: 'invoke' | Ending
  process: string | number
  f: string
  /** Left out where the record has one nameless key, or the end of an operation does not repeat it. */
  key?: string | number
  value: unknown
  /** Nanoseconds, or the event's place in the record. */
  at: number
  line: number
  /** cas that ended ok: false if it observed a mismatch. */
  swapped?: unknown
  /** "at.by": where the version made or read stands among those of its key. */
  version?: unknown
  /** The same, taken apart; NaN where there is none. */
  versionAt?: number
  versionBy?: number
}

export interface RecordOptions {
  model: ModelName
  /** What every key holds before its first write. */
  initial: unknown
  hasTimes: boolean
  /** Whether versions compare by (at, by). */
  isOrdered: boolean
}

/** Other names under which stores record the same thing. */
const ALIASES: ReadonlyMap<string, FunctionName> = new Map([
  ['get', 'read'],
  ['put', 'write'],
  ['delete', 'write'],
  ['inc', 'increment'],
  // Messages that every node is to hold, as in Maelstrom's broadcast workload, are a set.
  ['broadcast', 'add'],
])

/** Turns the events of an untrusted record into operations; what is wrong with one goes to `problems`. */
export class RecordReader {
  readonly #options: RecordOptions
  readonly #problems: LineProblems
  readonly #builder: OperationsBuilder
  /** By row: the version; only of records whose versions are ordered. */
  #versionAt = new Float64Array(0)
  #versionBy = new Int32Array(0)
  readonly #keys: (string | number | undefined)[] = []
  readonly #functions: FunctionName[] = []
  /** Sets that somebody emptied, which is no operation of the model. */
  readonly #emptied = new Set<string>()
  /** Processes whose invocation was refused: what ends it has nothing to end, and that is no news. */
  readonly #refused = new Set<string | number>()
  #hasGaps = false
  /** Whether an array was written to a register: then one that was read is a value, too, and not siblings. */
  #writesArrays: boolean

  constructor(stated: RecordOptions, problems: LineProblems) {
    const options = stated.model === 'kv' && stated.initial === '' ? { ...stated, initial: null } : stated
    this.#options = options
    this.#problems = problems
    this.#writesArrays = Array.isArray(options.initial)
    this.#builder = new OperationsBuilder({
      model: options.model,
      initial: options.initial,
      hasTimes: options.hasTimes,
    })
  }

  get rows(): number {
    return this.#keys.length
  }

  take(event: RecordEvent): void {
    const { type, process } = event
    if (type === 'invoke') {
      const problem = this.#begin(event)
      if (problem === null) return
      this.#refused.add(process)
      if (!(this.#hasGaps && this.#builder.openRow(process) >= 0)) this.#problems.add(event.line, problem)
    } else if (!this.#refused.delete(process) && !(this.#hasGaps && this.#builder.openRow(process) < 0)) {
      const problem = this.#end(event, type)
      if (problem !== null) this.#problems.add(event.line, problem)
    }
  }

  /** An event could not be read. What only follows from that, such as an end without a beginning, is not told. */
  miss(): void {
    this.#hasGaps = true
  }

  /** States what keys held before the record began: those named here hold `initial`, the others nothing. */
  preload(keys: readonly string[], initial: unknown): void {
    this.#builder.preload(keys, initial)
  }

  #functionOf(name: string): FunctionName | null {
    if (this.#options.model === 'counter' && name === 'add') return 'increment'
    if (this.#options.model === 'set' && name === 'delete') return 'scan'
    return ALIASES.get(name) ?? FUNCTIONS.find((f) => f === name) ?? null
  }

  #begin(event: RecordEvent): string | null {
    const { process, key, value, at, line } = event
    const f = this.#functionOf(event.f)
    if (f === null) return `there is no operation "${event.f}"`
    const op: Invocation = { process, f, invokedAt: at, line }
    if (key !== undefined) op.key = key
    if (f === 'scan' && event.f === 'delete') this.#emptied.add(String(key ?? ''))
    if (f === 'cas') {
      if (!Array.isArray(value) || value.length !== 2)
        return 'a cas needs a value of the form [expected, new]'
      ;[op.expected, op.value] = value as unknown[]
    } else if (f !== 'read' && f !== 'scan') op.value = event.f === 'delete' ? null : this.#plain(value)
    if (MUST_HAVE_VALUE.has(f) && (op.value === null || op.value === undefined))
      return `this ${f} has no value`
    const problem = this.#builder.problemOfAdd(op)
    if (problem !== null) return problem
    if (Array.isArray(op.value)) this.#writesArrays = true
    const row = this.#builder.add(op)
    this.#keys[row] = key
    this.#functions[row] = f
    return null
  }

  #end(event: RecordEvent, ending: Ending): string | null {
    const { process, key, at } = event
    const row = this.#builder.openRow(process)
    if (row < 0) return `process ${process} has no operation under way that could end`
    const f = this.#functions[row]
    if (this.#functionOf(event.f) !== f || (key !== undefined && key !== (this.#keys[row] ?? key)))
      return `process ${process} ends another operation than it began`
    if (ending === 'ok') {
      const siblings = this.#siblingsOf(f, event.value)
      if (siblings !== null) {
        const problem = this.#builder.problemOfEnd(row, 'ok', at, siblings[0])
        if (problem !== null) return problem
        this.#builder.endWithSiblings(row, at, siblings)
        this.#keepVersion(row, event)
        return null
      }
    }
    const result = f === 'cas' ? (event.swapped ?? true) : this.#plain(event.value)
    const problem = this.#builder.problemOfEnd(row, ending, at, result)
    if (problem !== null) return problem
    this.#builder.end(row, ending, at, result)
    if (ending === 'ok') this.#keepVersion(row, event)
    return null
  }

  /** A string store does not tell an empty value from none, unless the record began with something. */
  #plain(value: unknown): unknown {
    return value === '' && this.#options.model === 'kv' && this.#options.initial === null ? null : value
  }

  #siblingsOf(f: FunctionName, value: unknown): readonly unknown[] | null {
    const { model } = this.#options
    if (f !== 'read' || (model !== 'register' && model !== 'cas-register')) return null
    return Array.isArray(value) && !this.#writesArrays ? (value as unknown[]) : null
  }

  #keepVersion(row: number, { version, versionAt = NaN, versionBy = NaN }: RecordEvent): void {
    if (!this.#options.isOrdered) return
    const parts = typeof version === 'string' ? VERSION.exec(version) : null
    const at = parts === null ? versionAt : Number(parts[1])
    if (Number.isNaN(at)) return
    const capacity = this.#versionAt.length
    if (row >= capacity) {
      this.#versionAt = grown(this.#versionAt, 64 + row * 2).fill(NaN, capacity)
      this.#versionBy = grown(this.#versionBy, 64 + row * 2)
    }
    this.#versionAt[row] = at
    this.#versionBy[row] = parts === null ? versionBy : Number(parts[2])
  }

  /** `healedAt` as in `Operations`. */
  finish(healedAt: number): Operations {
    const ops = this.#builder.build()
    // As of a run's own history: nobody judges what an emptied set holds.
    if (this.#emptied.size > 0)
      for (let row = 0; row < ops.count; row++)
        if (this.#emptied.has(ops.keyName(ops.key[row]))) ops.f[row] = SCAN
    return { ...ops, healedAt, versionRank: this.#versionAt.length === 0 ? null : this.#ranks(ops) }
  }

  #ranks(ops: Operations): Uint32Array {
    const { count, key, f, value, status, result } = ops
    const [at, by] = [new Float64Array(count).fill(NaN), new Int32Array(count)]
    at.set(this.#versionAt.subarray(0, count))
    by.set(this.#versionBy.subarray(0, count))
    const deleted = new Set<number>()
    for (let row = 0; row < count; row++) if (f[row] === WRITE && value[row] === ABSENT) deleted.add(key[row])
    // As of a run's own history: who found nothing saw the beginning, unless the key was deleted at some time.
    const sawBeginning = (row: number): boolean =>
      status[row] === OUTCOME.ok && f[row] === READ && result[row] === ABSENT && !deleted.has(key[row])
    return versionRanks({ count, key, at, by, sawBeginning })
  }
}

const READ = FUNCTIONS.indexOf('read')
const WRITE = FUNCTIONS.indexOf('write')
const SCAN = FUNCTIONS.indexOf('scan')
/** What changes something must say to what. */
const MUST_HAVE_VALUE: ReadonlySet<FunctionName> = new Set(['append', 'increment', 'add', 'remove'])
const VERSION = /^(\d{1,16})\.(-?\d{1,9})$/
