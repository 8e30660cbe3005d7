import type { LocalInstant, Outbox } from '../contract.ts'
import { restartRegisters } from './abd.ts'
import { armAntiEntropy } from './anti-entropy.ts'
import { restartReads } from './coordinator-read.ts'
import { restartScans } from './coordinator-scan.ts'
import { restartWrites } from './coordinator-write.ts'
import { persist } from './durable.ts'
import { rehomeHints } from './hints.ts'
import { intakeFrom } from './intake-progress.ts'
import type { Message } from './messages.ts'
import { ringOf } from './ring.ts'
import type { State } from './state.ts'
import { emptyStore } from './store.ts'
import { changesOf, isNewcomer, without } from './view.ts'
import type { View } from './view.ts'

/** Goes by a newer view from now on; what is under way begins anew under it. */
export function adoptView(state: State, view: View, at: LocalInstant, out: Outbox<Message>): void {
  const { ring: former, view: formerView, config, params, role } = state
  if (view.epoch <= formerView.epoch) return
  state.view = view
  state.ring = ringOf(config, view)
  if (role === 'replica') {
    const { self, ownPosition } = state.ring
    const comes =
      isNewcomer(view, self) && (formerView.next === null || changesOf(view) > changesOf(formerView))
    const goes = ownPosition < 0 && former.ownPosition >= 0
    persist(state, { type: 'view', view, isEmptied: comes || goes }, out)
    if (comes || goes) state.store = emptyStore(comes ? config.preloaded : 0, comes && params.antiEntropy)
    if (comes) state.intake = intakeFrom(view, self, null)
    else if (!isNewcomer(view, self)) state.intake = null
    if (comes && params.antiEntropy) armAntiEntropy(state, out)
    state.lastPeer = ownPosition
    if (view.next === null) rehomeAll(state, formerView, at, out)
  }
  restartWrites(state, former, at, out)
  restartReads(state, at, out)
  restartScans(state, at, out)
  restartRegisters(state, at, out)
}

/** Hints for those who are no members any more are for those who have taken their places. */
function rehomeAll(state: State, formerView: View, at: LocalInstant, out: Outbox<Message>): void {
  const { members } = state.view
  const newcomers = without(members, formerView.members)
  for (const [index, leaver] of without(formerView.members, members).entries()) {
    if (newcomers[index] !== undefined) rehomeHints(state, leaver, newcomers[index], at, out)
  }
}
