import { Rng } from '../base/rng.ts'
import type { Ns } from '../base/time.ts'
import { NS_PER_S } from '../base/time.ts'
import type { PlaceId, Plan } from '../plan/types.ts'

/** How long a replica that let an attempt time out is avoided, as drivers do with a host they marked down. */
const AVOID_NS = NS_PER_S

/**
 * Where a client sends an operation: to its own coordinator, to the replica that a redirect named, or to the nearest
 * replica of the shard by median round trip. Of equally near ones any is drawn; one that stayed silent is avoided for
 * a second. Retries go on to the next.
 */
export class Router {
  readonly #plan: Plan
  readonly #place: PlaceId
  readonly #ownCoordinator: boolean
  readonly #byShard: (Proximity | undefined)[] = []
  readonly #avoidUntil = new Map<PlaceId, Ns>()
  readonly #rng: Rng
  readonly #redirects = new Map<number, PlaceId>()

  constructor(plan: Plan, place: PlaceId, ownCoordinator: boolean) {
    this.#plan = plan
    this.#place = place
    this.#ownCoordinator = ownCoordinator
    this.#rng = Rng.stream(plan.seed, `route/${plan.places[place].name}`)
  }

  choose(shard: number, attempt: number, nowNs: Ns): PlaceId {
    if (this.#ownCoordinator) return this.#place
    const hint = this.#redirects.get(shard)
    if (hint !== undefined && attempt === 0) return hint
    const near = (this.#byShard[shard] ??= proximity(this.#plan, this.#place, shard))
    if (attempt === 0) near.first = this.#rng.below(near.equallyNear)
    for (let step = 0; step < near.places.length; step++) {
      const candidate = near.at(attempt + step)
      if (!((this.#avoidUntil.get(candidate) ?? 0) > nowNs)) return candidate
    }
    return near.at(attempt)
  }

  /** A replica answered: whatever was thought of it, it is up. */
  heard(from: PlaceId): void {
    if (this.#avoidUntil.size > 0) this.#avoidUntil.delete(from)
  }

  silent(target: PlaceId, shard: number, nowNs: Ns): void {
    if (target === this.#place) return
    this.#avoidUntil.set(target, nowNs + AVOID_NS)
    if (this.#redirects.get(shard) === target) this.#redirects.delete(shard)
  }

  redirected(shard: number, to: PlaceId): void {
    this.#redirects.set(shard, to)
  }
}

/** A shard's replicas from near to far; of the first `equallyNear` any may be tried first. */
class Proximity {
  readonly places: readonly PlaceId[]
  readonly equallyNear: number
  /** Which of the equally near ones an operation tries first. */
  first = 0

  constructor(places: readonly PlaceId[], equallyNear: number) {
    this.places = places
    this.equallyNear = equallyNear
  }

  /** The candidate for an attempt: the equally near ones from the drawn one on, then the others. */
  at(attempt: number): PlaceId {
    const position = attempt % this.places.length
    return position < this.equallyNear
      ? this.places[(position + this.first) % this.equallyNear]
      : this.places[position]
  }
}

function proximity(plan: Plan, place: PlaceId, shard: number): Proximity {
  const distance = (replica: PlaceId) => plan.links.roundTripNs(place, replica)
  const places = [...plan.shards[shard].replicas].sort((a, b) => distance(a) - distance(b) || a - b)
  const nearest = distance(places[0])
  return new Proximity(places, places.filter((replica) => distance(replica) === nearest).length)
}
