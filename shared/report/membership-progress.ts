import { NS_PER_MS } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { ReplicaLook } from '../history/counters.ts'
import type { PlaceId, PlannedChange, ShardPlan } from '../plan/types.ts'
import type { MembershipStatistics } from './statistics.ts'

/** Looks of a live run may be so old: those from before a change know nothing of it. */
const OLD_NS = 300 * NS_PER_MS

/**
 * How far replicas that join and leave have come, from the plan's changes and from looks at the members. A shard has moved
 * as soon as one of its members has seen it settle: the others may never hear of that.
 */
export class MembershipProgress {
  readonly #changes: readonly PlannedChange[]
  /** Before each change. */
  readonly #before: readonly (readonly ShardPlan[])[]
  /** Changes that have begun, and for each the shards that are still on their way. */
  #begun = 0
  readonly #moving: Set<number>[] = []
  readonly #total: number[] = []

  /** `changes` in the order of their instants. */
  constructor(shards: readonly ShardPlan[], changes: readonly PlannedChange[]) {
    this.#changes = changes
    this.#before = [shards, ...changes.map((change) => change.shards)]
  }

  /** To be told in the order of time. */
  hear(nowNs: Ns, looks: readonly ReplicaLook[]): void {
    for (; this.#begun < this.#changes.length; this.#begun++) {
      const { atNs, place, shards } = this.#changes[this.#begun]
      if (atNs > nowNs) break
      const before = this.#before[this.#begun]
      const own = shards.filter(
        ({ id, replicas }) => replicas.includes(place) !== before[id].replicas.includes(place),
      )
      this.#moving.push(new Set(own.map(({ id }) => id)))
      this.#total.push(own.length)
    }
    for (const { shard, isMoving } of looks) {
      if (isMoving === true) continue
      for (const [change, moving] of this.#moving.entries())
        if (nowNs - this.#changes[change].atNs >= OLD_NS) moving.delete(shard)
    }
  }

  /** null of a replica that is there all the time. */
  of(place: PlaceId): MembershipStatistics | null {
    const first = this.#changes.find((change) => change.place === place)
    if (first === undefined) return null
    const last = this.#changes.slice(0, this.#begun).findLastIndex((change) => change.place === place)
    if (last < 0) return { state: first.kind === 'join' ? 'absent' : 'present', shardsToMove: 0, shards: 0 }
    const isJoin = this.#changes[last].kind === 'join'
    const shardsToMove = this.#moving[last].size
    const [under, over] = isJoin ? (['joining', 'present'] as const) : (['leaving', 'absent'] as const)
    return { state: shardsToMove > 0 ? under : over, shardsToMove, shards: this.#total[last] }
  }
}
