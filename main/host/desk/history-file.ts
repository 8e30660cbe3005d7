import { TextDecoder, TextEncoder } from 'node:util'
import { NO_TRAFFIC } from '../../../shared/history/traffic.ts'
import type { History, OperationColumns } from '../../../shared/history/types.ts'
import { isObject } from '../../../shared/topology/problems.ts'
import type { InsertOrder } from '../../../shared/topology/types.ts'
import { keyNameOf, type KeyNaming } from '../../../shared/workload/key-names.ts'
import { decodeColumn, encodeColumn, viewOf, type ColumnForm, type Numbers } from './column-codec.ts'

/**
 * A history as the library keeps it: eight bytes of magic, the length of a header, the header as JSON, then columns as
 * `column-codec.ts` writes them, each at a multiple of eight bytes. What a report already says of the run (traffic,
 * samples of the replicas) is left out.
 */

const MAGIC = 'RLABHIS1'
const ALIGNMENT = 8
/** A header holds faults, notes and names of places and keys. */
const HEADER_BYTES_MAX = 256 * 2 ** 20
export const OPERATIONS_MAX = 50_000_000

/** Names of keys: by the workload that made them, or one by one. */
export type KeyNames =
  { workload: KeyNaming['kind']; insertOrder?: InsertOrder; keys?: number } | { names: readonly string[] }

/** What came back: traffic and samples are empty. */
export interface StoredHistory {
  history: History
  /** Whether the read at each row was stale: 1, else 0. */
  stale: Uint8Array
  /** What each operation did in words, of a record whose columns do not say; null where they do. */
  labels: readonly string[] | null
}

/** Columns in the order of writing, and which other one each may refer to. */
const COLUMNS: readonly (readonly [keyof OperationTypes, (keyof OperationTypes)?])[] = [
  ['invokedNs'],
  ['intendedNs', 'invokedNs'],
  ['endedNs', 'invokedNs'],
  ['versionAt', 'invokedNs'],
  ['versionBy'],
  ['session'],
  ['process', 'session'],
  ['key'],
  ['value'],
  ['result', 'value'],
  ['f'],
  ['status'],
  ['error'],
  ['place'],
  ['attempts'],
  ['tag'],
  ['expected'],
]

const TYPES = {
  process: Uint32Array,
  session: Uint32Array,
  f: Uint8Array,
  key: Uint32Array,
  value: Uint32Array,
  result: Uint32Array,
  status: Uint8Array,
  error: Uint8Array,
  intendedNs: Float64Array,
  invokedNs: Float64Array,
  endedNs: Float64Array,
  versionAt: Float64Array,
  versionBy: Int32Array,
  place: Uint16Array,
  attempts: Uint8Array,
  tag: Uint16Array,
  expected: Uint32Array,
}
type OperationTypes = { [Name in keyof typeof TYPES]: InstanceType<(typeof TYPES)[Name]> }

type Plain = Pick<
  History,
  | 'model'
  | 'order'
  | 'runtime'
  | 'places'
  | 'replicaCount'
  | 'initial'
  | 'preloaded'
  | 'faults'
  | 'notes'
  | 'notesDropped'
  | 'sampleEveryNs'
  | 'issuedUntilNs'
  | 'endedNs'
  | 'warmupNs'
  | 'stoppedEarly'
>

interface Header extends Plain {
  count: number
  keys: KeyNames
  facts: [string, number[]][]
  columns: Record<string, ColumnForm>
  stale: ColumnForm
  sessions: { at: number; count: number }
  contexts: Ragged
  siblings: Ragged
  labels?: readonly string[]
}

/** Lists of different lengths: rows they belong to, where each begins, and their numbers one after the other. */
interface Ragged {
  rows: number
  rowsAt: number
  startsAt: number
  values: number
  valuesAt: number
}

/** Whatever is stored of a history: not what its report says of shards and traffic, nor how its keys are called. */
export type HistoryData = Omit<History, 'keyName' | 'shards' | 'traffic' | 'samples'>

