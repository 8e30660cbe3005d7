import { assert } from '../../base/assert.ts'
import { ABSENT, FUNCTIONS, MICRO, OUTCOME, UNKNOWN_READ } from '../contract.ts'
import type { FunctionName, ModelName, Operations } from '../contract.ts'
import { grown, Uint32List } from './columns.ts'
import { NameTable, ValueTable } from './values.ts'

/** A micro-operation of a transaction in Elle's form; a read's value is null until known. */
export type MicroOp = readonly ['r' | 'w' | 'append', key: string | number, value: unknown]

/** The beginning of an operation, as a record states it. Values are JSON values. */
export interface Invocation {
  process: string | number
  f: FunctionName
  /** Left out for transactions, whose micro-operations have their own, and where the record has one nameless key. */
  key?: string | number
  /**
   * write: the value (null deletes). cas: the value to put there. append, add, remove: the element. increment: the
   * amount, a number. txn: the micro-operations.
   */
  value?: unknown
  /** cas: the value that must be there. */
  expected?: unknown
  invokedAt: number
  /** Line of the file. */
  line?: number
}

export type Ending = keyof typeof OUTCOME

export interface BuilderOptions {
  model: ModelName
  /** What every key holds before its first write: a JSON value; for counters a number. Sets and lists begin empty. */
  initial?: unknown
  /** Whether the instants are nanoseconds; otherwise only their order means something. */
  hasTimes?: boolean
  /** txn: whether reads return lists (`append` makes it so too). */
  readsLists?: boolean
}

/** Which operations belong to which model; scans are kept and judged by nobody. */
const FUNCTIONS_OF: Readonly<Record<ModelName, readonly FunctionName[]>> = {
  register: ['read', 'write', 'scan'],
  'cas-register': ['read', 'write', 'cas', 'scan'],
  counter: ['read', 'increment', 'scan'],
  set: ['read', 'add', 'remove', 'scan'],
  'append-list': ['read', 'append'],
  kv: ['read', 'write', 'append', 'scan'],
  txn: ['txn'],
}

/**
 * Makes `Operations` from the events of a record, in the order of their instants: `add` at an invocation, `end` at its
 * completion, `build` at the end; what was not ended by then is `info`. `problemOfAdd` and `problemOfEnd` say what is
 * wrong with an event from an untrusted file; `add` and `end` assert that nothing is.
 */
export class OperationsBuilder {
  readonly #model: ModelName
  readonly #options: BuilderOptions
  readonly #values = new ValueTable()
  readonly #keys = new NameTable()
  readonly #processes = new NameTable()
  /** By process: the open row, FREE, or RETIRED after an unknown outcome. */
  readonly #openRow: number[] = []
  readonly #lists: Uint32Array[] = []
  readonly #siblings = new Map<number, Uint32Array>()
  #lastAt = -Infinity
  #count = 0
  #process = new Uint32Array(64)
  #key = new Uint32Array(64)
  #f = new Uint8Array(64)
  #status = new Uint8Array(64)
  #invokedAt = new Float64Array(64)
  #endedAt = new Float64Array(64)
  #value = new Uint32Array(64)
  #expected = new Uint32Array(64)
  #result = new Uint32Array(64)
  #line = new Uint32Array(64)
  #amount = new Float64Array(64)
  #hasLines = false
  #preloaded: { keys: number; initial: unknown } | null = null
  readonly #microFrom = new Uint32List()
  readonly #microF = new Uint32List()
  readonly #microKey = new Uint32List()
  readonly #microValue = new Uint32List()
  #readsLists: boolean
  /** txn: whether some read returned a value that is neither a list nor nothing. */
  #readSingleValues = false

  constructor(options: BuilderOptions) {
    this.#model = options.model
    this.#options = options
    this.#readsLists = options.readsLists ?? false
  }

