import type { Route } from './route.ts'
import type { QuorumFacts } from './types.ts'

/**
 * Whether every read quorum meets every write quorum, and two write quorums each other, over all routes that
 * operations take. With quorums among all members this is R + W > N and 2 W > N; local and each-region quorums differ.
 */
export function overlapsOf(
  writes: readonly Route[],
  reads: readonly Route[],
): Pick<QuorumFacts, 'readsOverlapWrites' | 'writesOverlapWrites'> {
  return {
    readsOverlapWrites: writes.every((write) => reads.every((read) => meets(write, read))),
    writesOverlapWrites: writes.every((write) => writes.every((other) => meets(write, other))),
  }
}

/**
 * Whether each quorum of the write `a` meets each of `b`. A quorum of `a` that evades one of b's groups takes what it
 * can from outside that group; the group can then still be filled from the members that are left, or it can't. Where
 * both have several groups they are the same regions, so that groups can be looked at one by one.
 */
function meets(a: Route, b: Route): boolean {
  return b.groups.some(({ legs, count }) => {
    const group = new Set(legs.map((leg) => b.members[leg]))
    let taken = 0
    for (const own of a.groups) {
      const outside = own.legs.filter((leg) => !group.has(a.members[leg])).length
      taken += Math.max(0, own.count - outside)
    }
    return count > group.size - taken
  })
}
