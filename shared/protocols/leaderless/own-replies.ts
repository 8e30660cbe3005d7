import type { WriteId } from '../contract.ts'
import type { Message } from './messages.ts'
import type { State } from './state.ts'

/**
 * What a coordinator that is a member answers itself. An own answer waits for the disk like anyone else's, and is taken
 * up at the end of a step, when all others have been asked.
 */
export function answerOneself(state: State, body: Message, after: WriteId | undefined): void {
  state.ownReplies.push({ body, after: after ?? -1 })
}

/** The next own answer that waits for nothing any more; undefined where there is none. */
export function nextOwnReply(state: State): Message | undefined {
  const { ownReplies, durableUpTo } = state
  if (ownReplies.length === 0 || (ownReplies.peek() as { after: WriteId }).after > durableUpTo)
    return undefined
  return (ownReplies.shift() as { body: Message }).body
}
