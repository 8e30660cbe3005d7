import type { Agenda } from '../base/agenda.ts'
import type { Ns } from '../base/time.ts'
import type { OperationTally } from '../history/counters.ts'
import type { Recorder } from '../history/recorder.ts'
import type { PlaceId, Plan, PlannedFault, ShardPlan } from '../plan/types.ts'
import type { MessageBody, OpId, Outcome } from '../protocols/contract.ts'
import type { Host } from '../runtime/host.ts'
import type { Disk } from './disk.ts'
import type { Network } from './network.ts'
import type { SimulatedProcess, SimulatedWorld } from './process.ts'
import type { RangeOperator } from './range-operator.ts'
import type { Ranges } from './ranges.ts'
import type { Scope } from './scope.ts'
import type { OperationTracer } from './tracer.ts'

/** The engine as its parts see it: worlds, faults and the sampler work on this, not on the whole class. */
export interface Engine {
  readonly plan: Plan
  readonly agenda: Agenda
  readonly recorder: Recorder
  readonly network: Network
  readonly processes: readonly SimulatedProcess[]
  readonly scope: Scope
  /** Where shards live at present. */
  readonly shards: readonly ShardPlan[]
  /** Where ranges may split; else null. */
  readonly ranges: Ranges | null
  readonly rangeOperator: RangeOperator | null
  /** Whether a shard is on its way from former members to new ones, as far as this engine has seen. */
  isMoving(shard: number): boolean
  /** Starts a process with whatever its disk holds. */
  boot(place: PlaceId): void
  /**
   * Ends a process: what it held in memory is gone. Its operating system lives on and breaks its connections, so that
   * clients learn of it in the time a message takes; after a power loss (`silent`) nobody tells them anything.
   */
  crash(place: PlaceId, silent: boolean): void
  /** A shard has moved away from a place, which forgets it. */
  forget(place: PlaceId, shard: number): void
  /** Goes through what waited for a paused process. */
  resume(place: PlaceId): void
  /** A record that would survive a crash from now on. */
  keep(process: SimulatedProcess, shard: number, record: unknown): void
  /** Has the world's host told of writes that took no time, once its step is over. */
  reportDurable(world: SimulatedWorld): void
  /** Hands an answer to a client of the same place, once the step is over. */
  answerLocally(opId: OpId, outcome: Outcome): void
  /** A shard's hosts by place, null where a process is down. */
  hostsOf(shard: number): readonly { place: PlaceId; host: Host | null }[]
}

/** A message on its way to a place. `route` is from + shard · PLACES_MAX. */
export interface Arrival {
  atNs: Ns
  to: PlaceId
  route: number
  bytes: number
  body: MessageBody
}

/** A process that takes the place of one that crashed, in the middle of a run. */
export interface Resume {
  atNs: Ns
  /** What was durable then: image by place and shard. */
  durable: readonly (readonly [PlaceId, number, unknown])[]
  /** Shards that a place held once and had given away by then: place and shard. */
  givenAway: readonly (readonly [PlaceId, number])[]
  /** The process's count of lives so far. Random streams of this one are named after it, so that no draw comes twice. */
  epoch: number
  /** Faults begun by hand until then, lifted ones with their end. */
  byHand: readonly PlannedFault[]
}

export interface SimulationOptions {
  /** Step everything twice, freeze what is sent, evaluate invariants: for tests, several times slower. */
  checked?: boolean
  /** The part of the plan to run; all of it where left out. */
  scope?: Scope
  /** Hears of the messages on behalf of one operation. */
  tracer?: OperationTracer
  /** Begin here instead of at 0: faults of the past are in force, and what was durable then is given. */
  resume?: Resume
  /** The disk of a place, which keeps what is durable itself; null, or left out: the modelled one. */
  diskOf?: (place: PlaceId, agenda: Agenda) => Disk | null
  /** Counts operations as they begin and end. */
  tally?: OperationTally
}
