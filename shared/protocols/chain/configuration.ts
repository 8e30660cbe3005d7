import type { PlaceId } from '../../plan/types.ts'

export const NOBODY: PlaceId = -1

/** Who makes up the chain. There is one per epoch, which a majority of the masters has accepted. */
export interface Configuration {
  readonly epoch: number
  /** From the head to the tail; never empty. */
  readonly nodes: readonly PlaceId[]
  /** The last of the nodes while it may still lack something that had been committed before it came; else NOBODY. */
  readonly joining: PlaceId
}

export function headOf({ nodes }: Configuration): PlaceId {
  return nodes[0]
}

export function tailOf({ nodes }: Configuration): PlaceId {
  return nodes[nodes.length - 1]
}

export function successorOf({ nodes }: Configuration, place: PlaceId): PlaceId {
  const position = nodes.indexOf(place)
  return position < 0 || position === nodes.length - 1 ? NOBODY : nodes[position + 1]
}

/** Where a node's updates come from: the node before it; for a replica outside of the chain, the tail. */
export function sourceOf(configuration: Configuration, place: PlaceId): PlaceId {
  const { nodes } = configuration
  const position = nodes.indexOf(place)
  if (position < 0) return tailOf(configuration)
  return position === 0 ? NOBODY : nodes[position - 1]
}

/** What a master knows of a replica. */
export interface Sight {
  readonly isGone: boolean
  readonly epoch: number
  readonly isReady: boolean
  readonly isSynced: boolean
  /** A successor from which it hears nothing, or NOBODY. */
  readonly unreachable: PlaceId
}

/**
 * The configuration that should follow, or null where all is well. Nodes that failed leave, whether at the head, in the
 * middle or at the tail (van Renesse & Schneider §3.1 to §3.3); a replica that is ready enters as the new tail.
 * Every node has all that was committed, so any of them may leave; but one that has everything must stay, and a newcomer
 * may still lack some.
 */
export function nextConfiguration(
  configuration: Configuration,
  members: readonly PlaceId[],
  length: number,
  sightOf: (place: PlaceId) => Sight,
): Configuration | null {
  const { epoch, nodes, joining } = configuration
  const accused = accusedIn(configuration, sightOf)
  const remains = (place: PlaceId) => !sightOf(place).isGone && !accused.has(place)
  let kept = nodes.filter(remains)
  if (kept.every((place) => place === joining)) {
    kept = nodes.filter((place) => !sightOf(place).isGone)
    if (kept.every((place) => place === joining)) return null
  }
  if (kept.length < nodes.length) {
    return { epoch: epoch + 1, nodes: kept, joining: kept.includes(joining) ? joining : NOBODY }
  }
  if (joining !== NOBODY) {
    const { isSynced, epoch: known } = sightOf(joining)
    return isSynced && known === epoch ? { epoch: epoch + 1, nodes, joining: NOBODY } : null
  }
  if (nodes.length >= length) return null
  const ready = members.find((place) => {
    if (nodes.includes(place)) return false
    const { isGone, isReady, epoch: known } = sightOf(place)
    return !isGone && isReady && known === epoch
  })
  return ready === undefined ? null : { epoch: epoch + 1, nodes: [...nodes, ready], joining: ready }
}

/** Successors that a node cannot reach although both speak to the masters. */
function accusedIn(
  { epoch, nodes }: Configuration,
  sightOf: (place: PlaceId) => Sight,
): ReadonlySet<PlaceId> {
  const accused = new Set<PlaceId>()
  nodes.forEach((place, position) => {
    const { isGone, epoch: known, unreachable } = sightOf(place)
    if (!isGone && known === epoch && unreachable !== NOBODY && unreachable === nodes[position + 1]) {
      accused.add(unreachable)
    }
  })
  return accused
}
