import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { lastWrite } from './durable.ts'
import type { Message } from './messages.ts'
import type { State } from './state.ts'

/**
 * How instances come to go by one view. Every request bears its view's epoch; a member under a newer one declines it with that
 * view, one under an older one asks for it first. So once enough members go by a view, nothing can be done under an older one.
 */

/** Requests that wait for a newer view; more are lost, as on a full queue. */
const AHEAD_MAX = 10_000

const STALE_MAP = { kind: 'stale-map' } as const

/** Whether a request may be served: it was made under the view that this instance goes by. */
export function isCurrent(
  state: State,
  from: PlaceId,
  body: Extract<Message, { readonly epoch: number }>,
  out: Outbox<Message>,
): boolean {
  const { epoch } = state.ring
  if (body.epoch === epoch) return true
  if (state.params.rules.mustDecline(body.epoch, epoch)) {
    out.note(STALE_MAP)
    tellView(state, from, false, out)
    return false
  }
  if (body.epoch < epoch) return true
  if (state.ahead.length < AHEAD_MAX) state.ahead.push({ from, body })
  out.send(from, { kind: 'leaderless.viewRequest', epoch })
  return false
}

/** Once it is durable, so that whoever has heard of a replica's view can count on it. */
export function tellView(state: State, to: PlaceId, wantsAck: boolean, out: Outbox<Message>): void {
  out.send(to, { kind: 'leaderless.view', view: state.view, wantsAck }, lastWrite(state))
}
