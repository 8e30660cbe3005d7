import type { GuaranteeResult } from '../types.ts'
import type { Experience, LostWrites } from './types.ts'

/** The replica that a battery adds to a topology and takes away again. */
export interface Newcomer {
  id: string
  /** The replica beside which it stands, and which it is like. */
  like: string
  /** Its join, and then its leave, as the plan has them. */
  moves: PlannedMove[]
}

/** What a replica that joins or leaves moves, by the plan. */
export interface PlannedMove {
  kind: 'join' | 'leave'
  /** Shards whose replicas become others. */
  shards: number
  /** Copies of keys that are made anew elsewhere. */
  keys: number
  /** So many if every replica held as many as any other before and after, and nothing moved in vain. */
  idealKeys: number
}

/** A replica joined under load and left again: what went over the links, and what clients noticed. */
export interface MoveFinding {
  probe: string
  title: string
  replica: string
  like: string
  moves: Move[]
  linearizable: GuaranteeResult['status']
  /** In the same run where nobody joins. */
  linearizableWithout: GuaranteeResult['status']
  lost: LostWrites
}

export interface Move extends PlannedMove {
  /** Until all shards were where they were to be, within a tenth of a second; null where they were not in half a minute. */
  doneAfterMs: number | null
  /** What came over the links, as the strategy counts it: keys, or values of a log and its snapshot. */
  streamedKeys: number
  /** The size of the messages that brought it. */
  streamedBytes: number
  /** How long clients were watched: until all was done, two seconds at least. */
  overMs: number
  during: Experience
  /** At the same time of the same run where nobody joins. */
  without: Experience
}
