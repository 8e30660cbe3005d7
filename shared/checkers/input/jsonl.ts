import { err, ok, type Result } from '../../base/result.ts'
import { NOT_JSON, parseHistoryLine, type OperationLine } from '../../history/event-lines.ts'
import { parseFault } from '../../topology/parse-fault.ts'
import type { Problem } from '../../topology/types.ts'
import { MODELS } from '../contract.ts'
import { FaultSpans } from './faults.ts'
import { PlainLines } from './plain-lines.ts'
import { LineProblems } from './problems.ts'
import { RecordReader } from './record.ts'
import type { ReadOptions, ReadRecord } from './types.ts'

/** Lines of a record, and characters of a line, that are read at most. */
const LINES_MAX = 60_000_000
const LINE_CHARS_MAX = 4_000_000

/**
 * Reads a `*.history.jsonl` file (`replica-lab/history@1`) as it comes. A header may be missing where
 * `options` name the model. Problems name their line.
 */
export class JsonlReader {
  readonly #options: ReadOptions
  readonly #problems = new LineProblems()
  readonly #faults = new FaultSpans()
  readonly #plain = new PlainLines()
  #record: RecordReader | null = null
  /** Of the last line, what has come of it. */
  #rest = ''
  #line = 0
  #hasLongDigits = false
  #atNs = 0
  /** Whether this is some other format, of which there is no more to say. */
  #isForeign = false
  /** Whether events state their times; null while none has been read. */
  #isTimed: boolean | null = null
  /** Writes that state what was there before the run, while there may be more of them. */
  #loading: Loading | null = null

  constructor(options: ReadOptions) {
    this.#options = options
  }

  /** Whether reading on would tell nothing more. */
  get isFull(): boolean {
    return this.#problems.isFull || this.#isForeign
  }

