import { err, ok, type Result } from '../base/result.ts'
import type { Ns } from '../base/time.ts'
import { parseFault } from '../topology/parse-fault.ts'
import type { FaultSpec, Problem } from '../topology/types.ts'
import { OperationTable } from './columns.ts'
import { parseHistoryLine, type HistoryHeader, type OperationLine } from './event-lines.ts'
import { NO_TRAFFIC } from './traffic.ts'
import { ERROR_CODES, OP_NAMES, STATUS } from './types.ts'
import type { FaultEvent, History, HistoryPlace } from './types.ts'

/** Problems named one by one. */
const PROBLEMS_MAX = 20
const LINES_MAX = 60_000_000
/** Sessions are columns too: more of them than this is no history but an attack on memory. */
const PROCESSES_MAX = 5_000_000
const LINE_CHARS_MAX = 1_000_000
const WORD_MAX = 0xffffffff
/** Values that are no whole numbers of 32 bits get numbers of their own, from here down. */
const VALUE_NUMBERS_FROM = 0xfffffffe
const NO_PLACE = 65_535

const code = (name: string): number => OP_NAMES.findIndex((each) => each === name)
const CODES: ReadonlyMap<string, number> = new Map([
  ['read', code('read')],
  ['write', code('write')],
  ['cas', code('cas')],
  ['scan', code('scan')],
])
const DELETE = code('delete')
const ERROR_OF = new Map<unknown, number>(ERROR_CODES.map((name, index) => [name, index]))
const STATUS_OF = { ok: STATUS.ok, fail: STATUS.fail, info: STATUS.info } as const

/** The clients of a record that does not say where its sessions lived. */
const UNKNOWN_CLIENT: HistoryPlace = { name: 'clients', kind: 'client', region: 'unknown' }

export interface ReadHistory {
  history: History
  keyNames: string[]
}

/**
 * A history of registers out of the lines of a `*.history.jsonl` file: good for metrics, reports and pictures. What
 * the file doesn't record is empty: traffic, samples, notes. Values, keys and processes are numbered anew in the order
 * of their appearance (values that are whole numbers keep theirs). Nothing in it is trusted; each problem has its line.
 */
export function historyFromLines(lines: Iterable<string>): Result<ReadHistory, Problem[]> {
  const reader = new HistoryReader()
  let number = 0
  for (const line of lines) {
    number++
    if (number > LINES_MAX) reader.problem(number, `There are more than ${LINES_MAX} lines.`)
    else if (line.length > LINE_CHARS_MAX) reader.problem(number, 'This line is too long for an event.')
    else if (line.trim() !== '') reader.take(number, line)
    if (reader.isFull) break
  }
  return reader.finish()
}

class HistoryReader {
  readonly #problems: Problem[] = []
  #header: HistoryHeader | null = null
  readonly #ops = new OperationTable()
  /** Process of the file → its session and the row that it has under way. */
  readonly #sessions = new Map<number | string, { session: number; row: number }>()
  readonly #keys = new Map<string, number>()
  readonly #values = new Map<string, number>()
  readonly #siblings = new Map<number, readonly number[]>()
  readonly #faults: FaultEvent[] = []
  readonly #openFaults = new Map<string, number[]>()
  readonly #places = new Map<string, number>()
  #timeNs: Ns = 0
  #faultCount = 0

  get isFull(): boolean {
    return this.#problems.length >= PROBLEMS_MAX
  }

  problem(line: number, sentence: string): void {
    if (!this.isFull) this.#problems.push({ path: `line ${line}`, sentence })
  }

  take(number: number, text: string): void {
    const parsed = parseHistoryLine(text)
    if (!parsed.ok) return this.problem(number, parsed.error)
    const line = parsed.value
    if (line.type === 'header') return this.#begin(number, line.header)
    if (this.#header === null)
      return this.problem(number, 'The first line must be the header with the format.')
    if (line.timeNs < this.#timeNs) {
      return this.problem(number, 'Time runs backwards: an earlier line has a later instant.')
    }
    this.#timeNs = line.timeNs
    if (line.type === 'fault') this.#fault(number, line.timeNs, line.fields)
    else if (line.type === 'invoke') this.#invoke(number, line)
    else this.#end(number, line)
  }

  #begin(number: number, header: HistoryHeader): void {
    if (this.#header !== null) return this.problem(number, 'There is a header already.')
    if (header.model !== 'register' && header.model !== 'kv' && header.model !== 'cas-register') {
      return this.problem(
        number,
        `Only histories of registers can be shown, and this is one of "${header.model}".`,
      )
    }
    this.#header = header
    // Replicas come first, as everywhere.
    const ordered = [...header.places].sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'replica' ? -1 : 1))
    header.places = ordered
    ordered.forEach(({ name }, index) => this.#places.set(name, index))
  }

