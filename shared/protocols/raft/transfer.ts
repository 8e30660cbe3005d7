import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { lastIndex } from './log.ts'
import type { Message } from './messages.ts'
import { configurationOf, NOBODY } from './state.ts'
import type { State } from './state.ts'
import { mayAbdicate } from './timestamps/closing.ts'

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

/**
 * Hands over once the chosen one has the whole log; gives up in time. Returns true where the leader had better step down
 * then: it has no lease for the rest of the term, and timestamps need one.
 */
export function continueTransfer(state: State, out: Outbox<Message>): boolean {
  const { lead, nowNs, params } = state
  if (lead === null || lead.transferTo === NOBODY) return false
  const progress = lead.progress.get(lead.transferTo)
  if (progress === undefined || nowNs >= lead.transferUntilNs) {
    lead.transferTo = NOBODY
    lead.isHandedOver = false
    return lead.isLeaseForfeited && params.timestamps !== 'none'
  }
  if (lead.isHandedOver || progress.matched < lastIndex(state.log) || !mayAbdicate(state)) return false
  lead.isHandedOver = true
  // From here on another may be elected at any time, whatever voters have promised.
  lead.isLeaseForfeited = true
  out.send(lead.transferTo, { kind: 'raft.timeoutNow', term: state.term })
  return false
}
