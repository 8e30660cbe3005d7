import type { TopologyCheck } from '../../../shared/ipc/contract.ts'
import { layoutOf } from '../../../shared/partitioning/layout.ts'
import { RING } from '../../../shared/partitioning/ring.ts'
import { shardsOf } from '../../../shared/partitioning/shards.ts'
import type { Layout } from '../../../shared/partitioning/types.ts'
import { partitionSetup } from '../../../shared/plan/placement.ts'
import { initialReplicas } from '../../../shared/topology/changes.ts'
import type { Topology } from '../../../shared/topology/types.ts'

/** Arcs that a drawing of a ring can show; of more it would be a grey band. */
const ARCS_MAX = 1_024

/** Where the keys of a topology live when a run begins: shards with their shares, and the arcs of a ring where there is one. */
export function keyPlacement(topology: Topology): Pick<TopologyCheck, 'placement' | 'ring'> {
  return drawnLayout(layoutOf(partitionSetup({ ...topology, replicas: initialReplicas(topology) })))
}

export function drawnLayout(layout: Layout): Pick<TopologyCheck, 'placement' | 'ring'> {
  const name = (replica: number): string => layout.setup.replicas[replica].id
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
