import type { StrategyIndex } from './strategy.ts'
import type { Problem, Topology } from './types.ts'

/** What runs as it is stated, and probably not as it was meant: of a topology that the parser has nothing against. */
export function warningsOf(topology: Topology, strategies: StrategyIndex): Problem[] {
  return strategies.get(topology.replication.strategy)?.warn?.(topology) ?? []
}
