import type { PlaceId } from '../../plan/types.ts'
import type { Invariant } from '../contract.ts'
import { commonEnd, lastIndex, timelineAt } from './log.ts'
import type { Entry } from './log.ts'
import { hashOf } from './machine.ts'
import { pendingCount } from './state.ts'
import type { State } from './state.ts'

type States = ReadonlyMap<PlaceId, State>

/** Entries looked at behind the last that two logs share. Every entry passes through this window as logs grow. */
const WINDOW = 16
/** Digests are recomputed at every so many entries applied. */
const DIGEST_EVERY = 64

export const invariants: readonly Invariant<State>[] = [
  { name: 'one leader per epoch', check: oneLeaderPerEpoch },
  { name: 'logs of one timeline agree', check: timelinesAgree },
  { name: 'acknowledged writes survive', check: confirmedSurvives },
  { name: 'equal positions hold equal data', check: machinesAgree },
  { name: 'indexes are in order', check: indexesAreInOrder },
  { name: 'the digest is that of the store', check: digestsMatch },
  { name: 'what waits is bounded', check: queuesAreBounded },
]

function oneLeaderPerEpoch(states: States): string | null {
  const leaders = new Map<number, PlaceId>()
  for (const [place, { lead, epoch }] of states) {
    if (lead === null) continue
    const known = leaders.get(epoch)
    if (known !== undefined) return `places ${known} and ${place} lead in epoch ${epoch}`
    leaders.set(epoch, place)
  }
  return null
}

/** Where two logs have an entry of the same index and timeline, they agree on everything before it. */
function timelinesAgree(states: States): string | null {
  return forEachPair(states, (a, one, b, other) => {
    const first = Math.max(one.log.offset, other.log.offset) + 1
    let index = Math.min(lastIndex(one.log), lastIndex(other.log))
    while (index >= first && timelineAt(one.log, index) !== timelineAt(other.log, index)) index--
    for (const stop = Math.max(first, index - WINDOW); index >= stop; index--) {
      const mine = one.log.entries[index - one.log.offset - 1]
      const theirs = other.log.entries[index - other.log.offset - 1]
      if (!isSame(mine, theirs)) return `places ${a} and ${b} have different entries at ${index}`
    }
    return null
  })
}

function isSame(a: Entry, b: Entry): boolean {
  if (a === b) return true
  if (a.timeline !== b.timeline || a.process !== b.process || a.sequence !== b.sequence) return false
  if (a.op === null || b.op === null) return a.op === b.op
  return a.op.f === b.op.f && a.op.key === b.op.key && a.op.value === b.op.value
}

/**
 * Where no failover may lose anything, a leader that knows what is confirmed has all that anybody of no later epoch
 * knows to be confirmed.
 */
function confirmedSurvives(states: States): string | null {
  for (const [place, leader] of states) {
    if (leader.lead === null || !leader.behaviour.promotesSafely) continue
    for (const [other, { epoch, confirmedIndex, log }] of states) {
      if (epoch > leader.epoch || other === place) continue
      const timeline = timelineAt(log, confirmedIndex)
      if (timelineAt(leader.log, confirmedIndex) !== timeline)
        return `the leader ${place} lacks entry ${confirmedIndex}, confirmed at place ${other}`
    }
  }
  return null
}

function machinesAgree(states: States): string | null {
  return forEachPair(states, (a, one, b, other) => {
    const { applied } = one.machine
    if (applied !== other.machine.applied || one.machine.digest === other.machine.digest) return null
    const shared = commonEnd(one.log.history, applied, other.log.history, applied)
    return shared === applied
      ? `places ${a} and ${b} have applied the same ${applied} entries and differ`
      : null
  })
}

function indexesAreInOrder(states: States): string | null {
  for (const [place, state] of states) {
    const { log, base, machine, matched, confirmedIndex, durableIndex, writtenIndex, lead } = state
    const last = lastIndex(log)
    const isInOrder =
      base.applied === log.offset &&
      log.offset <= machine.applied &&
      machine.applied <= last &&
      matched <= last
    const isWritten = durableIndex <= writtenIndex && writtenIndex <= last && machine.applied <= writtenIndex
    if (!isInOrder || !isWritten || confirmedIndex > last) {
      return (
        `place ${place}: base ${base.applied}, offset ${log.offset}, applied ${machine.applied}, matched ${matched}, ` +
        `confirmed ${confirmedIndex}, durable ${durableIndex}, written ${writtenIndex}, last ${last}`
      )
    }
    if (lead !== null && confirmedIndex > durableIndex && confirmedIndex >= lead.ownIndex)
      return `leader ${place} confirmed ${confirmedIndex}, but has only ${durableIndex} on its disk`
  }
  return null
}

function digestsMatch(states: States): string | null {
  for (const [place, { machine }] of states) {
    if (machine.applied % DIGEST_EVERY !== 0) continue
    let digest = 0
    for (const cell of machine.cells.values()) digest ^= hashOf(cell)
    if (digest !== machine.digest)
      return `place ${place} has digest ${machine.digest}, but its cells make ${digest}`
  }
  return null
}

function queuesAreBounded(states: States): string | null {
  for (const [place, state] of states) {
    const { params, machine } = state
    // Requests held here come back once more when there is a leader.
    if (pendingCount(state) > 2 * params.pendingMax)
      return `place ${place} works on ${pendingCount(state)} requests`
    if (machine.sessions.size > params.sessionsMax)
      return `place ${place} keeps ${machine.sessions.size} sessions`
  }
  return null
}

function forEachPair(
  states: States,
  judge: (a: PlaceId, one: State, b: PlaceId, other: State) => string | null,
): string | null {
  for (const [a, one] of states) {
    for (const [b, other] of states) {
      if (b <= a || one.isWitness || other.isWitness) continue
      const sentence = judge(a, one, b, other)
      if (sentence !== null) return sentence
    }
  }
  return null
}