/** The file's bytes, piece by piece. `stale` as in `StoredHistory`. */
export function encodeHistory(
  history: HistoryData,
  keys: KeyNames,
  stale: Uint8Array,
  labels?: readonly string[],
): Uint8Array[] {
  const { ops } = history
  const body = new Body()
  const columns: Record<string, ColumnForm> = {}
  for (const [name, of] of COLUMNS) {
    const base = of === undefined ? null : { name: of, values: ops[of] }
    columns[name] = body.column(ops[name], ops.count, base)
  }
  const header: Header = {
    ...plainOf(history),
    count: ops.count,
    keys,
    facts: [...history.facts].map(([kind, counts]) => [kind, [...counts]]),
    columns,
    stale: body.column(stale, ops.count, null),
    sessions: {
      at: body.add(new Uint8Array(history.sessions.slice().buffer)),
      count: history.sessions.length,
    },
    contexts: body.ragged(history.contexts, (context) => context.flat()),
    siblings: body.ragged(history.siblings, (values) => values),
    ...(labels === undefined ? {} : { labels }),
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const start = aligned(MAGIC.length + 4 + text.length)
  const head = new Uint8Array(start)
  head.set(new TextEncoder().encode(MAGIC))
  new DataView(head.buffer).setUint32(MAGIC.length, text.length, true)
  head.set(text, MAGIC.length + 4)
  return [head, ...body.pieces]
}

/** Reads what `encodeHistory` wrote. Throws an Error with a sentence where the bytes are something else. */
export function decodeHistory(file: Uint8Array): StoredHistory {
  const magic = new TextDecoder('latin1').decode(file.subarray(0, MAGIC.length))
  if (magic !== MAGIC) throw new Error('The stored history is none that this version can read.')
  try {
    return decoded(file)
  } catch (error) {
    throw new Error('The stored history is damaged.', { cause: error })
  }
}

function decoded(file: Uint8Array): StoredHistory {
  const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(MAGIC.length, true)
  const start = aligned(MAGIC.length + 4 + length)
  if (length > HEADER_BYTES_MAX || start > file.length) throw new RangeError('the header is too long')
  const text = new TextDecoder().decode(file.subarray(MAGIC.length + 4, MAGIC.length + 4 + length))
  const parsed: unknown = JSON.parse(text)
  if (!isObject(parsed)) throw new TypeError('the header is no object')
  const header = parsed as unknown as Header
  const { count } = header
  if (!Number.isSafeInteger(count) || count < 0 || count > OPERATIONS_MAX)
    throw new RangeError('impossible count')
  // Columns are read in place, so they must lie at multiples of eight in memory too.
  const body = (file.byteOffset + start) % ALIGNMENT === 0 ? file.subarray(start) : file.slice(start)
  const made: Partial<Record<string, Numbers>> = {}
  const columnOf = (name: string): Numbers => {
    const column = made[name]
    if (column === undefined) throw new RangeError(`column ${name} comes too early`)
    return column
  }
  for (const [name] of COLUMNS) {
    const column = new TYPES[name](count)
    // Files of before compare-and-set have no such column, and no such operation.
    if (name !== 'expected' || Object.hasOwn(header.columns, name))
      decodeColumn(header.columns[name], body, column, columnOf)
    made[name] = column
  }
  const stale = new Uint8Array(count)
  decodeColumn(header.stale, body, stale, columnOf)
  const history: History = {
    ...plainOf(header),
    ops: { ...(made as unknown as OperationTypes), count } satisfies OperationColumns,
    sessions: viewOf(Uint32Array, body, header.sessions.at, header.sessions.count),
    contexts: new Map(
      lists(body, header.contexts).map(([row, values]) => [
        row,
        Array.from({ length: values.length / 2 }, (_, at) => [values[2 * at], values[2 * at + 1]] as const),
      ]),
    ),
    siblings: new Map(lists(body, header.siblings).map(([row, values]) => [row, [...values]])),
    facts: new Map(header.facts.map(([kind, counts]) => [kind, Float64Array.from(counts)])),
    shards: [],
    samples: [],
    traffic: NO_TRAFFIC,
    keyName: keyNamesOf(header.keys),
  }
  return { history, stale, labels: header.labels ?? null }
}

function plainOf(from: Plain): Plain {
  const { model, order, runtime, places, replicaCount, initial, preloaded, faults, notes, notesDropped } =
    from
  const { sampleEveryNs, issuedUntilNs, endedNs, warmupNs, stoppedEarly } = from
  return {
    model,
    order,
    runtime,
    places,
    replicaCount,
    initial,
    preloaded,
    faults,
    notes,
    notesDropped,
    sampleEveryNs,
    issuedUntilNs,
    endedNs,
    warmupNs,
    stoppedEarly,
  }
}

function keyNamesOf(keys: KeyNames): (key: number) => string {
  if ('names' in keys) return (key) => keys.names[key] ?? `key ${key}`
  const { workload: kind, ...naming } = keys
  return keyNameOf({ kind, ...naming })
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT
}

function lists(body: Uint8Array, ragged: Ragged): [number, Float64Array][] {
  const rows = viewOf(Uint32Array, body, ragged.rowsAt, ragged.rows)
  const starts = viewOf(Uint32Array, body, ragged.startsAt, ragged.rows + 1)
  const values = viewOf(Float64Array, body, ragged.valuesAt, ragged.values)
  return Array.from(rows, (row, at) => [row, values.subarray(starts[at], starts[at + 1])])
}

/** The part after the header, as it grows. */
class Body {
  readonly pieces: Uint8Array[] = []
  #length = 0

  /** Where the bytes will lie. */
  add(bytes: Uint8Array): number {
    const at = this.#length
    const padding = aligned(bytes.length) - bytes.length
    this.pieces.push(bytes)
    if (padding > 0) this.pieces.push(new Uint8Array(padding))
    this.#length += bytes.length + padding
    return at
  }

  column(values: Numbers, count: number, base: { name: string; values: Numbers } | null): ColumnForm {
    const { form, bytes } = encodeColumn(values, count, this.#length, base)
    if (bytes !== null) this.add(bytes)
    return form
  }

  ragged<T>(map: ReadonlyMap<number, T>, numbersOf: (value: T) => readonly number[]): Ragged {
    const rows = new Uint32Array(map.size)
    const starts = new Uint32Array(map.size + 1)
    const values: number[] = []
    let at = 0
    for (const [row, value] of map) {
      rows[at++] = row
      for (const number of numbersOf(value)) values.push(number)
      starts[at] = values.length
    }
    const bytes = (numbers: Uint32Array | Float64Array) => new Uint8Array(numbers.buffer)
    return {
      rows: map.size,
      rowsAt: this.add(bytes(rows)),
      startsAt: this.add(bytes(starts)),
      values: values.length,
      valuesAt: this.add(bytes(Float64Array.from(values))),
    }
  }
}
