import type { Problem, Topology } from './types.ts'

/**
 * What the topology layer needs to know of a strategy: enough to check a file and to draw a form, nothing that runs.
 * Protocol manifests extend this; the topology layer never imports a protocol.
 */

/** One parameter of a strategy, as data: forms, defaults, help and the schema all derive from it. */
export type ParamSpec = { name: string; label: string; help: string } & (
  | { type: 'integer'; default: number; min: number; max: number }
  | { type: 'ms'; default: number; min: number; max: number }
  | { type: 'boolean'; default: boolean }
  | { type: 'choice'; default: string; choices: readonly { value: string; label: string; help: string }[] }
)

export interface StrategyManifest {
  id: string
  title: string
  summary: string
  /** Roles a replica can have; a fault may name "leader" only where this has one. */
  roles: readonly string[]
  params: readonly ParamSpec[]
  /** Every message kind the strategy sends, for per-kind link latencies and traffic figures. */
  kinds: readonly { kind: string; label: string }[]
  /** Whether members of a shard may change while it runs. */
  changesMembers?: boolean
  /** Whether a shard may split, and merge with its neighbour, while it runs. */
  splitsRanges?: boolean
  /** Checks that span fields (w ≤ n, enough replicas, levels that are refused). Paths are absolute. */
  check(topology: Topology): Problem[]
  /** What a topology may have and will probably rue. Asked only where `check` has nothing against it. */
  warn?(topology: Topology): Problem[]
  /** By what means the topology's consistency is kept. For topologies that `check` has nothing against. */
  explain(topology: Topology): Mechanism
}

/** A sentence each. */
export interface Mechanism {
  /** How a read of the level asked for is answered. */
  read: string
  /** What replicas without a majority, or without those they need, still answer, and what is given up for it. */
  partition: string
}

/** The strategies that a file may name, by id. */
export type StrategyIndex = ReadonlyMap<string, StrategyManifest>
