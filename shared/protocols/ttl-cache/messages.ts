import type { Ns } from '../../base/time.ts'
import type { MessageBody, OpId, Operation, Outcome, SessionToken } from '../contract.ts'

/** `Copy.version` of a key that never existed. */
export const NEVER = -1

/** What a key holds at one version. Value 0: nothing. */
export interface Copy {
  readonly version: number
  readonly value: number
  readonly bytes: number
}

/** A cache asks upstream for a key. */
export interface Ask extends MessageBody {
  readonly kind: 'ttl-cache.fetch'
  readonly id: number
  readonly attempt: number
  readonly key: number
  /** The version that it holds, so that the answer may say "not modified" (RFC 9110 §13, If-None-Match); null: none. */
  readonly have: number | null
  /** The answer must be right at this position of the origin, or later. */
  readonly needed: number
}

/** What a copy is, how old it is, and up to which position of the origin nothing newer existed. */
export interface Fill extends MessageBody {
  readonly kind: 'ttl-cache.fill'
  readonly id: number
  readonly attempt: number
  readonly key: number
  /** null: not modified. */
  readonly copy: Copy | null
  readonly asOf: number
  /** Its age when the question arrived. */
  readonly ageNs: Ns
  /** The upstream could not reach the origin itself, and says what it has. */
  readonly isStale: boolean
}

/** A request that the origin alone answers. */
export interface Forward extends MessageBody {
  readonly kind: 'ttl-cache.forward'
  readonly opId: OpId
  readonly op: Operation
  readonly process: number
  readonly sequence: number
  readonly token: SessionToken
}

export interface ForwardReply extends MessageBody {
  readonly kind: 'ttl-cache.forwardReply'
  readonly opId: OpId
  readonly outcome: Outcome
}

/** Copies of the key from before this version are expired. */
export interface Purge extends MessageBody {
  readonly kind: 'ttl-cache.purge'
  readonly key: number
  readonly version: number
}

/** A cache that starts asks which keys are as they were when the run began. */
export interface AskWarm extends MessageBody {
  readonly kind: 'ttl-cache.warm'
  readonly id: number
}

/** All but these. */
export interface Warm extends MessageBody {
  readonly kind: 'ttl-cache.warmReply'
  readonly id: number
  readonly changed: readonly number[]
  readonly asOf: number
}

export type Message = Ask | Fill | Forward | ForwardReply | Purge | AskWarm | Warm

export const KINDS: readonly { kind: Message['kind']; label: string }[] = [
  { kind: 'ttl-cache.fetch', label: 'Fetch' },
  { kind: 'ttl-cache.fill', label: 'Fill' },
  { kind: 'ttl-cache.forward', label: 'Forwarded request' },
  { kind: 'ttl-cache.forwardReply', label: 'Answer to a forwarded request' },
  { kind: 'ttl-cache.purge', label: 'Purge' },
  { kind: 'ttl-cache.warm', label: 'Request to be warmed' },
  { kind: 'ttl-cache.warmReply', label: 'What to start with' },
]

/** Addresses, kind, key and numbers: what every message has. */
const HEADER_BYTES = 48
const TOKEN_BYTES = 16
const KEY_BYTES = 8

export function bytesOf(body: Message): number {
  switch (body.kind) {
    case 'ttl-cache.fill':
      return HEADER_BYTES + (body.copy === null || body.copy.value === 0 ? 0 : body.copy.bytes)
    case 'ttl-cache.forward':
      return HEADER_BYTES + TOKEN_BYTES + (body.op.f === 'write' || body.op.f === 'cas' ? body.op.bytes : 0)
    case 'ttl-cache.forwardReply':
      return HEADER_BYTES + TOKEN_BYTES
    case 'ttl-cache.warmReply':
      return HEADER_BYTES + KEY_BYTES * body.changed.length
    case 'ttl-cache.warm':
    case 'ttl-cache.fetch':
    case 'ttl-cache.purge':
      return HEADER_BYTES
  }
}
