import { NS_PER_MS } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { PlaceId, ShardPlan } from '../plan/types.ts'
import type { Engine } from './engine.ts'
import { EVENT } from './events.ts'
import { HEADER_BYTES, MOVED } from '../runtime/world.ts'

/** How often the operator looks whether members have become what they are to be. */
const LOOK_EVERY_NS = 100 * NS_PER_MS

/**
 * Where shards live at present, and the operator who carries out the plan's changes: starts a replica of the shard where one
 * is to be, asks those who may (a leader) for the new members until they are in force, and then tells the former ones, who
 * forget the shard. Clients with old maps still come to them, and are sent on (see Delivery).
 */
export class Membership {
  readonly #engine: Engine
  readonly #bootHost: (place: PlaceId, shard: number) => void
  #shards: readonly ShardPlan[]
  /** Shards whose members are not yet what they are to be, and who held them at any time until then. */
  readonly #pending = new Map<number, Set<PlaceId>>()
  #isLooking = false

  constructor(engine: Engine, bootHost: (place: PlaceId, shard: number) => void) {
    this.#engine = engine
    this.#bootHost = bootHost
    this.#shards = engine.plan.shards
    const { plan, agenda } = engine
    plan.changes.forEach(({ atNs, shards }, index) => {
      if (atNs >= agenda.nowNs) agenda.schedule(atNs, EVENT.change, index, 0, 0, null)
      else this.#follow(shards)
    })
  }

  /** As the plan has them by now, whether or not their members have followed. */
  get shards(): readonly ShardPlan[] {
    return this.#shards
  }

  /** A change's instant has come. */
  change(index: number): void {
    const { plan, processes, scope, recorder, agenda } = this.#engine
    const { kind, place, shards } = plan.changes[index]
    const before = this.#shards
    const moving = this.#follow(shards)
    if (scope.has(place)) {
      const text = `${kind === 'join' ? 'joins' : 'leaves'}: ${moving.length} ${moving.length === 1 ? 'shard' : 'shards'} to move`
      recorder.note(agenda.nowNs, place, { kind: `${kind}s`, text })
    }
    for (const { id, replicas } of moving) {
      for (const newcomer of replicas) {
        if (before[id].replicas.includes(newcomer) || !scope.has(newcomer)) continue
        if (processes[newcomer].up && processes[newcomer].hosts[id] === undefined)
          this.#bootHost(newcomer, id)
      }
    }
    this.look()
  }

  #follow(shards: readonly ShardPlan[]): readonly ShardPlan[] {
    const before = this.#shards
    const moving = shards.filter(({ id, replicas }) => !areSame(replicas, before[id].replicas))
    for (const { id, replicas } of moving) {
      const holders = this.#pending.get(id) ?? new Set(before[id].replicas)
      for (const place of replicas) holders.add(place)
      this.#pending.set(id, holders)
    }
    this.#shards = shards
    if (moving.length > 0) this.#lookAt(this.#engine.agenda.nowNs + LOOK_EVERY_NS)
    return moving
  }

  #lookAt(atNs: Ns): void {
    if (this.#isLooking) return
    this.#isLooking = true
    this.#engine.agenda.schedule(atNs, EVENT.look, 0, 0, 0, null)
  }

  /** The time to look has come. */
  lookAgain(): void {
    this.#isLooking = false
    this.look()
    if (this.#pending.size > 0) this.#lookAt(this.#engine.agenda.nowNs + LOOK_EVERY_NS)
  }

  look(): void {
    const { processes, plan, recorder, agenda, network } = this.#engine
    for (const [shard, holders] of this.#pending) {
      const { replicas } = this.#shards[shard]
      for (const place of holders) {
        const process = processes[place]
        const host = process.up && process.pauses === 0 ? process.hosts[shard]?.host : undefined
        if (host === undefined) continue
        const { members, leader } = host.probe()
        if (leader !== place || members === undefined || members === null || !areSame(members, replicas)) {
          host.members(replicas)
          continue
        }
        this.#pending.delete(shard)
        for (const former of holders) {
          if (!replicas.includes(former)) network.send(place, former, shard, { kind: MOVED }, HEADER_BYTES)
        }
        const names = replicas.map((each) => plan.places[each].name).join(', ')
        const which = plan.shards.length === 1 ? 'the data' : `shard ${shard}`
        recorder.note(agenda.nowNs, place, { kind: 'moved', text: `${which} now lives on ${names}` })
        break
      }
    }
  }
}

/** Whether two lists name the same places, in whatever order. */
function areSame(a: readonly PlaceId[], b: readonly PlaceId[]): boolean {
  return a.length === b.length && a.every((place) => b.includes(place))
}
