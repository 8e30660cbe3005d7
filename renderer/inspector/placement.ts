import type { TopologyCheck } from '../../shared/ipc/contract.ts'

/** The share of the keys that each replica holds a copy of, the largest first. */
export function sharesOf(placement: TopologyCheck['placement']): { id: string; share: number }[] {
  const shares = new Map<string, number>()
  for (const { replicas, share } of placement)
    for (const id of replicas) shares.set(id, (shares.get(id) ?? 0) + share)
  return [...shares]
    .map(([id, share]) => ({ id, share: Math.min(1, share) }))
    .sort((a, b) => b.share - a.share || (a.id < b.id ? -1 : 1))
}
