import type { Ns } from '../base/time.ts'
import type { PlaceId, PlannedFault } from '../plan/types.ts'
import type { MessageBody } from '../protocols/contract.ts'

/**
 * Which part of a plan one engine runs, and how it reaches the rest. The simulator runs all of it; in a live run every
 * thread runs its own place with the same engine, in real time, and the others are elsewhere.
 */
export interface Scope {
  has(place: PlaceId): boolean
  /** Passes on a message for a place elsewhere, to be delivered at `atNs`. `route` is from + shard · PLACES_MAX. */
  deliver(atNs: Ns, to: PlaceId, route: number, bytes: number, body: MessageBody): void
  /** A process of this scope crashed; what survived of it is in `Simulation.survivalOf`. */
  crashed(place: PlaceId): void
  /**
   * Which replicas a fault strikes that names a role ("leader"), where several engines must come to one answer; null
   * where this engine sees all replicas and may say itself.
   */
  strikes(fault: PlannedFault): readonly PlaceId[] | null
  /** Whether this engine writes the faults into its record: one of several does. */
  readonly recordsFaults: boolean
  /** Whether this engine decides by itself when the run is over. */
  readonly endsItself: boolean
}

export const EVERYTHING: Scope = {
  has: () => true,
  deliver: () => undefined,
  crashed: () => undefined,
  strikes: () => null,
  recordsFaults: true,
  endsItself: true,
}
