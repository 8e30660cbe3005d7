import { KEYS_END } from '../plan/ranges.ts'
import type { PlaceId } from '../plan/types.ts'
import type { Operation, Outcome } from '../protocols/contract.ts'
import { bareOutcome } from './outcomes.ts'
import type { AnyScan, ScanPart } from './scan.ts'
import type { Session } from './session.ts'

/**
 * A scan over ranges that may split and merge meanwhile: they are asked one after the other, from that of the first key on,
 * until enough keys are found. Each answer says where its range ended, so that none is skipped and none counted twice,
 * whatever map the client goes by.
 */
export class RangeScan implements AnyScan {
  readonly session: Session
  readonly #shardOf: (key: number) => number
  readonly #wanted: number
  #next: number
  open = 0
  attempts = 0
  from: PlaceId = -1
  #rows = 0
  #status: Outcome['status'] = 'ok'
  #error: Outcome['error'] = null

  constructor(session: Session, shardOf: (key: number) => number) {
    this.session = session
    this.#shardOf = shardOf
    this.#wanted = (session.op as Operation).count
    this.#next = session.key
  }

  next(): ScanPart | null {
    const isDone = this.#status !== 'ok' || this.#rows >= this.#wanted || this.#next >= KEYS_END
    if (isDone || this.open > 0) return null
    this.open++
    return { shard: this.#shardOf(this.#next), from: this.#next, count: this.#wanted - this.#rows }
  }

  partEnded({ status, error, value, endsAt }: Outcome, from: PlaceId, attempts: number): void {
    this.open--
    this.from = from
    this.attempts = Math.max(this.attempts, attempts)
    if (status !== 'ok') [this.#status, this.#error] = [status, error]
    else {
      this.#rows += value
      this.#next = endsAt ?? KEYS_END
    }
  }

  outcome(): Outcome {
    return bareOutcome(this.#status, this.#error, this.#status === 'ok' ? this.#rows : 0)
  }
}