  #invoke(number: number, line: OperationLine): void {
    const f = CODES.get(line.f)
    if (f === undefined) return this.problem(number, `An operation "${line.f}" of a register can't be shown.`)
    let entry = this.#sessions.get(line.process)
    if (entry === undefined) {
      if (this.#sessions.size >= PROCESSES_MAX) return this.problem(number, 'There are too many processes.')
      entry = { session: this.#sessions.size, row: -1 }
      this.#sessions.set(line.process, entry)
    } else if (entry.row >= 0) {
      return this.problem(number, `Process ${line.process} has an operation under way already.`)
    } else if (entry.row === ENDED_UNKNOWN) {
      return this.problem(
        number,
        `Process ${line.process} ended an operation with info and can't begin another.`,
      )
    }
    const isDelete = line.f === 'write' && line.value === null
    const written = f === code('write') || f === code('cas') ? this.#written(line) : 0
    const intended = line.fields.intendedNs
    const intendedNs =
      typeof intended === 'number' && intended >= 0 && intended <= line.timeNs ? intended : line.timeNs
    // Names are numbered like keys.
    const process = typeof line.process === 'number' ? line.process : entry.session
    if (process > WORD_MAX) return this.problem(number, `A process must be at most ${WORD_MAX}.`)
    entry.row = this.#ops.add(
      process,
      entry.session,
      isDelete ? DELETE : f,
      this.#keyOf(line.key),
      isDelete ? 0 : written,
      intendedNs,
      line.timeNs,
      0,
      f === code('cas') && Array.isArray(line.value) ? this.#valueOf(line.value[0]) : 0,
    )
  }

