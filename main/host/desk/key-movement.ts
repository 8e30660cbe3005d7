import type { InputOf, OutputOf } from '../../../shared/ipc/contract.ts'
import type { Change } from '../../../shared/partitioning/change.ts'
import { movedKeys } from '../../../shared/plan/moved-pieces.ts'
import { newcomers } from '../../../shared/plan/placement-figures.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { drawnLayout } from './key-placement.ts'

/** What a join or leave would do to where keys live; null where the file is not sound or the change makes no sense in it. */
export function keyMovement({
  text,
  kind,
  replica,
}: InputOf<'topology.movement'>): OutputOf<'topology.movement'> {
  const parsed = parseTopology(text, strategies)
  const change = parsed.ok ? changeOf(parsed.value, kind, replica) : null
  if (!parsed.ok || change === null) return null
  const { after, pieces, movedFraction, idealFraction } = movedKeys(parsed.value, change)
  return { ...drawnLayout(after), pieces, movedFraction, idealFraction }
}

function changeOf(topology: Topology, kind: 'join' | 'leave', replica: string | null): Change | null {
  if (kind === 'leave') {
    const isOneOfSeveral = topology.replicas.length > 1 && topology.replicas.some(({ id }) => id === replica)
    return replica !== null && isOneOfSeveral ? { remove: replica } : null
  }
  if (replica === null) return { add: newcomers(topology, 1) }
  const home = topology.replicas.find(({ id }) => id === replica)
  return home === undefined ? null : { add: [{ id: home.id, region: home.region, zone: home.zone }] }
}
