import type { PlaceId } from '../../plan/types.ts'
import type { Invariant } from '../contract.ts'
import { lastIndex, termAt } from './log.ts'
import type { Entry } from './log.ts'
import { hashOf } from './machine.ts'
import { isJoint } from './quorum.ts'
import { hasOwnTermCommit, NOBODY, pendingCount } from './state.ts'
import type { State } from './state.ts'
import { timestampInvariants } from './timestamps/invariants.ts'

type States = ReadonlyMap<PlaceId, State>

/** Entries looked at behind the last that two logs share. Every entry passes through this window as logs grow. */
const WINDOW = 32
/** Digests are recomputed at every so many entries applied. */
const DIGEST_EVERY = 64

/**
 * The properties of figure 3 of the paper, each where a step could just have broken it: the ends of logs, the last
 * committed entries, present terms. What one replica alone can break (leader append-only, commit index never falling)
 * is asserted where it would happen.
 */
export const invariants: readonly Invariant<State>[] = [
  { name: 'election safety', check: electionSafety },
  { name: 'votes are cast once', check: votesAreCastOnce },
  { name: 'log matching', check: logsMatch },
  { name: 'leader completeness', check: leadersAreComplete },
  { name: 'state machine safety', check: machinesAgree },
  { name: 'one configuration change at a time', check: oneChangeAtATime },
  { name: 'indexes are in order', check: indexesAreInOrder },
  { name: 'the digest is that of the store', check: digestsMatch },
  { name: 'what waits is bounded', check: queuesAreBounded },
  ...timestampInvariants,
]

/** At most one leader per term (§5.2): whoever knows one in a term knows the same. */
function electionSafety(states: States): string | null {
  const leaders = new Map<number, PlaceId>()
  for (const [place, { term, leader }] of states) {
    if (leader === NOBODY) continue
    const known = leaders.get(term)
    if (known !== undefined && known !== leader) {
      return `term ${term} has the leaders ${known} and ${leader}, the latter according to place ${place}`
    }
    leaders.set(term, leader)
  }
  return null
}

/** A voter counted by two candidates of one term would have voted twice, be it before and after a crash. */
function votesAreCastOnce(states: States): string | null {
  for (const [a, one] of states) {
    if (one.role !== 'candidate' && one.role !== 'leader') continue
    for (const [b, other] of states) {
      if (b <= a || other.term !== one.term || (other.role !== 'candidate' && other.role !== 'leader'))
        continue
      for (const voter of one.votes) {
        if (other.votes.has(voter)) return `place ${voter} voted for ${a} and ${b} in term ${one.term}`
      }
    }
  }
  return null
}

/** §5.3: where two logs have an entry of the same index and term, they agree on everything before it. */
function logsMatch(states: States): string | null {
  for (const [a, one] of states) {
    for (const [b, other] of states) {
      if (b <= a) continue
      const sentence = mismatch(a, one, b, other)
      if (sentence !== null) return sentence
    }
  }
  return null
}

function mismatch(a: PlaceId, one: State, b: PlaceId, other: State): string | null {
  const first = Math.max(one.log.offset, other.log.offset) + 1
  let index = Math.min(lastIndex(one.log), lastIndex(other.log))
  while (index >= first && termAt(one.log, index) !== termAt(other.log, index)) index--
  for (const stop = Math.max(first, index - WINDOW); index >= stop; index--) {
    const mine = one.log.entries[index - one.log.offset - 1]
    const theirs = other.log.entries[index - other.log.offset - 1]
    if (!isSame(mine, theirs)) return `places ${a} and ${b} have different entries at ${index}`
  }
  return null
}

function isSame(a: Entry, b: Entry): boolean {
  if (a === b) return true
  if (a.term !== b.term || a.process !== b.process || a.sequence !== b.sequence) return false
  if (a.op === null || b.op === null)
    return a.op === b.op && (a.configuration === null) === (b.configuration === null)
  return a.op.f === b.op.f && a.op.key === b.op.key && a.op.value === b.op.value
}

/** §5.4.3: a leader has every entry that anyone of no later term knows to be committed. */
function leadersAreComplete(states: States): string | null {
  for (const [place, leader] of states) {
    if (leader.role !== 'leader') continue
    for (const [other, { term, commitIndex, log }] of states) {
      if (term > leader.term || commitIndex <= leader.log.offset) continue
      const committedTerm = termAt(log, commitIndex)
      if (committedTerm >= 0 && termAt(leader.log, commitIndex) !== committedTerm) {
        return `the leader ${place} of term ${leader.term} lacks entry ${commitIndex}, committed at place ${other}`
      }
    }
  }
  return null
}

/** §5.4.3: nobody applies another entry at an index; equal numbers of entries make equal stores. */
function machinesAgree(states: States): string | null {
  for (const [a, one] of states) {
    for (const [b, other] of states) {
      if (b <= a) continue
      const index = Math.min(one.commitIndex, other.commitIndex)
      const [mine, theirs] = [termAt(one.log, index), termAt(other.log, index)]
      if (mine >= 0 && theirs >= 0 && mine !== theirs) {
        return `places ${a} and ${b} have committed different entries at ${index}`
      }
      if (one.machine.applied === other.machine.applied && one.machine.digest !== other.machine.digest) {
        return `places ${a} and ${b} have applied ${one.machine.applied} entries and differ`
      }
    }
  }
  return null
}

/** §6: a leader's log holds at most one configuration that is not committed. */
function oneChangeAtATime(states: States): string | null {
  for (const [place, state] of states) {
    // Before that it may not know what former leaders have committed.
    if (!hasOwnTermCommit(state)) continue
    const { configurations, commitIndex } = state
    const open = configurations.filter(({ index }) => index > commitIndex).length
    // A joint configuration that was just committed and the one that follows it are one change.
    if (open > 1) return `the log of leader ${place} holds ${open} configurations that are not committed`
    const last = configurations[configurations.length - 1]
    const before = configurations[configurations.length - 2]
    if (before !== undefined && isJoint(before.configuration) && isJoint(last.configuration)) {
      return `leader ${place} entered a joint configuration from another`
    }
  }
  return null
}

function indexesAreInOrder(states: States): string | null {
  for (const [place, { log, snapshot, commitIndex, machine, durableIndex, writtenIndex }] of states) {
    const last = lastIndex(log)
    const covered = snapshot === null ? 0 : snapshot.index
    const isInOrder =
      log.offset <= covered &&
      covered <= machine.applied &&
      machine.applied <= commitIndex &&
      commitIndex <= last
    if (!isInOrder) {
      return `place ${place}: offset ${log.offset}, snapshot ${covered}, applied ${machine.applied}, commit ${commitIndex}, last ${last}`
    }
    if (durableIndex > writtenIndex || writtenIndex > last) {
      return `place ${place}: durable ${durableIndex}, written ${writtenIndex}, last ${last}`
    }
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
    const { params, log, machine, commitIndex } = state
    // A leader's requests, and those that came back to it from its own reads.
    if (pendingCount(state) > 2 * params.pendingMax)
      return `place ${place} works on ${pendingCount(state)} requests`
    const kept =
      params.snapshotEvery + params.catchUpEntries + (lastIndex(log) - commitIndex) + params.batchEntriesMax
    if (log.entries.length > kept + params.pendingMax)
      return `the log of place ${place} has ${log.entries.length} entries`
    if (machine.sessions.size > params.sessionsMax)
      return `place ${place} keeps ${machine.sessions.size} sessions`
  }
  return null
}
