import type { StrategyManifest } from '../topology/strategy.ts'
import type { Topology } from '../topology/types.ts'

/** The topology with every parameter of the strategy that it does not state at the manifest's default. */
export function withDefaults(topology: Topology, manifest: StrategyManifest): Topology {
  const defaults = Object.fromEntries(manifest.params.map((spec) => [spec.name, spec.default]))
  const params = { ...defaults, ...topology.replication.params }
  return { ...topology, replication: { strategy: manifest.id, params } }
}
