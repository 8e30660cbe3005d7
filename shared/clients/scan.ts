import type { KeySpace } from '../plan/key-space.ts'
import type { PlaceId } from '../plan/types.ts'
import type { ErrorCode, Operation, Outcome } from '../protocols/contract.ts'
import { bareOutcome } from './outcomes.ts'
import type { Session } from './session.ts'

/** What one shard is asked for: up to `count` of its keys, from its key number `from` on. */
export interface ScanPart {
  shard: number
  from: number
  count: number
}

/** A scan that is asked for in parts. */
export interface AnyScan {
  /** Whose operation it is. */
  readonly session: Session
  /** Parts that wait for an answer. */
  readonly open: number
  readonly attempts: number
  /** Who answered last. */
  readonly from: PlaceId
  /** What to ask now; null where an answer must come first, or nothing is left to ask. */
  next(): ScanPart | null
  partEnded(outcome: Outcome, from: PlaceId, attempts: number): void
  outcome(): Outcome
}

/**
 * A scan over several shards. Where shards are ranges they are asked one after the other, from that of the first key on,
 * until enough keys are found: mostly by the first. Where neighbours live anywhere every shard is asked at once for as many
 * keys as are wanted, and the nearest ones are kept (scatter-gather).
 */
export class Scan implements AnyScan {
  readonly session: Session
  readonly #keySpace: KeySpace
  readonly #key: number
  readonly #wanted: number
  #nextShard: number
  open = 0
  attempts = 0
  /** Who answered last. */
  from: PlaceId = -1
  #rows = 0
  #status: Outcome['status'] = 'ok'
  #error: ErrorCode | null = null

  constructor(session: Session, keySpace: KeySpace) {
    this.session = session
    this.#keySpace = keySpace
    this.#key = session.key
    this.#wanted = (session.op as Operation).count
    this.#nextShard = keySpace.isOrdered ? session.shard : 0
  }

  /** What to ask now; null where an answer must come first, or nothing is left to ask. */
  next(): ScanPart | null {
    const { isOrdered, shards } = this.#keySpace
    if (this.#status !== 'ok' || this.#rows >= this.#wanted || this.#nextShard >= shards) return null
    if (isOrdered && this.open > 0) return null
    const shard = this.#nextShard++
    this.open++
    const count = isOrdered ? this.#wanted - this.#rows : this.#wanted
    return { shard, from: this.#keySpace.countBelow(shard, this.#key), count }
  }

  partEnded({ status, error, value }: Outcome, from: PlaceId, attempts: number): void {
    this.open--
    this.from = from
    this.attempts = Math.max(this.attempts, attempts)
    if (status === 'ok') this.#rows += value
    else if (this.#status === 'ok') [this.#status, this.#error] = [status, error]
  }

  /** Keys found; a scan of which a part failed has failed. */
  outcome(): Outcome {
    const rows = this.#status === 'ok' ? Math.min(this.#rows, this.#wanted) : 0
    return bareOutcome(this.#status, this.#error, rows)
  }
}
