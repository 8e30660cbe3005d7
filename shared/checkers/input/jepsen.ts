import type { ModelName } from '../contract.ts'
import type { FaultSpans } from './faults.ts'
import type { RecordEvent } from './record.ts'

/** What histories of Jepsen leave unsaid. */

/**
 * Whether the values are those of Jepsen's `independent` tests: [key value]. All of them are pairs then, and what a read
 * begins with is a pair, too, of a key and nil; without a read only a compare-and-set can tell, which is a pair itself. Some
 * write that as [key expected new].
 */
export function hasIndependentKeys(events: readonly RecordEvent[]): boolean {
  let isTold = false
  for (const { type, f, key, value } of events) {
    if (key !== undefined || f === 'txn' || (type !== 'invoke' && value === null)) continue
    if (f === 'cas' && isTriple(value)) {
      isTold = true
      continue
    }
    if (!isPair(value)) return false
    if (type !== 'invoke') continue
    if (f === 'read') {
      if (value[1] !== null) return false
      isTold = true
    } else if (f === 'cas') {
      if (!isPair(value[1])) return false
      isTold = true
    }
  }
  return isTold
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2
}

function isTriple(value: unknown): value is readonly [unknown, unknown, unknown] {
  return Array.isArray(value) && value.length === 3
}

/** Whether the event says why it failed: under `:error`, be it nil, or as tests of old did in place of the value. */
export function statesError(map: ReadonlyMap<string, unknown>, { value }: RecordEvent): boolean {
  return map.has('error') || (typeof value === 'string' && value.startsWith(':'))
}

/**
 * A compare-and-set that ended `:fail` and states no `:error` found something else than it expected: that is how Jepsen's
 * registers record it, and Porcupine reads it. It is an observation then, and not merely an operation that did not happen.
 * But only where errors are recorded: if reads or writes fail without a word, so may this one have.
 */
export function observedMismatch(event: RecordEvent): RecordEvent {
  return Array.isArray(event.value) ? { ...event, type: 'ok', swapped: false } : event
}

/** Takes the pairs apart. Keys that are no texts or numbers are named by their JSON. */
export function withKeys(event: RecordEvent): RecordEvent {
  if (!isPair(event.value) && !isTriple(event.value)) return event
  const [key, ...rest] = event.value
  const value = rest.length === 1 ? rest[0] : rest
  const name = typeof key === 'string' || typeof key === 'number' ? key : JSON.stringify(key)
  return { ...event, key: name, value }
}

/** What a mutex holds; `UNLOCKED` in the beginning. */
const LOCKED = 'locked'
export const UNLOCKED = 'unlocked'

/** Whether the record is that of a lock: Knossos' mutex, which processes acquire and release. */
export function isMutex(events: readonly RecordEvent[]): boolean {
  return events.length > 0 && events.every(({ f }) => f === 'acquire' || f === 'release')
}

/** A lock is a register of two values: to acquire it is to swap one for the other, whoever does so. */
export function mutexEvent(event: RecordEvent): RecordEvent {
  const value = event.f === 'acquire' ? [UNLOCKED, LOCKED] : [LOCKED, UNLOCKED]
  // Of several locks, a pair names the one.
  return { ...(isPair(event.value) ? withKeys(event) : event), f: 'cas', value }
}

/** The model that a history's operations speak of, where nobody names it. */
export function modelOf(events: readonly RecordEvent[]): ModelName {
  const functions = new Set(events.map(({ f }) => f))
  if (functions.has('txn')) return 'txn'
  if (functions.has('cas')) return 'cas-register'
  if (functions.has('broadcast')) return 'set'
  const reads = events.filter(({ type, f }) => type === 'ok' && (f === 'read' || f === 'get'))
  const isListed = reads.some(({ value }) => Array.isArray(value))
  if (functions.has('increment') || functions.has('inc')) return 'counter'
  if (functions.has('append')) {
    const isText = events.every(({ f, value }) => f !== 'append' || typeof value === 'string')
    return isText && !isListed ? 'kv' : 'append-list'
  }
  if (functions.has('add'))
    return reads.length > 0 && reads.every(({ value }) => typeof value === 'number') ? 'counter' : 'set'
  return functions.has('put') ? 'kv' : 'register'
}

const MICROS: ReadonlyMap<string, string> = new Map([
  [':r', 'r'],
  [':read', 'r'],
  [':w', 'w'],
  [':write', 'w'],
  [':append', 'append'],
])

/** Micro-operations with the names that the checkers know: ":r" and ":read" are "r". */
export function plainMicros(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return (value as unknown[]).map((micro) =>
    Array.isArray(micro) && typeof micro[0] === 'string'
      ? [MICROS.get(micro[0]) ?? micro[0], keyOf(micro[1]), ...(micro.slice(2) as unknown[])]
      : micro,
  )
}

const keyOf = (key: unknown): unknown => (typeof key === 'object' ? JSON.stringify(key) : key)

/** Whether a value looks like a transaction, for records that do not say `:f :txn`. */
export function isTxn(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((micro: unknown) => Array.isArray(micro) && MICROS.has(String(micro[0])))
  )
}

export interface NemesisEvent {
  readonly f: string
  readonly at: number
}

/**
 * What the nemesis did, as fault windows: `start` or `start-x` begins one and `stop` or `stop-x` ends it, as in Jepsen's own
 * plots; anything else is an instant. Each appears twice, when it is called and when it is done: what began counts from
 * the call on, what ended until it was done.
 */
export function nemesisFaults(events: readonly NemesisEvent[], faults: FaultSpans): void {
  let previous = ''
  const lasting = new Set<string>()
  const stopping: { identity: string; at: number }[] = []
  const settle = (): void => {
    for (const { identity, at } of stopping.splice(0)) faults.end(identity, at)
  }
  for (const { f, at } of events) {
    const isDone = f === previous
    previous = isDone ? '' : f
    const parts = /^(start|stop)(?:-(.*))?$/.exec(f)
    if (parts === null) {
      if (!isDone) faults.instant({ kind: f, spec: null, replicas: [], from: at })
      continue
    }
    const [, phase, name = 'nemesis'] = parts
    if (phase === 'start') {
      if (isDone || lasting.has(name)) continue
      settle()
      lasting.add(name)
      faults.begin(name, { kind: name, spec: null, replicas: [], from: at })
    } else if (isDone) {
      for (const stop of stopping) if (stop.identity === name) stop.at = at
    } else if (lasting.delete(name)) stopping.push({ identity: name, at })
  }
  settle()
}
