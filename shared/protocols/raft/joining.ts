import type { Outbox } from '../contract.ts'
import type { Entry } from './log.ts'
import { bytesOf } from './messages.ts'
import type { AppendEntries, InstallSnapshot, Message } from './messages.ts'
import type { State } from './state.ts'

/**
 * What a replica gets that joins a group which has begun without it, until it is level with what the leader has committed:
 * values of a snapshot, and of the log after it. The same key comes once for each of its writes that the log still has.
 */

/** `values`: those of the message that were new. */
export function countStreamed(
  state: State,
  body: AppendEntries | InstallSnapshot,
  values: number,
  out: Outbox<Message>,
): void {
  if (!state.isJoining || values === 0) return
  out.note({ kind: 'streamed', count: values })
  out.note({ kind: 'streamed-bytes', count: bytesOf(body) })
}

/** Entries that change what a key holds. */
export function writesIn(entries: readonly Entry[], from: number): number {
  let writes = 0
  for (let at = from; at < entries.length; at++) {
    const { op } = entries[at]
    if (op !== null && op.f !== 'read' && op.f !== 'scan') writes++
  }
  return writes
}