  push(text: string): void {
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0 && !this.isFull; end = text.indexOf('\n', from)) {
      if (this.#rest !== '') this.#take(this.#rest + text.slice(from, end))
      else if (!this.#takePlain(text, from, end)) this.#take(text.slice(from, end))
      this.#rest = ''
      from = end + 1
    }
    this.#rest += text.slice(from)
    if (this.#rest.length > LINE_CHARS_MAX) {
      this.#take(this.#rest)
      this.#rest = ''
    }
  }

  /** Takes the line, if it is of the usual form. */
  #takePlain(text: string, from: number, to: number): boolean {
    const record = this.#record
    const { line } = this.#plain
    // The first lines may be those of a loader, and all that is wrong is told in one place.
    if (record === null || this.#loading !== null || this.#isTimed !== true) return false
    if (this.#line >= LINES_MAX) return false
    if (!this.#plain.read(text, from, to) || line.timeNs < this.#atNs) return false
    this.#line++
    this.#atNs = line.timeNs
    const { type, process, f, key, value, timeNs, versionAt, versionBy } = line
    record.take({ type, process, f, key, value, at: timeNs, line: this.#line, versionAt, versionBy })
    return true
  }

  #take(text: string, isCut = false): void {
    const number = ++this.#line
    if (number > LINES_MAX) return this.#problems.add(number, `there are more than ${LINES_MAX} lines`)
    if (text.length > LINE_CHARS_MAX) return this.#problems.add(number, 'this line is too long for an event')
    if (BLANK.test(text)) return
    this.#hasLongDigits = LONG_DIGITS.test(text)
    const parsed = parseHistoryLine(text, false)
    if (!parsed.ok) {
      this.#record?.miss()
      if (parsed.error !== NOT_JSON) return this.#problems.add(number, parsed.error)
      return this.#problems.add(number, this.#notJson(text, isCut))
    }
    const line = parsed.value
    if (line.type === 'header') return this.#begin(number, line.header.model, line.header.initial, text)
    if (this.#record === null) {
      // Of a header that could not be read that is told.
      if (this.#options.model === null)
        return this.#problems.list.length > 0
          ? undefined
          : this.#problems.add(
              number,
              'the first line must be the header with the format; without one, the model must be named',
            )
      this.#begin(number, this.#options.model, null, null)
    }
    const atNs = this.#instant(number, line.type, line.timeNs)
    if (atNs === null) return
    if (atNs < this.#atNs) {
      this.#record?.miss()
      return this.#problems.add(number, `time runs backwards: ${atNs} ns comes after ${this.#atNs} ns`)
    }
    this.#atNs = atNs
    if (line.type === 'fault') this.#fault(number, atNs, line.fields)
    else this.#operation(number, { ...line, timeNs: atNs })
  }

  /** What may be meant by a line that is no JSON. */
  #notJson(text: string, isCut: boolean): string {
    this.#isForeign = this.#record === null && this.#problems.list.length === 0
    if (this.#isForeign && LIKE_EDN.test(text)) return `${NOT_JSON} It may be EDN: try --from jepsen-edn`
    if (this.#isForeign) return `${NOT_JSON} A history has one JSON object a line, the header first`
    return isCut ? `${NOT_JSON} The file ends in the middle of this line` : NOT_JSON
  }

  /** The instant of a line: its time or, in a record that leaves times out, its number; null where that does not fit. */
  #instant(number: number, type: string, timeNs: number): number | null {
    if (type === 'fault') return this.#isTimed === false ? number : timeNs
    const isTimed = !Number.isNaN(timeNs)
    this.#isTimed ??= isTimed
    if (this.#isTimed === isTimed) return isTimed ? timeNs : number
    const [has, had] = isTimed ? ['a', 'none'] : ['no', 'one']
    this.#problems.add(number, `this event has ${has} "timeNs", and those before it have ${had}`)
    this.#record?.miss()
    return null
  }

  #begin(number: number, modelName: string, initial: unknown, header: string | null): void {
    if (this.#record !== null) return this.#problems.add(number, 'there is a header already')
    const model = this.#options.model ?? MODELS.find((known) => known === modelName)
    if (model === undefined)
      return this.#problems.add(number, `there is no model "${modelName}"; there are ${MODELS.join(', ')}`)
    const isOrdered =
      header !== null && (JSON.parse(header) as Readonly<Record<string, unknown>>).order === 'ordered'
    const value = this.#options.initial === undefined ? initial : this.#options.initial
    this.#record = new RecordReader({ model, initial: value, hasTimes: true, isOrdered }, this.#problems)
    if (model === 'counter' && value !== null && !Number.isSafeInteger(value))
      this.#problems.add(number, 'a counter begins with a whole number')
    else if (model === 'kv' && value !== null && typeof value !== 'string')
      this.#problems.add(number, 'a kv begins with a string')
    else if (value === null && (model === 'register' || model === 'cas-register'))
      this.#loading = new Loading()
  }

  #operation(line: number, { type, process, f, key, value, timeNs, fields }: OperationLine): void {
    if (this.#hasLongDigits && (isRounded(value) || isRounded(fields.key)))
      return this.#problems.add(line, 'an integer is beyond those that can be told apart; write it as a text')
    // The end of an operation need not repeat its key.
    const named = type !== 'invoke' && fields.key === undefined ? {} : { key }
    const event = { type, process, f, ...named, value, at: timeNs, line, ...versionOf(fields) }
    if (this.#loading !== null) {
      if (this.#loading.takes(event)) return
      this.#endLoading()
    }
    this.#record?.take(event)
  }

  #endLoading(): void {
    const loading = this.#loading
    this.#loading = null
    if (loading === null || this.#record === null) return
    if (loading.keys.length > 0) this.#record.preload(loading.keys, loading.value)
    for (const event of loading.unfinished) this.#record.take(event)
  }

  #fault(number: number, at: number, fields: Readonly<Record<string, unknown>>): void {
    const { type: _type, phase, timeNs: _timeNs, replicas, sides: _sides, by: _by, ...spec } = fields
    const { kind } = spec
    if (typeof kind !== 'string' || kind.length > NAME_CHARS_MAX)
      return this.#problems.add(number, '"kind" must name the fault')
    const struck = Array.isArray(replicas) ? replicas.filter((name) => typeof name === 'string') : []
    const fault = {
      kind,
      spec: parseFault(kind === 'power-loss' ? { ...spec, replicas } : spec),
      replicas: struck,
      from: at,
    }
    const identity = JSON.stringify(spec)
    if (phase === 'start') this.#faults.begin(identity, fault)
    else if (phase === 'end') this.#faults.end(identity, at)
    else if (phase === 'instant') this.#faults.instant(fault)
    else this.#problems.add(number, 'the phase of a fault must be start, end or instant')
  }

  finish(): Result<ReadRecord, Problem[]> {
    if (this.#rest !== '' && !this.isFull) this.#take(this.#rest, true)
    this.#endLoading()
    if (this.#problems.list.length === 0 && (this.#record === null || this.#record.rows === 0))
      this.#problems.add(Math.max(1, this.#line), 'there is no operation in this history')
    if (this.#problems.list.length > 0 || this.#record === null) return err(this.#problems.list)
    const operations = this.#record.finish(this.#faults.healedAt)
    return ok({ operations: { ...operations, hasTimes: this.#isTimed !== false }, faults: this.#faults.list })
  }
}

const BLANK = /^\s*$/
/** Keywords where JSON would have texts, or what JSON has no word for. */
const LIKE_EDN = /^\s*(?:[[(]?\s*\{\s*:|[#;(])/
/** Integers of fewer digits are exact. */
const LONG_DIGITS = /\d{16}/

/** Deeper than any value of a record. */
const DEPTH_MAX = 64

/** Whether there is an integer that JSON may have rounded to its neighbour. */
function isRounded(value: unknown, depth = 0): boolean {
  if (depth > DEPTH_MAX) return false
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((item) => isRounded(item, depth + 1))
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
}

const NAME_CHARS_MAX = 1_000

type Event = Parameters<RecordReader['take']>[0]

function versionOf({ version, swapped }: OperationLine['fields']): Pick<Event, 'version' | 'swapped'> {
  return { ...(version === undefined ? {} : { version }), ...(swapped === undefined ? {} : { swapped }) }
}

/**
 * The lab writes what was there before a run as writes of a loader at time 0: one per key, all of one value and of
 * version 0.0. They are no operations of the run.
 */
class Loading {
  readonly keys: string[] = []
  value: unknown = null
  #process: Event['process'] | null = null
  #open: Event | null = null

  /** Events that turned out to be none of the loader's. */
  get unfinished(): readonly Event[] {
    return this.#open === null ? [] : [this.#open]
  }

  /** Whether the event is the loader's. */
  takes(event: Event): boolean {
    const { type, process, f, key, value, at, version } = event
    const fits = at === 0 && f === 'write' && value !== null && (this.#process ?? process) === process
    if (this.#open === null) {
      if (!fits || type !== 'invoke' || (this.keys.length > 0 && value !== this.value)) return false
      this.#open = event
      return true
    }
    const open = this.#open
    if (!fits || type !== 'ok' || key !== open.key || value !== open.value || version !== '0.0') return false
    this.#open = null
    this.#process = process
    this.value = value
    this.keys.push(String(key))
    return true
  }
}