  /** These keys hold `initial` before their first write, all others nothing. To be called first. */
  preload(keys: readonly (string | number)[], initial: unknown): void {
    assert(this.#count === 0, 'what there was in the beginning comes first')
    for (const key of keys) this.#keys.idOf(key)
    this.#preloaded = { keys: this.#keys.names.length, initial }
  }

  /** What keeps this invocation from being added, as a sentence, or null. */
  problemOfAdd(op: Invocation): string | null {
    if (!FUNCTIONS_OF[this.#model].includes(op.f))
      return `${withArticle(this.#model)} has no operation ${op.f}`
    if (!Number.isFinite(op.invokedAt)) return 'the instant is no number'
    if (op.invokedAt < this.#lastAt) return `time runs backwards: ${op.invokedAt} after ${this.#lastAt}`
    const process = this.#processes.idOf(op.process)
    const open = this.#openRow[process] ?? FREE
    if (open === RETIRED)
      return `process ${op.process} goes on after an operation of unknown outcome; its later operations need a process of their own`
    if (open !== FREE) return `process ${op.process} begins an operation while another of its own is open`
    if (op.f === 'increment' && !isAmount(op.value)) return 'an increment needs a whole number'
    if (op.f === 'append' && this.#model === 'kv' && typeof op.value !== 'string') return 'kv appends strings'
    if (op.f === 'write' && this.#model === 'kv' && !isText(op.value)) return 'kv holds strings'
    if (op.f !== 'txn') return null
    const problem = problemOfMicroOps(op.value)
    if (problem !== null || !this.#readSingleValues) return problem
    const appends = (op.value as readonly MicroOp[]).some(([f]) => f === 'append')
    return appends ? 'a transaction appends to a list, and earlier ones read single values' : null
  }

  /** Adds an open operation and returns its row. */
  add(op: Invocation): number {
    const problem = this.problemOfAdd(op)
    assert(problem === null, () => String(problem))
    if (this.#count === this.#process.length) this.#grow()
    const row = this.#count++
    const process = this.#processes.idOf(op.process)
    this.#lastAt = op.invokedAt
    this.#openRow[process] = row
    this.#process[row] = process
    this.#f[row] = FUNCTIONS.indexOf(op.f)
    this.#status[row] = OUTCOME.info
    this.#invokedAt[row] = op.invokedAt
    this.#endedAt[row] = Infinity
    this.#microFrom.push(this.#microF.length)
    if (op.line !== undefined) {
      this.#line[row] = op.line
      this.#hasLines = true
    }
    if (op.f === 'txn') for (const micro of op.value as readonly MicroOp[]) this.#addMicro(micro)
    else this.#key[row] = this.#keys.idOf(op.key ?? '')
    if (op.f === 'increment') this.#amount[row] = op.value as number
    else if (op.f !== 'read' && op.f !== 'txn' && op.f !== 'scan')
      this.#value[row] = this.#values.idOf(op.value)
    if (op.f === 'cas') this.#expected[row] = this.#values.idOf(op.expected)
    return row
  }

  /** The row that this process has open, or -1. */
  openRow(process: string | number): number {
    return Math.max(-1, this.#openRow[this.#processes.idOf(process)] ?? FREE)
  }

  /** What keeps the row from ending so, as a sentence, or null. `result` as for `end`. */
  problemOfEnd(row: number, ending: Ending, at: number, result?: unknown): string | null {
    if (this.#openRow[this.#process[row]] !== row) return 'the operation is not open'
    if (ending === 'info') return null
    if (!Number.isFinite(at)) return 'the instant is no number'
    if (at < this.#lastAt) return `time runs backwards: ${at} after ${this.#lastAt}`
    if (ending === 'fail') return null
    const f = FUNCTIONS[this.#f[row]]
    if (f === 'cas')
      return typeof result === 'boolean' ? null : 'a cas ends with true or false: whether it swapped'
    if (f === 'txn') return this.#problemOfTxnEnd(row, result)
    if (f !== 'read') return null
    if (this.#model === 'counter') return isAmount(result) ? null : 'a counter reads a whole number'
    if (this.#model === 'kv') return isText(result) ? null : 'kv reads a string or null'
    if (this.#model === 'set' || this.#model === 'append-list')
      return Array.isArray(result) || result === null ? null : `${withArticle(this.#model)} reads a list`
    return null
  }

  /**
   * Closes a row. `result` of what ended ok: a read's value (a list for sets and lists, null for nothing), whether a
   * cas swapped, a transaction's micro-operations with reads filled in. Siblings that a read of a register returned go
   * to `endWithSiblings`. Of an `info` the instant is not kept.
   */
  end(row: number, ending: Ending, at: number, result?: unknown): void {
    const problem = this.problemOfEnd(row, ending, at, result)
    assert(problem === null, () => String(problem))
    this.#openRow[this.#process[row]] = ending === 'info' ? RETIRED : FREE
    this.#status[row] = OUTCOME[ending]
    if (ending === 'info') return
    this.#lastAt = at
    this.#endedAt[row] = at
    if (ending === 'fail') return
    const f = FUNCTIONS[this.#f[row]]
    if (f === 'cas') this.#result[row] = result === true ? 1 : 0
    else if (f === 'txn') this.#fillMicros(row, result as readonly MicroOp[])
    else if (f !== 'read') return
    else if (this.#model === 'counter') this.#amount[row] = result as number
    else if (this.#model === 'set' || this.#model === 'append-list') this.#result[row] = this.#listOf(result)
    else this.#result[row] = this.#values.idOf(result)
  }

  /** Closes a read that returned several concurrent values. */
  endWithSiblings(row: number, at: number, values: readonly unknown[]): void {
    this.end(row, 'ok', at, values.length === 0 ? null : values[0])
    if (values.length > 1)
      this.#siblings.set(
        row,
        Uint32Array.from(values, (value) => this.#values.idOf(value)),
      )
  }

  #grow(): void {
    const capacity = this.#count * 2
    this.#process = grown(this.#process, capacity)
    this.#key = grown(this.#key, capacity)
    this.#f = grown(this.#f, capacity)
    this.#status = grown(this.#status, capacity)
    this.#invokedAt = grown(this.#invokedAt, capacity)
    this.#endedAt = grown(this.#endedAt, capacity)
    this.#value = grown(this.#value, capacity)
    this.#expected = grown(this.#expected, capacity)
    this.#result = grown(this.#result, capacity)
    this.#line = grown(this.#line, capacity)
    this.#amount = grown(this.#amount, capacity)
  }

  #addMicro([f, key, value]: MicroOp): void {
    this.#microF.push(f === 'r' ? MICRO.read : f === 'w' ? MICRO.write : MICRO.append)
    this.#microKey.push(this.#keys.idOf(key))
    this.#microValue.push(f === 'r' ? UNKNOWN_READ : this.#values.idOf(value))
    if (f === 'append') this.#beginLists()
  }

  /** What was read so far as nothing was an empty list. */
  #beginLists(): void {
    if (this.#readsLists) return
    this.#readsLists = true
    const values = this.#microValue.view()
    for (let at = 0; at < values.length; at++)
      if (this.#microF.get(at) === MICRO.read && values[at] !== UNKNOWN_READ)
        this.#microValue.set(at, this.#listOf(null))
  }

  #problemOfTxnEnd(row: number, result: unknown): string | null {
    const problem = problemOfMicroOps(result)
    if (problem !== null) return problem
    const micros = result as readonly MicroOp[]
    const from = this.#microFrom.get(row)
    const to = row + 1 < this.#microFrom.length ? this.#microFrom.get(row + 1) : this.#microF.length
    const matches = micros.every(([f, key], at) => {
      const code = f === 'r' ? MICRO.read : f === 'w' ? MICRO.write : MICRO.append
      return (
        from + at < to &&
        this.#microF.get(from + at) === code &&
        this.#microKey.get(from + at) === this.#keys.idOf(key)
      )
    })
    if (!matches || micros.length !== to - from)
      return 'the transaction ends with other micro-operations than it began with'
    const returned = micros.flatMap(([f, , value]) => (f === 'r' && isThere(value) ? [value] : []))
    const lists = returned.filter((value) => Array.isArray(value)).length
    const isMixed = lists > 0 ? lists < returned.length || this.#readSingleValues : this.#readsLists
    return isMixed && returned.length > 0
      ? 'some reads of this record return lists, and others single values'
      : null
  }

  #fillMicros(row: number, micros: readonly MicroOp[]): void {
    const from = this.#microFrom.get(row)
    for (const [at, [f, , value]] of micros.entries()) {
      if (f !== 'r') continue
      if (Array.isArray(value)) this.#beginLists()
      else if (isThere(value)) this.#readSingleValues = true
      this.#microValue.set(from + at, this.#readsLists ? this.#listOf(value) : this.#values.idOf(value))
    }
  }

  #listOf(value: unknown): number {
    const ids = Uint32Array.from((value ?? []) as readonly unknown[], (item) => this.#values.idOf(item))
    if (this.#model === 'set') ids.sort()
    this.#lists.push(ids)
    return this.#lists.length - 1
  }

  /** The operations so far. The builder may go on; what it adds then is not seen. */
  build(): Operations {
    const count = this.#count
    const isCounter = this.#model === 'counter'
    const initial = isCounter
      ? ABSENT
      : this.#values.idOf(this.#preloaded?.initial ?? this.#options.initial ?? null)
    return {
      model: this.#model,
      count,
      processCount: this.#processes.names.length,
      keyCount: this.#keys.names.length,
      valueCount: this.#values.count,
      process: this.#process.slice(0, count),
      key: this.#key.slice(0, count),
      f: this.#f.slice(0, count),
      status: this.#status.slice(0, count),
      invokedAt: this.#invokedAt.slice(0, count),
      endedAt: this.#endedAt.slice(0, count),
      value: this.#value.slice(0, count),
      expected: this.#expected.slice(0, count),
      result: this.#result.slice(0, count),
      amount: isCounter ? this.#amount.slice(0, count) : new Float64Array(0),
      lists: [...this.#lists],
      siblings: new Map(this.#siblings),
      txns: this.#model === 'txn' ? this.#micros(count) : null,
      initial,
      initialAmount: isCounter ? Number(this.#options.initial ?? 0) : 0,
      initialKeys: this.#preloaded?.keys ?? this.#keys.names.length,
      hasTimes: this.#options.hasTimes ?? true,
      line: this.#hasLines ? this.#line.slice(0, count) : null,
      versionRank: null,
      healedAt: 0,
      replicas: null,
      keyName: (key) => this.#keys.names[key],
      valueText: (value) => this.#values.text(value),
      rawValue: (value) => this.#values.rawValue(value),
      processName: (process) => this.#processes.names[process],
    }
  }

  #micros(count: number): NonNullable<Operations['txns']> {
    const from = new Uint32Array(count + 1)
    from.set(this.#microFrom.view().subarray(0, count))
    from[count] = this.#microF.length
    return {
      from,
      f: Uint8Array.from(this.#microF.view()),
      key: this.#microKey.view().slice(),
      value: this.#microValue.view().slice(),
      readsLists: this.#readsLists,
    }
  }
}

const FREE = -1
const RETIRED = -2

const withArticle = (model: ModelName): string => `${model === 'append-list' ? 'an' : 'a'} ${model}`
const isAmount = (value: unknown): boolean => Number.isSafeInteger(value)
const isThere = (value: unknown): boolean => value !== null && value !== undefined
const isText = (value: unknown): boolean => value === null || typeof value === 'string'

function problemOfMicroOps(value: unknown): string | null {
  if (!Array.isArray(value)) return 'a transaction is a list of micro-operations'
  const wrong = value.findIndex(
    (micro: unknown) =>
      !Array.isArray(micro) ||
      !['r', 'w', 'append'].includes(micro[0] as string) ||
      !['string', 'number'].includes(typeof micro[1]),
  )
  return wrong < 0
    ? null
    : `micro-operation ${wrong + 1} is not of the form ["r" | "w" | "append", key, value]`
}

/** One whole operation of a test history; instants in any unit. `end` left out: never closed. */
export interface PlainOperation extends Omit<Invocation, 'invokedAt'> {
  at: number
  end?: number
  ending?: Ending
  result?: unknown
  siblings?: readonly unknown[]
}

/**
 * Operations from whole operations rather than events, in any order (those of one process and instant in theirs); ok
 * unless they say otherwise.
 */
export function operationsFrom(options: BuilderOptions, plain: readonly PlainOperation[]): Operations {
  const builder = new OperationsBuilder(options)
  const rows = new Map<PlainOperation, number>()
  const events = plain.flatMap((op, index) => [
    { at: op.at, op, begins: true, index },
    ...(op.end === undefined ? [] : [{ at: op.end, op, begins: false, index }]),
  ])
  // At one instant the operations that began before it end; then come the others, each from its beginning on.
  const isLate = (event: (typeof events)[number]): number =>
    event.begins || event.op.at === event.at ? 1 : 0
  events.sort((a, b) => a.at - b.at || isLate(a) - isLate(b) || a.index - b.index || (a.begins ? -1 : 1))
  for (const { op, begins } of events) {
    if (begins) {
      const { at, end: _end, ending: _ending, result: _result, siblings: _siblings, ...invocation } = op
      rows.set(op, builder.add({ ...invocation, invokedAt: at }))
      continue
    }
    const row = rows.get(op) as number
    const end = op.end as number
    if (op.siblings !== undefined) builder.endWithSiblings(row, end, op.siblings)
    else
      builder.end(row, op.ending ?? 'ok', end, op.result ?? (op.f === 'txn' ? op.value : defaultResult(op)))
  }
  return builder.build()
}

/** A cas swapped unless it says otherwise; a read of nothing returned null. */
function defaultResult(op: PlainOperation): unknown {
  return op.f === 'cas' ? true : null
}
