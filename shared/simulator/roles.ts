import type { ReplicaLook } from '../history/counters.ts'
import type { PlaceId } from '../plan/types.ts'

/**
 * Replicas that play a role in any shard, in order. Of several leaders of a shard the one of the highest term counts: an
 * old one may not have heard yet.
 */
export function playing(
  role: string,
  looks: Iterable<Pick<ReplicaLook, 'place' | 'shard' | 'role' | 'term'>>,
): PlaceId[] {
  const best = new Map<number, { term: number; places: PlaceId[] }>()
  for (const look of looks) {
    if (look.role !== role) continue
    const term = role === 'leader' ? (look.term ?? 0) : 0
    const found = best.get(look.shard)
    if (found === undefined || term > found.term) best.set(look.shard, { term, places: [look.place] })
    else if (term === found.term) found.places.push(look.place)
  }
  const places = new Set([...best.values()].flatMap((found) => found.places))
  return [...places].sort((a, b) => a - b)
}
