import { err, ok, type Result } from '../../base/result.ts'
import type { Problem } from '../../topology/types.ts'
import { ednMapOf } from './edn-values.ts'
import type { EdnMap } from './edn-values.ts'
import { EdnForms } from './edn-forms.ts'
import type { EdnForm } from './edn-forms.ts'
import { FaultSpans } from './faults.ts'
import {
  hasIndependentKeys,
  isTxn,
  modelOf,
  nemesisFaults,
  observedMismatch,
  plainMicros,
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
 * Jepsen's order of events is that of the file. Its times are kept if they agree with that order; otherwise the places
 * in the file stand for them, and nothing can be said in milliseconds. The file does not name its model: where
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
  /** What has come of the last token. */
  #rest = ''

  constructor(options: ReadOptions) {
    this.#options = options
    this.#forms = new EdnForms(
      (form) => this.#take(form),
      (line, sentence) => this.#problems.add(line, sentence),
    )
  }

  get isFull(): boolean {
    return this.#problems.isFull || this.#forms.isBroken || this.#rest.length > TOKEN_CHARS_MAX
  }

  push(text: string): void {
    // No token has a space in it.
    const cut = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\n')) + 1
    if (cut > 0) {
      this.#forms.take(this.#rest + text.slice(0, cut))
      this.#rest = ''
    }
    this.#rest += text.slice(cut)
    if (this.#rest.length > TOKEN_CHARS_MAX) this.#problems.add(1, 'this is no EDN: it has no spaces')
  }

  #take({ text, line }: EdnForm): void {
    const parsed = ednMapOf(text)
    if (!parsed.ok) return this.#problems.add(line, parsed.error)
    if (this.#events.length >= EVENTS_MAX)
      return this.#problems.add(line, `there are more than ${EVENTS_MAX} operations`)
    const event = eventOf(parsed.value, line, this.#times.length)
    if (typeof event === 'string') return this.#problems.add(line, event)
    const time = parsed.value.get('time')
    const last = this.#times.length === 0 ? -Infinity : this.#times[this.#times.length - 1]
    if (typeof time !== 'number' || time < last) this.#timesAgree = false
    this.#times.push(typeof time === 'number' ? time : NaN)
    if (event.process === NEMESIS) this.#nemesis.push({ f: event.f, at: event.at })
    else this.#events.push(event)
  }

  finish(): Result<ReadRecord, Problem[]> {
    this.#forms.take(this.#rest)
    this.#forms.finish()
    const { list } = this.#problems
    if (list.length === 0 && this.#events.length === 0)
      this.#problems.add(1, 'there is no operation in this history')
    if (list.length > 0) return err(list)
    const events = hasIndependentKeys(this.#events) ? this.#events.map(withKeys) : this.#events
    const model = this.#options.model ?? modelOf(events)
    const initial = this.#options.initial === undefined ? null : this.#options.initial
    const record = new RecordReader(
      { model, initial, hasTimes: this.#timesAgree, isOrdered: false },
      this.#problems,
    )
    for (const event of events) {
      record.take({ ...event, at: this.#instant(event.at) })
      if (this.#problems.isFull) break
    }
    if (list.length > 0) return err(list)
    const faults = new FaultSpans()
    nemesisFaults(
      this.#nemesis.map(({ f, at }) => ({ f, at: this.#instant(at) })),
      faults,
    )
    return ok({ operations: record.finish(faults.healedAt), faults: faults.list })
  }

  /** Of the event at a place in the file. */
  #instant(place: number): number {
    return this.#timesAgree ? this.#times[place] : place
  }
}

const NEMESIS = ':nemesis'

/** The event that a map states, or what is wrong with it. `place`: its number in the file. */
function eventOf(map: EdnMap, line: number, place: number): RecordEvent | string {
  const type = TYPES.get(map.get('type'))
  if (type === undefined) return ':type must be :invoke, :ok, :fail or :info'
  const process = map.get('process')
  if (typeof process !== 'number' && typeof process !== 'string')
    return ':process must be a number or :nemesis'
  const value = map.get('value') ?? null
  const named = map.get('f') ?? (isTxn(value) ? ':txn' : null)
  if (typeof named !== 'string')
    return process === NEMESIS ? ':f must name what the nemesis did' : ':f must name the operation'
  const f = named.replace(/^:/, '')
  const key = map.get('key')
  const event = { type, process, f, value: f === 'txn' ? plainMicros(value) : value, at: place, line }
  const keyed = typeof key === 'number' || typeof key === 'string' ? { ...event, key } : event
  return observedMismatch(keyed, map.get('error'))
}
