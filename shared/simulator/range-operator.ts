import { Rng } from '../base/rng.ts'
import { NS_PER_MS, NS_PER_S } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { SplitPlan } from '../plan/ranges.ts'
import type { PlaceId } from '../plan/types.ts'
import type { Operation, RangeCommand } from '../protocols/contract.ts'
import type { Host } from '../runtime/host.ts'
import type { Engine } from './engine.ts'
import { EVENT } from './events.ts'
import { RangeSample } from './range-sample.ts'
import type { Ranges } from './ranges.ts'

/** How often the operator sees to what it has begun: a leader may be lost meanwhile. */
const PURSUE_EVERY_NS = 20 * NS_PER_MS
/** Leadership moves away from a place that serves so much more than the mean, as with CockroachDB. */
const OVERFULL = 1.1
/** A range that was just born has shown nothing yet: it stays for so many checks before it may merge. */
const CHECKS_BEFORE_MERGE = 2

/** One range as it is found at a check. */
interface Found {
  readonly shard: number
  /** Where it is led. */
  readonly place: PlaceId
  readonly host: Host
  readonly ratePerS: number
}

/**
 * Watches how much ranges hold and are asked for, at their leaders, and has them split, merge and led elsewhere: what a
 * CockroachDB store does for its leaseholders, and TiDB's placement driver together with TiKV. It only proposes: the
 * range's own log decides, and the operator asks again until that has happened or makes no sense any more.
 */
export class RangeOperator {
  readonly #engine: Engine
  readonly #ranges: Ranges
  readonly #plan: SplitPlan
  readonly #rng: Rng
  /** Requests by shard, since the last check. */
  #asked = new Map<number, number>()
  /** What a shard is asked for, since it last was asked no more than it may be. */
  readonly #samples = new Map<number, RangeSample>()
  #checkedNs: Ns
  /** Checks that a range has lived through. */
  readonly #checks = new Map<number, number>()
  /** Splits asked for, by the shard that is to split. */
  readonly #splits = new Map<number, Extract<RangeCommand, { type: 'split' }>>()
  /** Ranges that are to go to their left neighbours. */
  readonly #merges = new Set<number>()
  /** Ranges whose load no split would halve, said once. */
  readonly #indivisible = new Set<number>()
  #nextShard: number
  #isPursuing = false

  constructor(engine: Engine, ranges: Ranges, plan: SplitPlan) {
    this.#engine = engine
    this.#ranges = ranges
    this.#plan = plan
    this.#rng = Rng.stream(engine.plan.seed, 'range-samples')
    this.#nextShard = plan.starts.length
    this.#checkedNs = engine.agenda.nowNs
    engine.agenda.schedule(engine.agenda.nowNs + plan.checkEveryNs, EVENT.ranges, 0, 0, 0, null)
  }

