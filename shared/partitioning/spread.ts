import type { Home } from './types.ts'

/** Takes one from each list in turn until all are empty. */
function roundRobin<T>(lists: readonly (readonly T[])[]): T[] {
  const merged: T[] = []
  const longest = Math.max(0, ...lists.map((list) => list.length))
  for (let i = 0; i < longest; i++) {
    for (const list of lists) if (i < list.length) merged.push(list[i])
  }
  return merged
}

/** Groups in the order in which their names first appear. */
function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(nameOf(item))
    if (group === undefined) groups.set(nameOf(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}

/**
 * Replicas in an order whose every prefix is spread as evenly as can be: regions take turns, and within a region its
 * zones do, all in file order. Three of six replicas in three regions are one per region.
 */
export function spreadOrder(homes: readonly Pick<Home, 'region' | 'zone'>[]): number[] {
  const all = homes.map((_, index) => index)
  const regions = groupBy(all, (index) => homes[index].region)
  return roundRobin(regions.map((region) => roundRobin(groupBy(region, (index) => homes[index].zone ?? ''))))
}

/** Picks the replicas of a unit from its candidates so that regions, and zones within them, differ where they can. */
export class Spread {
  readonly #regions: Uint16Array
  readonly #zones: Uint16Array
  readonly #isOneRegion: boolean
  readonly #inRegion: Uint16Array
  readonly #inZone: Uint16Array
  /** All replicas share one zone, and any choice is as good as another. */
  readonly isFlat: boolean

  constructor(homes: readonly Home[]) {
    const number = (names: readonly string[]): Uint16Array => {
      const known = [...new Set(names)]
      const indexOf = new Map(known.map((name, index) => [name, index]))
      return Uint16Array.from(names, (name) => indexOf.get(name) ?? 0)
    }
    this.#regions = number(homes.map(({ region }) => region))
    this.#zones = number(homes.map(({ region, zone }) => JSON.stringify([region, zone])))
    this.#inRegion = new Uint16Array(homes.length)
    this.#inZone = new Uint16Array(homes.length)
    this.#isOneRegion = this.#regions.every((region) => region === 0)
    this.isFlat = this.#zones.every((zone) => zone === 0)
  }

  /**
   * The first candidate, and then again and again the one whose region has the fewest replicas so far, then the one whose
   * zone has, then the one that holds the fewest units where `held` counts them, then the first: what Cassandra's
   * NetworkTopologyStrategy does with racks, with regions above them.
   */
  pick(candidates: readonly number[], factor: number, held?: Uint32Array): number[] {
    if (this.isFlat && held === undefined) return candidates.slice(0, factor)
    const chosen = [candidates[0]]
    this.#inRegion.fill(0)
    this.#inZone.fill(0)
    this.#count(candidates[0])
    while (chosen.length < factor) {
      let best = -1
      for (const candidate of candidates) {
        if (chosen.includes(candidate)) continue
        if (best < 0 || this.#compare(candidate, best, held) < 0) best = candidate
      }
      chosen.push(best)
      this.#count(best)
    }
    return chosen
  }

  #count(replica: number): void {
    this.#inRegion[this.#regions[replica]]++
    this.#inZone[this.#zones[replica]]++
  }

  #compare(a: number, b: number, held: Uint32Array | undefined): number {
    return (
      this.#inRegion[this.#regions[a]] - this.#inRegion[this.#regions[b]] ||
      this.#inZone[this.#zones[a]] - this.#inZone[this.#zones[b]] ||
      (held === undefined ? 0 : held[a] - held[b])
    )
  }

  /** Whether no two stand in one region or, where there is one region only, in one zone: no choice is better spread. */
  isApart(members: readonly number[]): boolean {
    const where = this.#isOneRegion ? this.#zones : this.#regions
    return members.every((member, at) =>
      members.every((other, index) => index >= at || where[other] !== where[member]),
    )
  }

  /** How crowded a choice of replicas is: the less, the better spread. Two in one region weigh more than all in one zone. */
  crowding(members: readonly number[]): number {
    const apart = members.length * members.length
    let sum = 0
    for (let a = 1; a < members.length; a++) {
      for (let b = 0; b < a; b++) {
        if (this.#regions[members[a]] === this.#regions[members[b]]) sum += apart
        if (this.#zones[members[a]] === this.#zones[members[b]]) sum++
      }
    }
    return sum
  }
}
