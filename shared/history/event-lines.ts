import { err, ok, type Result } from '../base/result.ts'
import type { Ns } from '../base/time.ts'

/** One line of a `*.history.jsonl` file, checked as far as it can be alone. Values are JSON values. */
export type HistoryLine =
  | { type: 'header'; header: HistoryHeader }
  | OperationLine
  | { type: 'fault'; timeNs: Ns; fields: Readonly<Record<string, unknown>> }

export interface OperationLine {
  type: 'invoke' | 'ok' | 'fail' | 'info'
  /** A whole number from 0, or a name. */
  process: number | string
  f: string
  /** As text, whatever it was; "" where the record has one nameless key. */
  key: string
  value: unknown
  /** NaN where the record may leave times out, and does. */
  timeNs: Ns
  fields: Readonly<Record<string, unknown>>
}

export interface HistoryHeader {
  model: string
  initial: unknown
  order: 'ordered' | 'dotted'
  runtime: 'simulated' | 'live'
  places: { name: string; kind: 'replica' | 'client'; region: string }[]
  endedNs: Ns | null
  stoppedEarly: string | null
}

export const HISTORY_FORMAT = 'replica-lab/history@1'
const NAME_CHARS_MAX = 1_000
const PLACES_MAX = 2_048
const TEXT_CHARS_MAX = 2_000

/** What is said of a line that is no JSON. */
export const NOT_JSON = 'This is not JSON.'

/** Reads one line; errors are sentences. `needsTimes` false: operations may do without `timeNs`. Never throws. */
export function parseHistoryLine(line: string, needsTimes = true): Result<HistoryLine, string> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return err(NOT_JSON)
  }
  if (!isRecord(value)) return err('An event must be an object.')
  if (Object.hasOwn(value, 'format')) return headerOf(value)
  const { type } = value
  const isUntimed = value.timeNs === undefined && type !== 'fault' && !needsTimes
  const timeNs = isUntimed ? NaN : value.timeNs
  if (typeof timeNs !== 'number' || !(isUntimed || (Number.isSafeInteger(timeNs) && timeNs >= 0))) {
    return err('"timeNs" must be a whole number of nanoseconds from 0.')
  }
  if (type === 'fault') return ok({ type, timeNs, fields: value })
  if (type !== 'invoke' && type !== 'ok' && type !== 'fail' && type !== 'info') {
    return err('"type" must be invoke, ok, fail, info or fault.')
  }
  const { process, f, key = '' } = value
  const isNamed = typeof process === 'string' && process !== '' && process.length <= NAME_CHARS_MAX
  const isNumbered = typeof process === 'number' && Number.isSafeInteger(process) && process >= 0
  if (!isNamed && !isNumbered) return err('"process" must be a whole number from 0, or a name.')
  if (typeof f !== 'string') return err('"f" must name the operation.')
  if (typeof key !== 'string' && typeof key !== 'number') return err('"key" must be a text or a number.')
  const name = String(key)
  if (name.length > NAME_CHARS_MAX) return err(`"key" is longer than ${NAME_CHARS_MAX} characters.`)
  return ok({ type, process, f, key: name, value: value.value ?? null, timeNs, fields: value })
}

function headerOf(value: Readonly<Record<string, unknown>>): Result<HistoryLine, string> {
  const { format, model = 'register', initial = null, order, runtime, endedNs, stoppedEarly } = value
  if (format !== HISTORY_FORMAT) return err(`The format must be "${HISTORY_FORMAT}".`)
  if (typeof model !== 'string') return err('"model" must be a text.')
  const places = placesOf(value.places)
  if (places === null) return err('"places" must list objects with a name, a kind and a region.')
  return ok({
    type: 'header',
    header: {
      model,
      initial,
      order: order === 'dotted' ? 'dotted' : 'ordered',
      runtime: runtime === 'live' ? 'live' : 'simulated',
      places,
      endedNs: typeof endedNs === 'number' && Number.isSafeInteger(endedNs) && endedNs >= 0 ? endedNs : null,
      stoppedEarly: typeof stoppedEarly === 'string' ? stoppedEarly.slice(0, TEXT_CHARS_MAX) : null,
    },
  })
}

function placesOf(value: unknown): HistoryHeader['places'] | null {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > PLACES_MAX) return null
  const places: HistoryHeader['places'] = []
  for (const place of value as unknown[]) {
    if (!isRecord(place)) return null
    const { name, kind, region } = place
    if (typeof name !== 'string' || typeof region !== 'string') return null
    if (kind !== 'replica' && kind !== 'client') return null
    if (name.length > NAME_CHARS_MAX || region.length > NAME_CHARS_MAX) return null
    places.push({ name, kind, region })
  }
  return places
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
