import { nsOfMs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { Rng } from '../base/rng.ts'
import type { FaultEvent } from '../history/types.ts'
import { partitionSides } from '../plan/faults.ts'
import type { PlaceId, PlannedFault } from '../plan/types.ts'
import { compileDistribution } from '../topology/distributions.ts'
import type { Distribution } from '../topology/distributions.ts'
import type { FaultSpec } from '../topology/types.ts'
import { looksOf } from './counters.ts'
import type { Engine } from './engine.ts'
import { playing } from './roles.ts'

/** Faults that are over the instant they strike. */
const INSTANT = new Set<FaultSpec['kind']>(['restart'])

/** Applies the plan's faults to the simulated world at their instants, and writes them into the record. */
export class FaultDriver {
  readonly #engine: Engine
  readonly #rng: Rng
  /** What each active fault struck, and what to put back. */
  readonly #struck = new Map<number, readonly PlaceId[]>()
  readonly #fsyncBefore = new Map<number, Distribution>()
  /** How many active crashes hold a replica down: it restarts when the last one ends. */
  readonly #downs = new Map<PlaceId, number>()

  constructor(engine: Engine) {
    this.#engine = engine
    this.#rng = Rng.stream(engine.plan.seed, 'faults')
  }

  fire(fault: PlannedFault, starts: boolean, by: FaultEvent['by']): void {
    const { plan, recorder, agenda } = this.#engine
    const { index } = fault
    const struck = this.#apply(fault, starts, agenda.nowNs)
    if (!this.#engine.scope.recordsFaults) return
    recorder.fault({
      index,
      phase: INSTANT.has(fault.spec.kind) ? 'instant' : starts ? 'start' : 'end',
      timeNs: agenda.nowNs,
      spec: fault.spec,
      replicas: struck.map((place) => plan.places[place].name),
      sides: this.#sides(fault.spec, struck),
      by,
    })
  }

  #apply(fault: PlannedFault, starts: boolean, nowNs: Ns): readonly PlaceId[] {
    const struck = this.#struckBy(fault, starts)
    if (starts) this.#begin(fault, struck, nowNs)
    else this.#end(fault, struck, nowNs)
    return struck
  }

  #struckBy(fault: PlannedFault, starts: boolean): readonly PlaceId[] {
    if (starts) this.#struck.set(fault.index, this.#resolve(fault))
    return this.#struck.get(fault.index) ?? []
  }

  /**
   * Puts the faults that were on at `nowNs` in force, for an engine that begins in the middle of a run. Planned ones of
   * that very instant are still to come; those by hand have all been.
   */
  catchUp(nowNs: Ns, byHand: readonly PlannedFault[]): void {
    const changes = (fault: PlannedFault) => [
      { atNs: fault.atNs, fault, starts: true },
      ...(fault.untilNs === null ? [] : [{ atNs: fault.untilNs, fault, starts: false }]),
    ]
    const planned = this.#engine.plan.faults.flatMap(changes).filter(({ atNs }) => atNs < nowNs)
    const past = [...planned, ...byHand.flatMap(changes)].sort((a, b) => a.atNs - b.atNs)
    for (const { atNs, fault, starts } of past) {
      const { kind } = fault.spec
      if (kind === 'crash' || kind === 'power-loss' || kind === 'restart') {
        for (const place of this.#struckBy(fault, starts)) this.#remember(place, kind, starts)
      } else this.#apply(fault, starts, atNs)
    }
  }

  /** As a crash or restart leaves a process, without its consequences, which others have seen to. */
  #remember(place: PlaceId, kind: FaultSpec['kind'], starts: boolean): void {
    const downs = this.#downs.get(place) ?? 0
    const left = kind === 'restart' ? 0 : Math.max(0, downs + (starts ? 1 : -1))
    this.#downs.set(place, left)
    const process = this.#engine.processes[place]
    process.up = left === 0
    if (starts && kind !== 'restart') process.silent = kind === 'power-loss'
  }

  #sides(spec: FaultSpec, struck: readonly PlaceId[]): string[][] {
    const { places } = this.#engine.plan
    const name = (place: PlaceId) => places[place].name
    if (spec.kind === 'partition') return partitionSides(places, spec.groups).map((side) => side.map(name))
    if (spec.kind !== 'isolate') return []
    return [struck.map(name), places.filter(({ id }) => !struck.includes(id)).map(({ id }) => name(id))]
  }

  /** The replicas a fault strikes; "leader" and "follower" are whoever plays that part now, or nobody. */
  #resolve(fault: PlannedFault): readonly PlaceId[] {
    const { spec } = fault
    const named = (name: string) =>
      this.#engine.plan.places.filter((place) => place.name === name).map(({ id }) => id)
    if (spec.kind === 'power-loss') return spec.replicas.flatMap(named)
    if (!('replica' in spec)) return []
    const exact = named(spec.replica)
    if (exact.length > 0) return exact
    const agreed = this.#engine.scope.strikes(fault)
    if (agreed !== null) return agreed
    const found = playing(spec.replica, looksOf(this.#engine))
    return found.length === 0 ? [] : [found[this.#rng.below(found.length)]]
  }

  #begin(fault: PlannedFault, struck: readonly PlaceId[], nowNs: Ns): void {
    const { network, processes } = this.#engine
    const { spec } = fault
    switch (spec.kind) {
      case 'partition':
      case 'cut':
      case 'slow':
      case 'loss':
        network.connectivity.apply(fault)
        break
      case 'isolate':
        if (struck.length > 0) network.connectivity.apply(fault, struck[0])
        break
      case 'crash':
      case 'power-loss':
        for (const place of struck) this.#crash(place, spec.kind === 'power-loss')
        break
      case 'restart':
        for (const place of struck) this.#restart(place, true)
        break
      case 'pause':
        for (const place of struck) processes[place].pauses++
        break
      case 'clock':
        for (const place of struck) {
          const { clock } = processes[place]
          clock.disturb(nowNs, nsOfMs(spec.offsetMs), clock.driftPpm + spec.driftPpm)
        }
        break
      case 'slow-disk':
        for (const place of struck) {
          const { disk } = processes[place]
          if (!this.#fsyncBefore.has(place)) this.#fsyncBefore.set(place, disk.fsync)
          disk.setFsync(compileDistribution(spec.fsync))
        }
        break
    }
  }

  #end(fault: PlannedFault, struck: readonly PlaceId[], nowNs: Ns): void {
    const { network, processes } = this.#engine
    const { spec } = fault
    switch (spec.kind) {
      case 'partition':
      case 'cut':
      case 'slow':
      case 'loss':
      case 'isolate':
        network.connectivity.lift(fault)
        break
      case 'crash':
      case 'power-loss':
        for (const place of struck) this.#restart(place, false)
        break
      case 'restart':
        break
      case 'pause':
        for (const place of struck) if (--processes[place].pauses === 0) this.#engine.resume(place)
        break
      case 'clock':
        // Set right by as much as it was put out; what it gained or lost by drifting meanwhile stays.
        for (const place of struck) {
          const { clock } = processes[place]
          clock.disturb(nowNs, -nsOfMs(spec.offsetMs), clock.driftPpm - spec.driftPpm)
        }
        break
      case 'slow-disk':
        for (const place of struck) {
          const before = this.#fsyncBefore.get(place)
          if (before !== undefined) processes[place].disk.setFsync(before)
          this.#fsyncBefore.delete(place)
        }
        break
    }
  }

  #crash(place: PlaceId, silent: boolean): void {
    this.#downs.set(place, (this.#downs.get(place) ?? 0) + 1)
    if (this.#engine.processes[place].up) this.#engine.crash(place, silent)
  }

  /** `now`: an explicit restart, which overrides every crash that is still on. */
  #restart(place: PlaceId, now: boolean): void {
    const downs = now ? 0 : Math.max(0, (this.#downs.get(place) ?? 0) - 1)
    this.#downs.set(place, downs)
    if (downs === 0 && !this.#engine.processes[place].up) this.#engine.boot(place)
  }
}
