import { err, ok, type Result } from '../../base/result.ts'
import type { Problem } from '../../topology/types.ts'
import { ednMapOf } from './edn-values.ts'
import type { EdnMap } from './edn-values.ts'
import { EdnForms } from './edn-forms.ts'
import type { EdnForm } from './edn-forms.ts'
import { FaultSpans } from './faults.ts'
import {
  hasIndependentKeys,
  isMutex,
  isTxn,
  modelOf,
  mutexEvent,
  nemesisFaults,
  observedMismatch,
  plainMicros,
  statesError,
  UNLOCKED,
  withKeys,
} from './jepsen.ts'
import type { NemesisEvent } from './jepsen.ts'
import { LineProblems } from './problems.ts'
import { RecordReader } from './record.ts'
import type { RecordEvent } from './record.ts'
import type { ReadOptions, ReadRecord } from './types.ts'

const TYPES: ReadonlyMap<unknown, RecordEvent['type']> = new Map([
  [':invoke', 'invoke'],
  [':ok', 'ok'],
  [':fail', 'fail'],
  [':info', 'info'],
] as const)
const EVENTS_MAX = 20_000_000
const TOKEN_CHARS_MAX = 4_000_000

/**
 * Reads a history as Jepsen writes it (`history.edn`): operations as maps, one after the other or in one vector, with
 * `:type :process :f :value`, and `:time` and `:index` where they are there. Values of `independent` tests are [key
 * value]; some stores write `:key` instead. What the nemesis did becomes fault windows.
 *
 * Jepsen's order of events is that of the file, also of those at one instant. Its times are kept if they agree with that
 * order; otherwise the places in the file stand for them, and nothing can be said in milliseconds. The file does not name its model: where
 * `options` do not either, the operations tell.
 */
export class EdnReader {
  readonly #options: ReadOptions
  readonly #problems = new LineProblems()
  readonly #forms: EdnForms
  readonly #events: RecordEvent[] = []
  readonly #nemesis: NemesisEvent[] = []
  /** By place in the file; NaN where none is stated. */
  readonly #times: number[] = []
  #timesAgree = true
  /** Where times count from, if they are too long for a double. */
  #epoch: bigint | null = null
  /** Each cas, by its place among the events, that failed and states no error. */
  readonly #bareFailures = new Set<number>()
  /** Whether anything else did: then errors are not in this record, and a cas may have failed by one. */
  #failsWithoutWords = false
  /** What has come of the last token. */
  #rest = ''
  /** Whether this is some other format, of which there is no more to say; null before anything was read. */
  #isForeign: boolean | null = null

