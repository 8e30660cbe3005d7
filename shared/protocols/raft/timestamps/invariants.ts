import { isLater } from '../../../clocks/timestamp.ts'
import type { PlaceId } from '../../../plan/types.ts'
import type { Invariant } from '../../contract.ts'
import { entryAt, lastIndex } from '../log.ts'
import type { State } from '../state.ts'
import { closesTimestamps } from './closing.ts'

type States = ReadonlyMap<PlaceId, State>

/** Entries looked at, from the last backwards; each passes through this window as logs grow. */
const WINDOW = 32

export const timestampInvariants: readonly Invariant<State>[] = [
  { name: 'timestamps grow along the log', check: timestampsGrow },
  { name: 'nothing is written at safe times', check: safeTimesStaySafe },
]

/** Spanner §4.1.2: with commit wait a later entry has a later timestamp, whoever led. */
function timestampsGrow(states: States): string | null {
  for (const [place, { params, log }] of states) {
    if (params.timestamps !== 'commit-wait') continue
    for (let index = lastIndex(log); index > Math.max(log.offset + 1, lastIndex(log) - WINDOW); index--) {
      const [stamp, before] = [entryAt(log, index).stamp, entryAt(log, index - 1).stamp]
      if (stamp === null || before === null || isLater(stamp, before)) continue
      return `entries ${index - 1} and ${index} of place ${place} bear timestamps ${before.ns} and ${stamp.ns}`
    }
  }
  return null
}

/** What is committed and not applied here bears a timestamp later than this replica's safe time. */
function safeTimesStaySafe(states: States): string | null {
  for (const [place, state] of states) {
    if (!closesTimestamps(state)) continue
    const { stamping, machine } = state
    for (const [other, { log, commitIndex }] of states) {
      const first = Math.max(machine.applied, log.offset, commitIndex - WINDOW) + 1
      for (let index = first; index <= commitIndex; index++) {
        const { stamp } = entryAt(log, index)
        if (stamp === null || isLater(stamp, stamping.safe)) continue
        return `place ${place} reads at ${stamping.safe.ns} without entry ${index} of ${stamp.ns}, committed at place ${other}`
      }
    }
  }
  return null
}
