import { Rng } from '../base/rng.ts'
import { NS_PER_MS, NS_PER_S } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { nearestFirst } from '../plan/proximity.ts'
import type { Proximity } from '../plan/proximity.ts'
import type { LatestRanges, RangeMap } from '../plan/ranges.ts'
import type { PlaceId, Plan, ShardPlan } from '../plan/types.ts'
import type { OpName } from '../protocols/contract.ts'

/** How long a replica is avoided that let an attempt time out or stayed silent, as drivers do with a host marked down. */
const AVOID_NS = NS_PER_S
/** A replica that has left an attempt unanswered for a round trip and this much more is passed over. */
const SILENCE_NS = 200 * NS_PER_MS
const NOT_WAITING = -1

/**
 * Where a client sends an operation: to its own coordinator, to the replica that a redirect named, or to the nearest
 * replica of the shard. Of equally near ones any is drawn. One that stays silent while others could answer is passed
 * over for a second and then tried again (drivers judge a node by what it owes them long before a request times out).
 * Retries go on to the next.
 */
export class Router {
  readonly #plan: Plan
  readonly #place: PlaceId
  readonly #ownCoordinator: boolean
  readonly #latest: LatestRanges | null
  /** The ranges as this client knows them. */
  #ranges: RangeMap | null
  #shards: readonly ShardPlan[]
  readonly #byShard: (Proximity | undefined)[] = []
  readonly #rng: Rng
  /** By shard and, where redirects speak of them apart, by whether it is a read. */
  readonly #redirects = new Map<number, PlaceId>()
  readonly #redirectsApart: boolean
  readonly #avoidUntilNs: Float64Array
  /** Since when each replica owes an answer; NOT_WAITING where it owes none. */
  readonly #owesSinceNs: Float64Array

  constructor(
    plan: Plan,
    place: PlaceId,
    ownCoordinator: boolean,
    redirectsApart = false,
    ranges: LatestRanges | null = null,
  ) {
    this.#plan = plan
    this.#latest = ranges
    this.#ranges = ranges?.map ?? null
    this.#shards = plan.shards
    this.#redirectsApart = redirectsApart
    this.#place = place
    this.#ownCoordinator = ownCoordinator
    this.#rng = Rng.stream(plan.seed, `route/${plan.places[place].name}`)
    this.#avoidUntilNs = new Float64Array(plan.places.length)
    this.#owesSinceNs = new Float64Array(plan.places.length).fill(NOT_WAITING)
  }

  /** Asks where shards live by now, as clients do when something went wrong; until then they go by an old map. */
  refresh(nowNs: Ns): void {
    if (this.#latest !== null && this.#latest.map !== this.#ranges) {
      this.#ranges = this.#latest.map
      this.#shards = this.#ranges.shards
      this.#byShard.length = 0
      return
    }
    const latest = this.#plan.changes.findLast(({ atNs }) => atNs <= nowNs)
    if (latest === undefined || latest.shards === this.#shards) return
    this.#shards = latest.shards
    this.#byShard.length = 0
  }

  /** The shard that holds a key, as far as this client knows. */
  shardOf(key: number): number {
    return this.#ranges === null ? this.#plan.keySpace.shardOf(key) : this.#ranges.shardOf(key)
  }

  choose(shard: number, f: OpName, attempt: number, nowNs: Ns): PlaceId {
    if (this.#ownCoordinator) return this.#place
    const target = this.#pick(shard, f, attempt, nowNs)
    if (this.#owesSinceNs[target] === NOT_WAITING) this.#owesSinceNs[target] = nowNs
    return target
  }

  #hintKey(shard: number, f: OpName): number {
    return 2 * shard + (this.#redirectsApart && (f === 'read' || f === 'scan') ? 1 : 0)
  }

  #pick(shard: number, f: OpName, attempt: number, nowNs: Ns): PlaceId {
    const hint = this.#redirects.get(this.#hintKey(shard, f))
    if (hint !== undefined && attempt === 0) return hint
    const near = (this.#byShard[shard] ??= nearestFirst(
      this.#plan,
      this.#place,
      this.#shards[shard].replicas,
    ))
    const { places, equallyNear } = near
    const first = equallyNear > 1 ? this.#rng.below(equallyNear) : 0
    for (let step = 0; step < places.length; step++) {
      const candidate = places[positionOf(attempt + step, first, places.length, equallyNear)]
      if (!this.#isAvoided(candidate, nowNs)) return candidate
    }
    return places[positionOf(attempt, first, places.length, equallyNear)]
  }

  #isAvoided(place: PlaceId, nowNs: Ns): boolean {
    if (this.#avoidUntilNs[place] > nowNs) return true
    const since = this.#owesSinceNs[place]
    if (since === NOT_WAITING) return false
    if (nowNs - since <= SILENCE_NS + this.#plan.links.roundTripNs(this.#place, place)) return false
    this.#avoid(place, nowNs)
    return true
  }

  /** After which it has a clean record, so that one more operation finds out whether it is back. */
  #avoid(place: PlaceId, nowNs: Ns): void {
    this.#avoidUntilNs[place] = nowNs + AVOID_NS
    this.#owesSinceNs[place] = NOT_WAITING
  }

  /** A replica answered: whatever was thought of it, it is up. */
  heard(from: PlaceId): void {
    this.#avoidUntilNs[from] = 0
    this.#owesSinceNs[from] = NOT_WAITING
  }

  silent(target: PlaceId, shard: number, nowNs: Ns): void {
    if (target === this.#place) return
    this.refresh(nowNs)
    this.#avoid(target, nowNs)
    for (const key of [2 * shard, 2 * shard + 1]) {
      if (this.#redirects.get(key) === target) this.#redirects.delete(key)
    }
  }

  redirected(shard: number, f: OpName, to: PlaceId, nowNs: Ns): void {
    this.refresh(nowNs)
    this.#redirects.set(this.#hintKey(shard, f), to)
  }
}

/** Position of a candidate: the equally near ones from the drawn one on, then the others in order. */
function positionOf(attempt: number, first: number, count: number, equallyNear: number): number {
  const position = attempt % count
  return position < equallyNear ? (position + first) % equallyNear : position
}
