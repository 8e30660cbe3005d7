import { NS_PER_MS } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { PlaceId, ShardPlan } from '../plan/types.ts'
import type { Probe } from '../protocols/contract.ts'
import type { Engine } from './engine.ts'
import { EVENT } from './events.ts'
import { HEADER_BYTES, MOVED } from '../runtime/world.ts'

/** How often the operator looks whether members have become what they are to be. */
const LOOK_EVERY_NS = 100 * NS_PER_MS

/**
 * Where shards live at present, and the operator who carries out the plan's changes: starts a replica of the shard where one
 * is to be, asks those who may (a leader, or a newcomer where there is none) for the new members until they are in force, and
 * then tells the former ones, who forget the shard. Clients with old maps still come to them, and are sent on (see Delivery).
 */
export class Membership {
  readonly #engine: Engine
  readonly #bootHost: (place: PlaceId, shard: number) => void
  #shards: readonly ShardPlan[]
  /** By shard that has moved or is to: the members of each time, in order, from the beginning of the run. */
  readonly #lists = new Map<number, ShardPlan[]>()
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

  /** Whether a shard's members are not yet what they are to be, as far as this engine has seen. */
  isMoving(shard: number): boolean {
    return this.#pending.has(shard)
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
      const lists = this.#lists.get(id) ?? [before[id]]
      lists.push(shards[id])
      this.#lists.set(id, lists)
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
    const { processes } = this.#engine
    for (const [shard, holders] of this.#pending) {
      for (const place of holders) {
        const process = processes[place]
        const host = process.up && process.pauses === 0 ? process.hosts[shard]?.host : undefined
        if (host === undefined) continue
        const { replicas, spares } = this.#wanted(shard, host.probe())
        if (!this.#isDone(shard, place, host.probe())) host.members(replicas, spares)
        else {
          this.#done(shard, place, holders)
          break
        }
      }
    }
  }

  /** What a place is asked for: the members of now, or those after the ones that it goes by. */
  #wanted(shard: number, { changes }: Probe): ShardPlan {
    const lists = this.#lists.get(shard) as ShardPlan[]
    return lists[Math.min(changes === undefined ? Infinity : changes + 1, lists.length - 1)]
  }

  /** As a leader sees it; where there is none, as anybody does who goes by the last list. */
  #isDone(shard: number, place: PlaceId, { leader, members, changes }: Probe): boolean {
    const lists = this.#lists.get(shard) as ShardPlan[]
    if (changes !== undefined) return changes === lists.length - 1
    const { replicas } = lists[lists.length - 1]
    return leader === place && members !== undefined && members !== null && areSame(members, replicas)
  }

  #done(shard: number, place: PlaceId, holders: ReadonlySet<PlaceId>): void {
    const { processes, plan, recorder, agenda, network, scope } = this.#engine
    const { replicas } = this.#shards[shard]
    this.#pending.delete(shard)
    let teller = place
    if (processes[place].hosts[shard]?.host.probe().changes === undefined) {
      for (const former of holders) {
        if (!replicas.includes(former)) network.send(place, former, shard, { kind: MOVED }, HEADER_BYTES)
      }
    } else teller = this.#moverOf(shard)
    if (!scope.has(teller)) return
    const names = replicas.map((each) => plan.places[each].name).join(', ')
    const which = plan.shards.length === 1 ? 'the data' : `shard ${shard}`
    recorder.note(agenda.nowNs, teller, { kind: 'moved', text: `${which} now lives on ${names}` })
  }

  /** Whom the last change of a shard was about: the first newcomer, or the first to go where nobody came. */
  #moverOf(shard: number): PlaceId {
    const [former, latest] = (this.#lists.get(shard) as ShardPlan[]).slice(-2).map(({ replicas }) => replicas)
    const comes = latest.filter((each) => !former.includes(each))
    return [...comes, ...former.filter((each) => !latest.includes(each))][0]
  }
}

/** Whether two lists name the same places, in whatever order. */
function areSame(a: readonly PlaceId[], b: readonly PlaceId[]): boolean {
  return a.length === b.length && a.every((place) => b.includes(place))
}
