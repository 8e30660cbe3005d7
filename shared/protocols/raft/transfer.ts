import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { lastIndex } from './log.ts'
import type { Message } from './messages.ts'
import { configurationOf, NOBODY } from './state.ts'
import type { State } from './state.ts'

/**
 * Leadership transfer (dissertation §3.10): the leader takes no new requests, brings the chosen voter up to date and
 * tells it to campaign at once. If that has not deposed it within an election timeout, it goes on as before.
 */

/** Begins a transfer; false where there is nothing to do or nobody to do it. */
export function startTransfer(state: State, to: PlaceId, out: Outbox<Message>): boolean {
  const { lead, self } = state
  if (lead === null || lead.transferTo !== NOBODY || to === self) return false
  if (!configurationOf(state).voters.includes(to)) return false
  lead.transferTo = to
  lead.transferUntilNs = state.nowNs + state.params.electionTimeoutNs
  out.note({ kind: 'transfer' })
  continueTransfer(state, out)
  return true
}

/** Hands over once the chosen one has the whole log; gives up in time. */
export function continueTransfer(state: State, out: Outbox<Message>): void {
  const { lead, nowNs } = state
  if (lead === null || lead.transferTo === NOBODY) return
  const progress = lead.progress.get(lead.transferTo)
  if (progress === undefined || nowNs >= lead.transferUntilNs) {
    lead.transferTo = NOBODY
    lead.isHandedOver = false
    return
  }
  if (lead.isHandedOver || progress.matched < lastIndex(state.log)) return
  lead.isHandedOver = true
  // From here on another may be elected at any time, whatever voters have promised.
  lead.isLeaseForfeited = true
  out.send(lead.transferTo, { kind: 'raft.timeoutNow', term: state.term })
}
