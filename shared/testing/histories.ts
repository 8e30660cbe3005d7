import { nsOfMs } from '../base/time.ts'
import { OperationTable } from '../history/columns.ts'
import { ERROR_CODES, OP_NAMES, STATUS } from '../history/types.ts'
import type { FaultEvent, History, ReplicaSample, Traffic } from '../history/types.ts'
import type { ErrorCode, OpName, VersionVector } from '../protocols/contract.ts'

/** One operation of a test history; instants in ms. */
export interface OpSpec {
  f: OpName
  key?: number
  /** Session slot; the history gives each slot to client `slot mod clients`. */
  session?: number
  /** When it began. */
  at: number
  /** When it should have begun, if earlier. */
  intended?: number
  /** When it ended; null while open. */
  end: number | null
  status?: keyof typeof STATUS
  error?: ErrorCode
  value?: number
  result?: number
  /** cas: the value that must be there. */
  expected?: number
  /** [at, by] of the version made or returned; left out where there is none. */
  version?: readonly [number, number]
  context?: VersionVector
  tag?: number
}

export interface HistorySpec extends Partial<Omit<History, 'ops' | 'contexts'>> {
  ops: readonly OpSpec[]
  /** Regions of the clients; one client c1 in "east" by default. */
  clientRegions?: readonly string[]
}

/** A history made by hand: three replicas r1 … r3 in "east", clients c1 …, and the operations in order of beginning. */
export function historyOf(spec: HistorySpec): History {
  const { ops: specs, clientRegions = ['east'], ...overrides } = spec
  const table = new OperationTable(Math.max(1, specs.length))
  const contexts = new Map<number, VersionVector>()
  const ordered = [...specs].sort((a, b) => a.at - b.at)
  let lastNs = 0
  for (const op of ordered) {
    const session = op.session ?? 0
    const atNs = nsOfMs(op.at)
    const row = table.add(
      session,
      session,
      OP_NAMES.indexOf(op.f),
      op.key ?? 0,
      op.value ?? 0,
      nsOfMs(op.intended ?? op.at),
      atNs,
      op.tag ?? 0,
      op.expected ?? 0,
    )
    table.status[row] = STATUS[op.status ?? (op.end === null ? 'open' : 'ok')]
    table.error[row] = ERROR_CODES.indexOf(op.error ?? null)
    if (op.end !== null) table.endedNs[row] = nsOfMs(op.end)
    table.result[row] = op.result ?? (op.f === 'read' && op.version !== undefined ? 7 : 0)
    if (op.version !== undefined) [table.versionAt[row], table.versionBy[row]] = op.version
    if (op.context !== undefined) contexts.set(row, op.context)
    lastNs = Math.max(lastNs, atNs, nsOfMs(op.end ?? 0))
  }
  const sessions = specs.reduce((most, op) => Math.max(most, (op.session ?? 0) + 1), clientRegions.length)
  return {
    model: 'register',
    order: 'ordered',
    runtime: 'simulated',
    places: [
      ...['r1', 'r2', 'r3'].map((name) => ({ name, kind: 'replica' as const, region: 'east' })),
      ...clientRegions.map((region, at) => ({ name: `c${at + 1}`, kind: 'client' as const, region })),
    ],
    replicaCount: 3,
    shards: [{ id: 0, replicas: ['r1', 'r2', 'r3'] }],
    sessions: Uint32Array.from({ length: sessions }, (_, slot) => 3 + (slot % clientRegions.length)),
    initial: null,
    preloaded: 0,
    ops: table,
    contexts,
    siblings: new Map(),
    faults: [],
    notes: [],
    notesDropped: 0,
    facts: new Map(),
    samples: [],
    sampleEveryNs: nsOfMs(100),
    traffic: trafficOf(3 + clientRegions.length),
    issuedUntilNs: lastNs,
    endedNs: lastNs,
    warmupNs: 0,
    stoppedEarly: null,
    keyName: (key) => `k${key}`,
    ...overrides,
  }
}

/** No traffic at all in one bin of a second, with some columns replaced. */
export function trafficOf(places: number, overrides: Partial<Traffic> = {}): Traffic {
  const length = places * (overrides.bins ?? 1)
  const column = () => new Float64Array(length)
  return {
    binNs: nsOfMs(1000),
    bins: 1,
    messagesOut: column(),
    messagesIn: column(),
    bytesOut: column(),
    bytesIn: column(),
    requests: column(),
    asked: new Float64Array(),
    busyNs: column(),
    byKind: [],
    dropped: { loss: 0, partition: 0, down: 0, overflow: 0 },
    duplicated: 0,
    ...overrides,
  }
}

/** A partition, or whatever `spec` says, that began and ended at these instants in ms; `toMs` null: never lifted. */
export function faultEvents(
  fromMs: number,
  toMs: number | null,
  overrides: Partial<FaultEvent> = {},
): FaultEvent[] {
  const start: FaultEvent = {
    index: 0,
    phase: 'start',
    timeNs: nsOfMs(fromMs),
    spec: { kind: 'partition', atMs: fromMs, forMs: toMs === null ? null : toMs - fromMs, groups: [['r1']] },
    replicas: [],
    sides: [],
    by: 'plan',
    ...overrides,
  }
  return toMs === null ? [start] : [start, { ...start, phase: 'end', timeNs: nsOfMs(toMs) }]
}

/** Samples of shard 0: per instant in ms, the digest of each replica. */
export function samplesOf(rows: readonly (readonly [number, readonly number[]])[]): ReplicaSample[] {
  return rows.flatMap(([atMs, digests]) =>
    digests.map((digest, place) => ({
      timeNs: nsOfMs(atMs),
      place,
      shard: 0,
      up: true,
      role: 'replica',
      applied: 0,
      digest,
      backlog: 0,
    })),
  )
}
