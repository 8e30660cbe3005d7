import type { MessagePort } from 'node:worker_threads'
import type { Ns } from '../../shared/base/time.ts'
import type { MessageSample } from '../../shared/history/counters.ts'
import type { FaultEvent, NoteEvent } from '../../shared/history/types.ts'
import type { PlanOptions } from '../../shared/plan/build.ts'
import type { PlannedFault } from '../../shared/plan/types.ts'
import type { Arrival, Resume } from '../../shared/simulator/index.ts'
import type { Topology } from '../../shared/topology/types.ts'
import type { BoardMemory } from './board.ts'
import type { ControlMemory } from './control.ts'
import type { DiskMemory } from './disk-words.ts'
import type { RingMemory } from './rings.ts'
import type { ThreadTiming } from './timing.ts'

/** What all threads of a run are given alike. */
export interface RunData {
  topology: Topology
  options: PlanOptions
  /** Which thread runs each place. Replicas have the thread of their number. */
  threadOf: readonly number[]
  /** All threads that run places. */
  threads: number
  roles: readonly string[]
  rings: RingMemory
  control: ControlMemory
  board: BoardMemory
  decisions: SharedArrayBuffer
  /** Whether there are cores enough to spin through the end of a wait. */
  spins: boolean
}

export interface EngineThreadData extends RunData {
  thread: number
  recordsFaults: boolean
  resume: (Resume & { arrivals: readonly Arrival[] }) | null
  commands: MessagePort
  /** Takes the record, so that it passes by the main thread unread. */
  records: MessagePort
  /** Engine time stood still for so long before this thread began. */
  pausedNs: Ns
  /** The replica's file; null where its disk is modelled. */
  disk: { fd: number; memory: DiskMemory; syncThread: number } | null
}

interface Farewell {
  timing: ThreadTiming
  /** Messages that had come and were not delivered. */
  inFlight: number
  /** Messages, as far as this thread recorded them. */
  balance: { sent: number; duplicated: number; delivered: number; dropped: number }
  /** All other threads stopped sending, too, and what they had sent was counted. */
  isSettled: boolean
}

/** Faults, notes and watched messages since it last said so, the first few of them where there were many. */
export interface Told {
  type: 'told'
  faults: FaultEvent[]
  notes: NoteEvent[]
  messages: MessageSample[]
}

/** What a thread says; of compiled code, only to `thread-program.ts`. */
export type FromThread = Told | Goodbye | { type: 'code' }

export type Goodbye =
  /** The last words: it has stopped as it was asked to, */
  | ({ type: 'done' } & Farewell)
  /** or its replica crashed, and this is what the next one needs, */
  | ({
      type: 'crashed'
      resume: Pick<Resume, 'durable' | 'givenAway' | 'epoch'>
      arrivals: Arrival[]
    } & Farewell)
  /** or something threw: the run can't go on, but what was recorded is there. */
  | ({ type: 'failed'; sentence: string } & Farewell)

/** What the main thread may ask of a thread while it runs. */
export type Command =
  | { type: 'fault'; fault: PlannedFault; starts: boolean }
  /** Engine time stands still from one instant of the shared clock on … */
  | { type: 'pause'; atSharedNs: Ns }
  /** … to another. */
  | { type: 'resume'; atSharedNs: Ns }
