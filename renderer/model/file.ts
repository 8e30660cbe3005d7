import { formatFile } from '../../shared/topology/stringify.ts'
import type {
  ChangeSpec,
  ClientSpec,
  ConsistencySpec,
  ExpectationSpec,
  FaultSpec,
  InsertOrder,
  KeyDistribution,
  LinkEntry,
  LinkSpec,
  LoopSpec,
  MixSpec,
  PartitioningSpec,
  ProbeWorkload,
  Region,
  ReplicaSpec,
  RunSpec,
} from '../../shared/topology/types.ts'

/**
 * A topology file as it is edited: JSON as a person wrote it, defaults left out, perhaps with problems. Never changed
 * in place: every edit makes a new one that shares what it did not touch, so that undo is a list of references.
 */
export interface TopologyFile {
  readonly format: string
  readonly name: string
  readonly notes?: string
  readonly regions: readonly RegionFile[]
  readonly replicas: readonly ReplicaFile[]
  readonly clients: readonly ClientFile[]
  readonly links?: LinksFile
  readonly replication: { readonly strategy: string; readonly params?: Readonly<Record<string, unknown>> }
  readonly partitioning?: Partial<PartitioningSpec>
  readonly consistency?: Partial<ConsistencySpec>
  readonly workload: WorkloadFile
  readonly changes?: readonly ChangeFile[]
  readonly faults?: readonly FaultFile[]
  readonly run?: Partial<RunSpec>
  readonly expect?: readonly ExpectationSpec[]
}

export interface Position {
  readonly x: number
  readonly y: number
}

export type RegionFile = Pick<Region, 'id'> & {
  readonly zones?: readonly string[]
  readonly at?: Position
  readonly size?: { readonly width: number; readonly height: number }
}
type PlaceFile = {
  readonly id: string
  readonly region: string
  readonly zone?: string
  readonly at?: Position
}
export type ReplicaFile = PlaceFile & {
  readonly disk?: Partial<ReplicaSpec['disk']>
  readonly clock?: Partial<ReplicaSpec['clock']>
  readonly service?: Partial<ReplicaSpec['service']>
}
export type ClientFile = PlaceFile & {
  readonly sessions?: number
  readonly loop?: LoopSpec
  readonly clock?: Partial<ClientSpec['clock']>
  readonly timeoutMs?: number
  readonly retry?: Partial<ClientSpec['retry']>
}
export interface LinksFile {
  readonly rtt?: string
  readonly default?: Partial<LinkSpec>
  readonly between?: readonly LinkFile[]
}
export type LinkFile = Pick<LinkEntry, 'from' | 'to'> & Partial<LinkSpec> & { readonly directed?: boolean }
export type WorkloadFile =
  | {
      readonly kind?: 'mix'
      readonly mix: string | Partial<MixSpec>
      readonly keys?: number
      readonly distribution?: KeyDistribution | string
      readonly valueBytes?: number
      readonly scanLengthMax?: number
      readonly insertOrder?: InsertOrder
    }
  | (Partial<ProbeWorkload> & { readonly kind: 'probe' })
/** A fault as the file states it: `forMs` and what has a default may be missing. */
export type FaultFile = Readonly<Record<string, unknown>> & {
  readonly kind: FaultSpec['kind']
  readonly atMs: number
}
/** A replica that joins or leaves during the run. */
export type ChangeFile = Readonly<ChangeSpec>

/** The bytes that are saved. */
export function textOf(file: TopologyFile): string {
  return formatFile(file)
}

/**
 * The file that a text holds, if it is a JSON object with the lists that a canvas needs; else null, and only the JSON
 * view can show it. Everything beyond that is for `topology.check` to say.
 */
export function fileOf(text: string): TopologyFile | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { regions, replicas, clients, replication, workload } = value as Record<string, unknown>
  const areLists = [regions, replicas, clients].every(
    (list) => Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null),
  )
  const areObjects = [replication, workload].every((part) => typeof part === 'object' && part !== null)
  return areLists && areObjects ? (value as TopologyFile) : null
}

/** What "New topology" begins with: an empty canvas and settings that work once there is a replica and a client. */
export const EMPTY_FILE: TopologyFile = {
  format: 'replica-lab/topology@1',
  name: 'Untitled',
  regions: [],
  replicas: [],
  clients: [],
  replication: { strategy: 'leaderless' },
  workload: { mix: 'ycsb-b' },
}