  constructor(options: ReadOptions) {
    this.#options = options
    this.#forms = new EdnForms(
      (form) => this.#take(form),
      (line, sentence) => this.#problems.add(line, sentence),
    )
  }

  get isFull(): boolean {
    const isStuck = this.#forms.isBroken || this.#rest.length > TOKEN_CHARS_MAX
    return isStuck || this.#isForeign === true || this.#problems.isFull
  }

  push(text: string): void {
    if (this.#isForeign === null) {
      this.#isForeign = LIKE_JSON.test(text)
      if (this.#isForeign) this.#problems.add(1, 'this is JSON and no EDN: try --from jsonl')
    }
    if (this.#isForeign) return
    // No token has a space in it.
    const cut = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n')) + 1
    if (cut > 0) {
      this.#forms.take(this.#rest + text.slice(0, cut))
      this.#rest = ''
    }
    this.#rest += text.slice(cut)
    if (this.#rest.length > TOKEN_CHARS_MAX) this.#problems.add(1, 'this is no EDN: it has no spaces')
  }

  #take(form: EdnForm): void {
    const { line } = form
    const parsed = ednMapOf(form)
    if (!parsed.ok) return this.#problems.add(line, parsed.error)
    if (this.#events.length >= EVENTS_MAX)
      return this.#problems.add(line, `there are more than ${EVENTS_MAX} operations`)
    const event = eventOf(parsed.value, line, this.#times.length)
    if (typeof event === 'string') return this.#problems.add(line, event)
    const time = this.#timeOf(parsed.value)
    const last = this.#times.length === 0 ? -Infinity : this.#times[this.#times.length - 1]
    if (!(time >= last)) this.#timesAgree = false
    this.#times.push(time)
    if (event.process === NEMESIS) this.#nemesis.push({ f: event.f, at: event.at })
    else {
      this.#events.push(event)
      if (!statesError(parsed.value, event)) {
        if (event.type === 'fail' && event.f === 'cas') this.#bareFailures.add(this.#events.length - 1)
        else if (event.type === 'fail') this.#failsWithoutWords = true
      }
    }
  }

  /** NaN where none is stated. */
  #timeOf(map: EdnMap): number {
    const time = map.get('time')
    // Nanoseconds since 1970 are more than a double holds exactly, and come as their digits: they count from the first.
    const isLong = typeof time === 'string' && /^\d+$/.test(time)
    if (isLong) this.#epoch ??= BigInt(time)
    if (this.#epoch === null || (!isLong && !Number.isSafeInteger(time)))
      return typeof time === 'number' ? time : NaN
    return Number(BigInt(time as string | number) - this.#epoch)
  }

  finish(): Result<ReadRecord, Problem[]> {
    this.#forms.take(this.#rest)
    this.#forms.finish()
    const { list } = this.#problems
    if (list.length === 0 && this.#events.length === 0)
      this.#problems.add(1, 'there is no operation in this history')
    if (list.length > 0) return err(list)
    if (!this.#failsWithoutWords)
      for (const at of this.#bareFailures) this.#events[at] = observedMismatch(this.#events[at])
    const isLock = isMutex(this.#events)
    const plain = isLock ? this.#events.map(mutexEvent) : this.#events
    const events = hasIndependentKeys(plain) ? plain.map(withKeys) : plain
    const model = this.#options.model ?? modelOf(events)
    const initial = this.#options.initial ?? (isLock ? UNLOCKED : null)
    const record = new RecordReader(
      { model, initial, hasTimes: this.#timesAgree, isOrdered: false },
      this.#problems,
    )
    const instants = this.#timesAgree ? inFileOrder(this.#times) : null
    const instant = (place: number): number => (instants === null ? place : instants[place])
    for (const event of events) {
      record.take({ ...event, at: instant(event.at) })
      if (this.#problems.isFull) break
    }
    if (list.length > 0) return err(list)
    const faults = new FaultSpans()
    nemesisFaults(
      this.#nemesis.map(({ f, at }) => ({ f, at: instant(at) })),
      faults,
    )
    return ok({ operations: record.finish(faults.healedAt), faults: faults.list })
  }
}

const NEMESIS = ':nemesis'
/** Texts and colons where EDN would have keywords. */
const LIKE_JSON = /^\s*\[?\s*\{\s*"\w+"\s*:/
/** Records that leave the process out have one. */
const NAMELESS = 'nil'

/** The order of the file tells what came first where clocks do not: equal times are moved apart, by next to nothing. */
function inFileOrder(times: readonly number[]): Float64Array {
  let last = -Infinity
  return Float64Array.from(times, (time) => {
    last = time > last ? time : last + Math.max(NEXT_TO_NOTHING, last * Number.EPSILON)
    return last
  })
}

const NEXT_TO_NOTHING = 1 / 1_048_576

/** The event that a map states, or what is wrong with it. `place`: its number in the file. */
function eventOf(map: EdnMap, line: number, place: number): RecordEvent | string {
  const type = TYPES.get(map.get('type'))
  if (type === undefined) return ':type must be :invoke, :ok, :fail or :info'
  const process = map.get('process') ?? NAMELESS
  if (typeof process !== 'number' && typeof process !== 'string')
    return ':process must be a number or :nemesis'
  const value = map.get('value') ?? null
  const named = isTxn(value) ? ':txn' : (map.get('f') ?? null)
  if (typeof named !== 'string')
    return process === NEMESIS ? ':f must name what the nemesis did' : ':f must name the operation'
  const f = named.replace(/^:/, '')
  const key = map.get('key')
  const event = { type, process, f, value: f === 'txn' ? plainMicros(value) : value, at: place, line }
  return typeof key === 'number' || typeof key === 'string' ? { ...event, key } : event
}