  /** A cas states [from, to]. */
  #written({ f, value }: OperationLine): number {
    return this.#valueOf(f === 'cas' && Array.isArray(value) ? value[1] : value)
  }

  #end(number: number, line: OperationLine): void {
    const entry = this.#sessions.get(line.process)
    if (entry === undefined || entry.row < 0 || line.type === 'invoke') {
      return this.problem(number, `Process ${line.process} has nothing under way that could end.`)
    }
    const { row } = entry
    const ops = this.#ops
    const f = OP_NAMES[ops.f[row]]
    if (this.#keyOf(line.key) !== ops.key[row] || (CODES.get(line.f) !== ops.f[row] && f !== 'delete')) {
      return this.problem(number, `Process ${line.process} ends another operation than it began.`)
    }
    entry.row = line.type === 'info' ? ENDED_UNKNOWN : -1
    ops.status[row] = STATUS_OF[line.type]
    ops.endedNs[row] = line.timeNs
    ops.error[row] = ERROR_OF.get(line.fields.error ?? null) ?? 0
    ops.attempts[row] = 1
    if (line.type === 'ok') this.#result(row, f, line)
    const version = /^(\d{1,16})\.(-?\d{1,9})$/.exec(
      typeof line.fields.version === 'string' ? line.fields.version : '',
    )
    if (version !== null) {
      ops.versionAt[row] = Number(version[1])
      ops.versionBy[row] = Number(version[2])
    }
    ops.place[row] =
      typeof line.fields.place === 'string' ? (this.#places.get(line.fields.place) ?? NO_PLACE) : NO_PLACE
  }

  #result(row: number, f: string, { value, fields }: OperationLine): void {
    const ops = this.#ops
    if (f === 'cas') ops.result[row] = fields.swapped === false ? 0 : 1
    else if (f === 'scan')
      ops.result[row] = typeof value === 'number' && value >= 0 && value <= WORD_MAX ? value : 0
    else if (f === 'read') {
      const several = Array.isArray(value) ? (value as unknown[]).map((each) => this.#valueOf(each)) : null
      ops.result[row] = several === null ? this.#valueOf(value) : (several[0] ?? 0)
      if (several !== null && several.length > 1) this.#siblings.set(row, several)
    }
  }

  #fault(number: number, timeNs: Ns, fields: Readonly<Record<string, unknown>>): void {
    const { type: _type, phase, timeNs: _timeNs, replicas, sides, by, ...spec } = fields
    if (phase !== 'start' && phase !== 'end' && phase !== 'instant') {
      return this.problem(number, 'The phase of a fault must be start, end or instant.')
    }
    const isPowerLoss = spec.kind === 'power-loss'
    const parsed = parseFault(isPowerLoss ? { ...spec, replicas } : spec)
    if (parsed === null) return this.problem(number, 'This is no fault that the lab knows.')
    this.#faults.push({
      index: this.#indexOf(parsed, phase),
      phase,
      timeNs,
      spec: parsed,
      replicas: namesOf(replicas),
      sides: Array.isArray(sides) ? (sides as unknown[]).map(namesOf) : [],
      by: by === 'hand' ? 'hand' : 'plan',
    })
  }

  /** Which fault an end ends: the one of the same kind and places that began first and lasts. */
  #indexOf(spec: FaultSpec, phase: FaultEvent['phase']): number {
    const identity = JSON.stringify(spec)
    const open = this.#openFaults.get(identity) ?? []
    this.#openFaults.set(identity, open)
    if (phase === 'end') return open.shift() ?? this.#faultCount++
    const index = this.#faultCount++
    if (phase === 'start') open.push(index)
    return index
  }

  #keyOf(name: string): number {
    let key = this.#keys.get(name)
    if (key === undefined) this.#keys.set(name, (key = this.#keys.size))
    return key
  }

  #valueOf(value: unknown): number {
    if (value === null || value === undefined) return 0
    if (
      typeof value === 'number' &&
      Number.isInteger(value) &&
      value > 0 &&
      value <= VALUE_NUMBERS_FROM - LINES_MAX
    )
      return value
    const text = JSON.stringify(value)
    let known = this.#values.get(text)
    if (known === undefined) this.#values.set(text, (known = VALUE_NUMBERS_FROM - this.#values.size))
    return known
  }

  finish(): Result<ReadHistory, Problem[]> {
    if (this.#header === null) this.problem(1, 'The first line must be the header with the format.')
    else if (this.#ops.count === 0) this.problem(1, 'There is no operation in this history.')
    if (this.#problems.length > 0 || this.#header === null) return err(this.#problems)
    const { places, order, runtime, stoppedEarly, endedNs, initial } = this.#header
    const keyNames = [...this.#keys.keys()]
    const replicaCount = places.filter(({ kind }) => kind === 'replica').length
    const everywhere = [...places, UNKNOWN_CLIENT]
    const lastNs = Math.max(this.#timeNs, endedNs ?? 0)
    const loaded = this.#loaded()
    const history: History = {
      model: 'register',
      order,
      runtime,
      places: everywhere,
      replicaCount,
      sessions: new Uint32Array(this.#sessions.size).fill(everywhere.length - 1),
      initial: loaded?.value ?? (initial === null ? null : this.#valueOf(initial)),
      preloaded: loaded?.keys ?? (initial === null ? 0 : keyNames.length),
      ops: loaded === null ? this.#ops : withoutRows(this.#ops, loaded.keys),
      contexts: new Map(),
      siblings: new Map([...this.#siblings].map(([row, values]) => [row - (loaded?.keys ?? 0), values])),
      faults: this.#faults,
      notes: [],
      notesDropped: 0,
      facts: new Map(),
      samples: [],
      sampleEveryNs: lastNs,
      shards: [],
      traffic: NO_TRAFFIC,
      issuedUntilNs: this.#lastInvokedNs(),
      endedNs: lastNs,
      warmupNs: 0,
      stoppedEarly,
      keyName: (key) => keyNames[key] ?? `key ${key}`,
    }
    return ok({ history, keyNames })
  }

  #lastInvokedNs(): Ns {
    const { count, invokedNs } = this.#ops
    return count === 0 ? 0 : invokedNs[count - 1]
  }

  /**
   * `historyLines` states what was there before the run as writes of a loader at time 0, one per key, all of one value
   * and version 0.0. Counted as operations they would spoil every figure, so they become what they were.
   */
  #loaded(): { keys: number; value: number } | null {
    const { count, f, process, key, value, versionAt, versionBy, endedNs } = this.#ops
    let keys = 0
    while (
      keys < count &&
      f[keys] === code('write') &&
      process[keys] === process[0] &&
      key[keys] === keys &&
      value[keys] === value[0] &&
      versionAt[keys] === 0 &&
      versionBy[keys] === 0 &&
      endedNs[keys] === 0
    )
      keys++
    return keys === 0 || keys === count ? null : { keys, value: value[0] }
  }
}

/** Stands for the row of a process whose operation ended unknown. */
const ENDED_UNKNOWN = -2

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : []
}

/** The table from row `first` on; the arrays are views. */
function withoutRows(table: OperationTable, first: number): History['ops'] {
  const { count } = table
  return {
    count: count - first,
    process: table.process.subarray(first, count),
    session: table.session.subarray(first, count),
    f: table.f.subarray(first, count),
    key: table.key.subarray(first, count),
    value: table.value.subarray(first, count),
    expected: table.expected.subarray(first, count),
    result: table.result.subarray(first, count),
    status: table.status.subarray(first, count),
    error: table.error.subarray(first, count),
    intendedNs: table.intendedNs.subarray(first, count),
    invokedNs: table.invokedNs.subarray(first, count),
    endedNs: table.endedNs.subarray(first, count),
    versionAt: table.versionAt.subarray(first, count),
    versionBy: table.versionBy.subarray(first, count),
    place: table.place.subarray(first, count),
    attempts: table.attempts.subarray(first, count),
    tag: table.tag.subarray(first, count),
  }
}