  /** A request reaches a replica. */
  asked(shard: number, { key, f, count }: Operation): void {
    this.#asked.set(shard, (this.#asked.get(shard) ?? 0) + 1)
    if (this.#plan.spec.byLoadPerS === undefined) return
    let sample = this.#samples.get(shard)
    if (sample === undefined) this.#samples.set(shard, (sample = new RangeSample(this.#rng)))
    sample.add(key, f === 'scan' ? key + count : key + 1)
  }

  /** The time of a check has come. */
  check(): void {
    const { agenda } = this.#engine
    const overNs = agenda.nowNs - this.#checkedNs
    const found: Found[] = []
    for (const shard of this.#ranges.map.inOrder) {
      const ratePerS = ((this.#asked.get(shard) ?? 0) * NS_PER_S) / overNs
      const leader = this.#leaderOf(shard)
      if (leader !== null) found.push({ shard, ratePerS, ...leader })
      this.#checks.set(shard, (this.#checks.get(shard) ?? 0) + 1)
    }
    for (const range of found) this.#considerSplit(range)
    if (this.#plan.spec.mergeBelow !== undefined) this.#considerMerges(found)
    if (this.#plan.spec.moveLeaders) this.#spread(found)
    this.#asked = new Map()
    this.#checkedNs = agenda.nowNs
    agenda.schedule(agenda.nowNs + this.#plan.checkEveryNs, EVENT.ranges, 0, 0, 0, null)
    this.#pursue()
  }

  /** It is time to see to what was begun. */
  pursueAgain(): void {
    this.#isPursuing = false
    this.#pursue()
  }

  #considerSplit({ shard, place, host, ratePerS }: Found): void {
    const { byLoadPerS = Infinity, byKeys = Infinity, byBytes = Infinity, rangesMax } = this.#plan.spec
    if (this.#splits.has(shard) || this.#isMerging(shard) || this.#nextShard >= rangesMax) return
    const view = host.ranges
    if (view === null) return
    if (ratePerS <= byLoadPerS) this.#samples.delete(shard)
    else {
      const sample = this.#samples.get(shard)
      const at = sample?.splitKey() ?? null
      const text = `${counted(ratePerS)} requests/s`
      if (at !== null) {
        this.#split(shard, at, text)
        return
      }
      if (sample?.isConclusive === true && !this.#indivisible.has(shard)) {
        this.#indivisible.add(shard)
        this.#note(place, 'indivisible', `shard ${shard} has ${text}, and no key that halves them`)
      }
    }
    if (byKeys === Infinity && byBytes === Infinity) return
    const { keys, bytes } = view.size(host.state)
    if (keys <= byKeys && bytes <= byBytes) return
    const at = view.middle(host.state, keys > byKeys ? 'keys' : 'bytes')
    if (at !== null) this.#split(shard, at, `${counted(keys)} keys, ${counted(bytes)} bytes`)
  }

  #split(shard: number, at: number, reason: string): void {
    const span = this.#ranges.map.spanOf(shard)
    if (span === null || at <= span.from || at >= span.to) return
    this.#samples.delete(shard)
    this.#ranges.expect(this.#nextShard, reason)
    this.#splits.set(shard, { type: 'split', at, shard: this.#nextShard++ })
  }

  /** Neighbours that are small and cold together, each pair by itself. */
  #considerMerges(found: readonly Found[]): void {
    const { mergeBelow = 0, byLoadPerS = Infinity, byKeys = Infinity, byBytes = Infinity } = this.#plan.spec
    const { inOrder, shards } = this.#ranges.map
    for (let rank = 1; rank < inOrder.length; rank++) {
      const pair = [inOrder[rank - 1], inOrder[rank]]
      const both = pair.map((shard) => found.find((range) => range.shard === shard))
      if (
        pair.some((shard) => this.#isBusy(shard)) ||
        !areSame(shards[pair[0]].replicas, shards[pair[1]].replicas)
      )
        continue
      let [keys, bytes, ratePerS] = [0, 0, 0]
      for (const range of both) {
        const size = range === undefined ? null : range.host.ranges?.size(range.host.state)
        keys += size?.keys ?? Infinity
        bytes += size?.bytes ?? Infinity
        ratePerS += range?.ratePerS ?? Infinity
      }
      const isSmall = keys <= byKeys * mergeBelow && bytes <= byBytes * mergeBelow
      if (isSmall && ratePerS <= byLoadPerS * mergeBelow) this.#merges.add(pair[1])
    }
  }

  #isMerging(shard: number): boolean {
    if (this.#merges.has(shard)) return true
    const { inOrder } = this.#ranges.map
    const right = inOrder[inOrder.indexOf(shard) + 1]
    return right !== undefined && this.#merges.has(right)
  }

  #isBusy(shard: number): boolean {
    return (
      this.#splits.has(shard) ||
      this.#isMerging(shard) ||
      (this.#checks.get(shard) ?? 0) <= CHECKS_BEFORE_MERGE
    )
  }

  /** Leadership of ranges goes from places that serve much to others that have a replica, as long as that evens it out. */
  #spread(found: readonly Found[]): void {
    const load = new Map<PlaceId, number>()
    const { processes, plan } = this.#engine
    for (let place = 0; place < plan.replicaCount; place++) {
      if (processes[place].up && processes[place].pauses === 0) load.set(place, 0)
    }
    for (const { place, ratePerS } of found) load.set(place, (load.get(place) ?? 0) + ratePerS)
    const loadOf = (place: PlaceId) => load.get(place) ?? 0
    const mean = [...load.values()].reduce((sum, each) => sum + each, 0) / Math.max(1, load.size)
    for (const { shard, place, host, ratePerS } of [...found].sort(
      (a, b) => b.ratePerS - a.ratePerS || a.shard - b.shard,
    )) {
      if (
        ratePerS === 0 ||
        loadOf(place) <= OVERFULL * mean ||
        this.#splits.has(shard) ||
        this.#isMerging(shard)
      )
        continue
      const others = this.#ranges.map.shards[shard].replicas.filter(
        (other) => load.has(other) && other !== place,
      )
      if (others.length === 0) continue
      const to = others.reduce((best, other) => (loadOf(other) < loadOf(best) ? other : best))
      if (loadOf(to) + ratePerS >= loadOf(place)) continue
      load.set(place, loadOf(place) - ratePerS)
      load.set(to, loadOf(to) + ratePerS)
      host.command({ type: 'lead', to })
      this.#note(place, 'leader-moves', `shard ${shard} is to be led by ${plan.places[to].name}`)
    }
  }

  #pursue(): void {
    const { map } = this.#ranges
    for (const [shard, command] of this.#splits) {
      const span = map.spanOf(shard)
      if (span === null || command.at <= span.from || command.at >= span.to) this.#splits.delete(shard)
      else this.#leaderOf(shard)?.host.command(command)
    }
    for (const shard of this.#merges) {
      if (map.spanOf(shard) === null) this.#merges.delete(shard)
      else this.#pursueMerge(shard)
    }
    if (this.#isPursuing || (this.#splits.size === 0 && this.#merges.size === 0)) return
    this.#isPursuing = true
    const { agenda } = this.#engine
    agenda.schedule(agenda.nowNs + PURSUE_EVERY_NS, EVENT.ranges, 1, 0, 0, null)
  }

  /** The right one is frozen; then the left one takes what its leader's place has of it. */
  #pursueMerge(shard: number): void {
    const { inOrder } = this.#ranges.map
    const left = this.#leaderOf(inOrder[inOrder.indexOf(shard) - 1])
    if (left === null) return
    const beside = this.#engine.processes[left.place].hosts[shard]?.host
    const remains = beside?.ranges?.remains(beside.state) ?? null
    if (remains === null) this.#leaderOf(shard)?.host.command({ type: 'freeze' })
    else left.host.command({ type: 'absorb', shard, remains })
  }

  #leaderOf(shard: number): { place: PlaceId; host: Host } | null {
    const { processes } = this.#engine
    for (const place of this.#ranges.map.shards[shard].replicas) {
      const { up, pauses, hosts } = processes[place]
      const host = hosts[shard]?.host
      if (!up || pauses > 0 || host === undefined) continue
      const { role, leader } = host.probe()
      if (role === 'leader' && leader === place) return { place, host }
    }
    return null
  }

  #note(place: PlaceId, kind: string, text: string): void {
    this.#engine.recorder.note(this.#engine.agenda.nowNs, place, { kind, text })
  }
}

/** 5,210. */
function counted(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

function areSame(a: readonly PlaceId[], b: readonly PlaceId[]): boolean {
  return a.length === b.length && a.every((place) => b.includes(place))
}
