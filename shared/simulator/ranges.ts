import { KEYS_END, RangeMap } from '../plan/ranges.ts'
import type { LatestRanges, SplitPlan } from '../plan/ranges.ts'
import type { PlaceId } from '../plan/types.ts'
import type { MessageBody, RangeChange, ReplicaConfig } from '../protocols/contract.ts'
import { HEADER_BYTES, MOVED } from '../runtime/world.ts'
import type { Engine } from './engine.ts'

/** Messages kept at a place for a replica that is not born there yet, as TiKV keeps votes. */
const WAITING_MAX = 20

/** Starts a replica; `origin`: what it begins with where its range was split off at this place. */
export type BootReplica = (place: PlaceId, shard: number, origin: unknown) => void

/**
 * Which ranges there are, where they split and merge while the run goes on: the directory that clients ask (see `RangeMap`),
 * and replicas that come and go with their ranges. What is true is decided in the groups' logs; the directory follows the
 * first replica that has applied it, and whoever goes by an old one is refused by the replicas.
 */
export class Ranges implements LatestRanges {
  #map: RangeMap
  readonly #engine: Engine
  readonly #plan: SplitPlan
  readonly #boot: BootReplica
  /** Why shards are to be born. */
  readonly #reasons = new Map<number, string>()
  /** Shards that have been born, be they gone again. */
  readonly #born = new Set<number>()
  /** By place and shard: what has come for a replica that its place has yet to split off. */
  readonly #waiting = new Map<string, { from: PlaceId; body: MessageBody }[]>()

  constructor(engine: Engine, plan: SplitPlan, boot: BootReplica) {
    this.#engine = engine
    this.#plan = plan
    this.#boot = boot
    const { starts } = plan
    this.#map = new RangeMap(0, starts, [...starts.keys()], engine.plan.shards)
  }

  get map(): RangeMap {
    return this.#map
  }

  /** Shards that are there from the beginning. */
  get initial(): number {
    return this.#plan.starts.length
  }

  /** What a replica is told of its range beside what every replica is told. */
  configOf(shard: number, origin: unknown): Pick<ReplicaConfig<unknown>, 'members' | 'spares' | 'ranges'> {
    const { replicas, spares } = this.#map.shards[shard]
    const { starts } = this.#plan
    const isInitial = shard < starts.length
    const to = starts[shard + 1] ?? KEYS_END
    const span = isInitial ? { from: starts[shard], to } : null
    const { valueBytes } = this.#engine.plan.workload
    return { members: replicas, spares, ranges: { span, origin, valueBytes } }
  }

  /** Somebody has asked for a split. */
  expect(shard: number, reason: string): void {
    this.#reasons.set(shard, reason)
  }

  /** A replica has applied what becomes of its range. */
  changed(place: PlaceId, left: number, change: RangeChange): void {
    const { recorder, agenda, plan, processes } = this.#engine
    const { shard } = change
    if (change.type === 'absorbed') {
      if (this.#map.spanOf(shard) !== null) {
        this.#map = this.#map.merge(shard)
        recorder.shardEnded(shard, agenda.nowNs)
        recorder.note(agenda.nowNs, place, {
          kind: 'merge',
          text: `shard ${left} takes the keys of shard ${shard}`,
        })
      }
      this.#engine.forget(place, shard)
      return
    }
    if (!this.#born.has(shard)) {
      this.#born.add(shard)
      this.#map = this.#map.split(change.at, shard, place)
      const { replicas } = this.#map.shards[shard]
      recorder.shardBorn(shard, replicas, agenda.nowNs, change.at)
      const reason = this.#reasons.get(shard) ?? 'as it was asked to'
      const text = `shard ${left} splits at ${plan.keyName(change.at)}: ${reason}; shard ${shard} begins there`
      recorder.note(agenda.nowNs, place, { kind: 'split', text })
    }
    // It came back from a crash, or has merged meanwhile.
    const isNeeded = this.#map.spanOf(shard) !== null && processes[place].hosts[shard] === undefined
    if (isNeeded) this.#begin(place, shard, change.origin)
  }

  #begin(place: PlaceId, shard: number, origin: unknown): void {
    this.#boot(place, shard, origin)
    const key = `${place}/${shard}`
    const waiting = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    for (const { from, body } of waiting) this.#engine.processes[place].hosts[shard]?.host.receive(from, body)
  }

  /**
   * A message for a replica that is not at this place. It is kept while a replica here has yet to split that range off; one
   * that has passed over the split in a snapshot never will, and an empty replica begins, to be filled over the network.
   */
  missing(place: PlaceId, from: PlaceId, shard: number, body: MessageBody): void {
    const span = this.#map.spanOf(shard)
    if (span === null) {
      // Whoever sent it has not heard that its range is gone.
      this.#engine.network.send(place, from, shard, { kind: MOVED }, HEADER_BYTES)
      return
    }
    if (!this.#map.shards[shard].replicas.includes(place)) return
    const isHereStill = this.#engine.processes[place].hosts.some((entry, other) => {
      const view = entry?.host.ranges ?? null
      if (entry === undefined || view === null || this.#map.spanOf(other) === null) return false
      const here = view.span(entry.host.state)
      return here.from < span.to && span.from < here.to
    })
    const key = `${place}/${shard}`
    const waiting = this.#waiting.get(key) ?? []
    if (waiting.length < WAITING_MAX) waiting.push({ from, body })
    this.#waiting.set(key, waiting)
    if (!isHereStill) this.#begin(place, shard, null)
  }

  crashed(place: PlaceId): void {
    for (const key of this.#waiting.keys()) if (key.startsWith(`${place}/`)) this.#waiting.delete(key)
  }
}
