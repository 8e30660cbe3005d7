import type { TopologyCheck } from '../../../shared/ipc/contract.ts'
import { layoutOf } from '../../../shared/partitioning/layout.ts'
import { RING } from '../../../shared/partitioning/ring.ts'
import { shardsOf } from '../../../shared/partitioning/shards.ts'
import { partitionSetup } from '../../../shared/plan/placement.ts'
import type { Topology } from '../../../shared/topology/types.ts'

/** Arcs that a drawing of a ring can show; of more it would be a grey band. */
const ARCS_MAX = 1_024

/** Where the keys of a topology live: shards with their shares, and the arcs of a ring where there is one. */
export function keyPlacement(topology: Topology): Pick<TopologyCheck, 'placement' | 'ring'> {
  const layout = layoutOf(partitionSetup(topology))
  const name = (replica: number): string => topology.replicas[replica].id
  const { ends } = layout
  return {
    placement: shardsOf(layout).shards.map(({ id, replicas, share }) => ({
      shard: id,
      replicas: replicas.map(name),
      share,
    })),
    ring:
      ends === undefined || ends.length > ARCS_MAX
        ? []
        : Array.from(ends, (_, arc) => ({
            from: ends[(arc + ends.length - 1) % ends.length] / RING,
            share: layout.shares[arc],
            owner: name(layout.members[arc][0]),
          })),
  }
}
