import { Deque } from '../../base/deque.ts'
import type { WriteId } from '../contract.ts'
import type { Message } from './messages.ts'
import type { State } from './state.ts'

/**
 * What a coordinator that is a member answers itself. An own answer waits for the disk like anyone else's, and is taken
 * up at the end of a step, when all others have been asked.
 */
export function answerOneself(state: State, body: Message, after: WriteId | undefined): void {
  const queue = (state.ownReplies ??= new Deque())
  queue.push({ body, after: after ?? -1 })
}

/** The next own answer that waits for nothing any more; undefined where there is none. */
export function nextOwnReply(state: State): Message | undefined {
  const { ownReplies, durableUpTo } = state
  const first = ownReplies?.peek()
  if (first === undefined || first.after > durableUpTo) return undefined
  ownReplies?.shift()
  return first.body
}
