import type { Ns } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import type { ErrorCode, OpName, Operation, SessionRef, SessionToken } from '../protocols/contract.ts'
import type { AnyScan } from './scan.ts'

/** Tokens a session keeps at most, one per key; the oldest goes first. */
const TOKENS_MAX = 1024

/** One sequential stream of operations: at most one is under way. */
export class Session {
  /** Index within its client. */
  readonly slot: number
  /** Index over all clients. */
  readonly globalSlot: number
  /** Number in the history; a new one after every operation whose outcome stayed unknown. */
  process: number
  busy = false
  /** The key as workload and history number it; the operation's is its number within the shard. */
  key = 0
  op: Operation | null = null
  /** The scan of several shards of which this is the part that asks one of them; null for an operation of its own. */
  whole: AnyScan | null = null
  /** Its operation is a scan that asks several shards: the parts are asked, and answered, in its stead. */
  inParts = false
  /** What follows the read under way, where that is the first half of a read-modify-write or a compare-and-set. */
  afterRead: 'write' | 'cas' | null = null
  /** What the last read found. */
  found = 0
  row = -1
  shard = 0
  attempts = 0
  /** Attempts of this operation bear numbers from `firstAttempt` on; replies to earlier ones are late. */
  firstAttempt = 0
  currentAttempt = 0
  /** Earlier attempts of this operation that were given up. */
  readonly lateAttempts: number[] = []
  redirects = 0
  target: PlaceId = -1
  /** Why an attempt of this operation may have taken effect, if one may. */
  doubt: ErrorCode | null = null
  beganNs: Ns = 0
  #sequence = 0
  /** By shard: what orders one shard's operations says nothing of another's. */
  readonly #tokensByShard: SessionToken[] = []
  #tokensByKey: Map<number, SessionToken> | null = null

  constructor(slot: number, globalSlot: number) {
    this.slot = slot
    this.globalSlot = globalSlot
    this.process = globalSlot
  }

  begin(): void {
    this.#sequence++
  }

  ref(scope: 'none' | 'key' | 'session', key: number, shard: number): SessionRef {
    const token =
      scope === 'key'
        ? (this.#tokensByKey?.get(key) ?? null)
        : scope === 'session'
          ? (this.#tokensByShard[shard] ?? null)
          : null
    return { process: this.process, sequence: this.#sequence, token }
  }

  keep(scope: 'none' | 'key' | 'session', key: number, shard: number, token: SessionToken): void {
    if (token === null || token === undefined) return
    if (scope === 'session') this.#tokensByShard[shard] = token
    else if (scope === 'key') {
      const tokens = (this.#tokensByKey ??= new Map())
      tokens.delete(key)
      tokens.set(key, token)
      if (tokens.size > TOKENS_MAX) for (const oldest of tokens.keys()) return void tokens.delete(oldest)
    }
  }
}

export function operation(
  f: OpName,
  key: number,
  value: number,
  expected: number,
  count: number,
  bytes: number,
): Operation {
  return { f, key, value, expected, count, bytes }
}
