import type { PlaceId } from '../plan/types.ts'
import type { MessageBody, Routine } from '../protocols/contract.ts'
import { BATCH, HEADER_BYTES } from '../runtime/world.ts'
import type { Batch } from '../runtime/world.ts'
import type { Ns } from '../base/time.ts'

/** Bytes that name the shard of a message within a batch; its addresses it shares with the others. */
const PART_BYTES = 8

/**
 * What a process with many shards does about their heartbeats: all its shards keep step, and what they send to one place
 * at one instant travels as one message. A hundred Raft groups between the same machines then cost the network no more
 * messages than one, while none of their messages waits. (CockroachDB calls it coalesced heartbeats; its stores, as
 * TiKV's, tick all their groups together.)
 */
export class Coalescer {
  readonly #kinds: ReadonlySet<string>
  readonly #timers: ReadonlySet<string>
  /** 0 … 1: where in an interval this process ticks, so that not all processes do at once. */
  readonly #phase: number
  readonly #batches = new Map<PlaceId, { parts: [number, MessageBody][]; bytes: number }>()

  constructor({ kinds, timers }: Routine, phase: number) {
    this.#kinds = new Set(kinds)
    this.#timers = new Set(timers)
    this.#phase = phase
  }

  takes(body: MessageBody): boolean {
    return this.#kinds.has(body.kind)
  }

  /** True where it is the first that waits, so that somebody must see to `flush`. */
  add(to: PlaceId, shard: number, body: MessageBody, bytes: number): boolean {
    const isFirst = this.#batches.size === 0
    let batch = this.#batches.get(to)
    if (batch === undefined) this.#batches.set(to, (batch = { parts: [], bytes: HEADER_BYTES }))
    batch.parts.push([shard, body])
    batch.bytes += PART_BYTES + Math.max(0, bytes - HEADER_BYTES)
    return isFirst
  }

  flush(send: (to: PlaceId, batch: Batch, bytes: number) => void): void {
    for (const [to, { parts, bytes }] of this.#batches) send(to, { kind: BATCH, parts }, bytes)
    this.#batches.clear()
  }

  /** When a timer set for `atNs` fires: with all others of its kind, after no longer a wait than it was set for. */
  inStep(timer: string, nowNs: Ns, atNs: Ns): Ns {
    const everyNs = atNs - nowNs
    if (everyNs <= 1 || !this.#timers.has(timer)) return atNs
    const phaseNs = Math.floor(this.#phase * everyNs)
    const tickNs = Math.floor((atNs - phaseNs) / everyNs) * everyNs + phaseNs
    return tickNs > nowNs ? tickNs : atNs
  }

  /** The process crashed: what it had not sent is gone. */
  clear(): void {
    this.#batches.clear()
  }
}
