import { Spread } from './spread.ts'
import type { Layout, Setup } from './types.ts'

/**
 * The same units over other replicas, moving as few as an even spread allows. A newcomer takes units over from those who own
 * most until it owns its part, and then copies from those who hold most; the units of one that leaves fall to the follower
 * that owns fewest, and what copies are missing to whoever holds fewest. Of equal choices the better spread over regions and
 * zones wins. This is how shards of a fixed number are moved in practice (slots of Redis Cluster, tablets, regions).
 */
export function rebalanced(before: Layout, setup: Setup): Layout {
  const work = new Rebalance(before, setup)
  work.fill()
  for (const [replica, { id }] of setup.replicas.entries()) {
    if (before.setup.replicas.every((other) => other.id !== id)) work.welcome(replica)
  }
  const { members } = work
  const all = setup.replicas.map((_, replica) => replica)
  return {
    setup,
    shares: before.shares,
    members,
    candidates: (unit) => [...members[unit], ...all.filter((replica) => !members[unit].includes(replica))],
    unitOf: (name) => before.unitOf(name),
  }
}

class Rebalance {
  readonly members: number[][]
  readonly #setup: Setup
  readonly #spread: Spread
  readonly #owned: Uint32Array
  readonly #held: Uint32Array

  constructor(before: Layout, setup: Setup) {
    const indexOf = new Map(setup.replicas.map(({ id }, index) => [id, index]))
    this.members = before.members.map((list) =>
      list.flatMap((replica) => {
        const index = indexOf.get(before.setup.replicas[replica].id)
        return index === undefined ? [] : [index]
      }),
    )
    this.#setup = setup
    this.#spread = new Spread(setup.replicas)
    this.#owned = new Uint32Array(setup.replicas.length)
    this.#held = new Uint32Array(setup.replicas.length)
    for (const [unit, list] of this.members.entries()) {
      const hadOwner = setup.replicas[list[0]]?.id === before.setup.replicas[before.members[unit][0]].id
      if (hadOwner) this.#owned[list[0]]++
      for (const replica of list) this.#held[replica]++
    }
    for (const [unit, list] of this.members.entries()) {
      const former = before.setup.replicas[before.members[unit][0]].id
      if (indexOf.has(former)) continue
      this.#promote(list)
    }
  }

  /** The follower that owns fewest becomes the owner. A unit without followers waits for `fill`. */
  #promote(list: number[]): void {
    if (list.length === 0) return
    const next = list.reduce((best, replica) => (this.#owned[replica] < this.#owned[best] ? replica : best))
    list.splice(list.indexOf(next), 1)
    list.unshift(next)
    this.#owned[next]++
  }

  /** Gives each unit as many replicas as it should have. */
  fill(): void {
    const all = this.#setup.replicas.map((_, replica) => replica)
    for (const list of this.members) {
      while (list.length < this.#setup.factor) {
        const others = all.filter((replica) => !list.includes(replica))
        const load = list.length === 0 ? this.#owned : this.#held
        const chosen = this.#leastBy(others, (replica) => [
          this.#spread.crowding([...list, replica]),
          load[replica],
          this.#held[replica],
        ])
        if (list.length === 0) this.#owned[chosen]++
        this.#held[chosen]++
        list.push(chosen)
      }
    }
  }

  /** Gives a newcomer its part of the units, and then of the copies. */
  welcome(newcomer: number): void {
    const replicas = this.#setup.replicas.length
    const due = Math.floor(this.members.length / replicas)
    const copiesDue = Math.floor((this.members.length * this.#setup.factor) / replicas)
    while (this.#owned[newcomer] < due && this.#take(newcomer, this.#owned, true));
    while (this.#held[newcomer] < copiesDue && this.#take(newcomer, this.#held, false));
  }

  /** One unit more for the newcomer, from whoever has most of `load`. False where nobody can give. */
  #take(newcomer: number, load: Uint32Array, asOwner: boolean): boolean {
    const givers = [...load.keys()].filter((replica) => load[replica] > load[newcomer] + 1)
    givers.sort((a, b) => load[b] - load[a] || a - b)
    for (const giver of givers) {
      const units = [...this.members.keys()].filter((unit) => {
        const at = this.members[unit].indexOf(giver)
        return (asOwner ? at === 0 : at > 0) && !this.members[unit].includes(newcomer)
      })
      if (units.length === 0) continue
      const replaced = (unit: number): number[] =>
        this.members[unit].map((replica) => (replica === giver ? newcomer : replica))
      const unit = this.#leastBy(units, (candidate) => [this.#spread.crowding(replaced(candidate))])
      this.members[unit] = replaced(unit)
      if (asOwner) {
        this.#owned[giver]--
        this.#owned[newcomer]++
      }
      this.#held[giver]--
      this.#held[newcomer]++
      return true
    }
    return false
  }

  /** The first choice of the least score, compared member by member. */
  #leastBy(choices: readonly number[], scoreOf: (choice: number) => readonly number[]): number {
    let best = choices[0]
    let least = scoreOf(best)
    for (const choice of choices.slice(1)) {
      const score = scoreOf(choice)
      const at = score.findIndex((value, index) => value !== least[index])
      if (at < 0 || score[at] > least[at]) continue
      best = choice
      least = score
    }
    return best
  }
}
