import { assert } from '../base/assert.ts'
import { nsOfMs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { partitionSides, placesNamed } from './faults.ts'
import type { Place, PlaceId, PlannedFault } from './types.ts'

/** What a fault needs to act: planned ones have it, and so do those a person clicks. `index` is unique in the run. */
export type ActiveFault = Pick<PlannedFault, 'index' | 'spec'>

const PPM = 1_000_000

/** Places are numbered by side from 0; −1 is on no side. Places on different sides do not reach each other. */
interface Split {
  index: number
  sideOf: Int16Array
}

/** What a fault does to messages from one set of places to another. Sets are flags by place. */
interface Path {
  index: number
  from: Uint8Array
  to: Uint8Array
  bothWays: boolean
}

function onPath(path: Path, from: PlaceId, to: PlaceId): boolean {
  return (
    (path.from[from] === 1 && path.to[to] === 1) ||
    (path.bothWays && path.from[to] === 1 && path.to[from] === 1)
  )
}

/**
 * What the network faults of the moment do to messages between places; every question costs as much as faults of its
 * kind are active, which is mostly nothing. Both runtimes ask it, at the instant a message is sent.
 *
 * Names in cut, slow and loss may be regions and then stand for all their places. Slow and loss act in both
 * directions, cut in one where it says so. No fault touches what a place sends to itself.
 */
export class Connectivity {
  private readonly places: readonly Place[]
  private splits: Split[] = []
  private cuts: Path[] = []
  private slows: (Path & { plusNs: Ns })[] = []
  private losses: (Path & { lossPpm: number })[] = []

  constructor(places: readonly Place[]) {
    this.places = places
  }

  /** Whether no network fault is active, so that the other questions need not be asked. */
  get quiet(): boolean {
    return this.splits.length + this.cuts.length + this.slows.length + this.losses.length === 0
  }

  /**
   * Begins a fault, and says whether it is one of the network's; others change nothing here. `struck` is the replica
   * that an isolate hits, where the file says "leader" or "follower" and only the instant tells which that is.
   */
  apply(fault: ActiveFault, struck?: PlaceId): boolean {
    const { index, spec } = fault
    switch (spec.kind) {
      case 'partition':
        this.splits.push({ index, sideOf: this.split(partitionSides(this.places, spec.groups)) })
        return true
      case 'isolate':
        this.splits.push({ index, sideOf: this.aside(struck ?? this.only(spec.replica)) })
        return true
      case 'cut':
        this.cuts.push(this.path(index, spec, !spec.oneWay))
        return true
      case 'slow':
        this.slows.push({ ...this.path(index, spec, true), plusNs: nsOfMs(spec.plusMs) })
        return true
      case 'loss':
        this.losses.push({ ...this.path(index, spec, true), lossPpm: spec.lossPpm })
        return true
      default:
        return false
    }
  }

  /** Ends a fault; does nothing if it is not active. */
  lift(fault: Pick<ActiveFault, 'index'>): void {
    const others = (each: { index: number }) => each.index !== fault.index
    this.splits = this.splits.filter(others)
    this.cuts = this.cuts.filter(others)
    this.slows = this.slows.filter(others)
    this.losses = this.losses.filter(others)
  }

  /** Whether a message may pass at all. */
  allows(from: PlaceId, to: PlaceId): boolean {
    if (from === to) return true
    for (const { sideOf } of this.splits) {
      const a = sideOf[from]
      const b = sideOf[to]
      if (a !== b && a >= 0 && b >= 0) return false
    }
    for (const cut of this.cuts) if (onPath(cut, from, to)) return false
    return true
  }

  /** What slow links add to the latency. */
  extraNs(from: PlaceId, to: PlaceId): Ns {
    let extra = 0
    if (from === to) return extra
    for (const slow of this.slows) if (onPath(slow, from, to)) extra += slow.plusNs
    return extra
  }

  /** The loss that faults add to the link's own; several strike independently. */
  lossPpm(from: PlaceId, to: PlaceId): number {
    let loss = 0
    if (from === to) return loss
    for (const fault of this.losses) if (onPath(fault, from, to)) loss = combinedLossPpm(loss, fault.lossPpm)
    return loss
  }

  private split(sides: readonly (readonly PlaceId[])[]): Int16Array {
    const sideOf = new Int16Array(this.places.length).fill(-1)
    sides.forEach((ids, side) => ids.forEach((id) => (sideOf[id] = side)))
    return sideOf
  }

  private aside(replica: PlaceId): Int16Array {
    const sideOf = new Int16Array(this.places.length)
    sideOf[replica] = 1
    return sideOf
  }

  private only(name: string): PlaceId {
    const ids = placesNamed(this.places, name)
    assert(ids.length === 1, () => `"${name}" must be resolved to a replica before it is isolated`)
    return ids[0]
  }

  private path(index: number, ends: { from: string; to: string }, bothWays: boolean): Path {
    return { index, from: this.flags(ends.from), to: this.flags(ends.to), bothWays }
  }

  /** A region may have no places; a fault that names it then strikes nobody. */
  private flags(name: string): Uint8Array {
    const ids = placesNamed(this.places, name)
    const flags = new Uint8Array(this.places.length)
    for (const id of ids) flags[id] = 1
    return flags
  }
}

/** The chance, in millionths, that at least one of two independent losses strikes. */
export function combinedLossPpm(a: number, b: number): number {
  return a + b - Math.round((a * b) / PPM)
}
