import type { PlaceId } from '../../plan/types.ts'
import type { Invariant } from '../contract.ts'
import { lastIndex, lastZxid, zxidAt } from './log.ts'
import type { Txn } from './log.ts'
import { isServing, pendingCount } from './state.ts'
import type { State } from './state.ts'
import { hashOf } from './store.ts'
import { counterOf, epochOf, textOf } from './zxid.ts'

type States = ReadonlyMap<PlaceId, State>

/** Transactions looked at behind the last that two logs share. Every one passes through this window as logs grow. */
const WINDOW = 16
/** Digests are recomputed at every so many transactions applied. */
const DIGEST_EVERY = 64

/**
 * The properties of the papers (Junqueira et al., §3; Medeiros, §3), each where a step could just have broken it. That
 * changes are applied in the order in which their leader made them, each to the version that it was made for, is
 * asserted where they are applied.
 */
export const invariants: readonly Invariant<State>[] = [
  { name: 'one established leader per epoch', check: oneLeaderPerEpoch },
  { name: 'local primary order', check: localPrimaryOrder },
  { name: 'prefix', check: historiesAgree },
  { name: 'total order and agreement', check: deliveriesAgree },
  { name: 'committed transactions stay', check: leadersAreComplete },
  { name: 'what is acknowledged is logged', check: acknowledgedIsLogged },
  { name: 'indexes are in order', check: indexesAreInOrder },
  { name: 'the digest is that of the store', check: digestsMatch },
  { name: 'what waits is bounded', check: queuesAreBounded },
]

/** Whoever serves in an epoch has the same leader as all others that do. */
function oneLeaderPerEpoch(states: States): string | null {
  const leaders = new Map<number, PlaceId>()
  for (const [place, state] of states) {
    if (!isServing(state)) continue
    const { lead, following, currentEpoch } = state
    const epoch = lead?.epoch ?? currentEpoch
    const leader = following?.leader ?? place
    const known = leaders.get(epoch)
    if (known !== undefined && known !== leader)
      return `places ${known} and ${leader} both lead in epoch ${epoch}`
    leaders.set(epoch, leader)
  }
  return null
}

/** A leader's proposals are logged in the order in which it made them, and none is left out. */
function localPrimaryOrder(states: States): string | null {
  for (const [place, { log }] of states) {
    const last = lastIndex(log)
    for (let index = Math.max(log.offset + 1, last - WINDOW); index <= last; index++) {
      const zxid = zxidAt(log, index)
      const before = zxidAt(log, index - 1)
      const follows =
        epochOf(zxid) === epochOf(before) ? zxid === before + 1 : zxid > before && counterOf(zxid) === 1
      if (!follows) return `place ${place} has logged ${textOf(zxid)} after ${textOf(before)}`
    }
  }
  return null
}

/** Logs that share a transaction share everything before it. */
function historiesAgree(states: States): string | null {
  for (const [a, one] of states) {
    for (const [b, other] of states) {
      if (b <= a) continue
      const first = Math.max(one.log.offset, other.log.offset) + 1
      let index = Math.min(lastIndex(one.log), lastIndex(other.log))
      while (index >= first && zxidAt(one.log, index) !== zxidAt(other.log, index)) index--
      for (const stop = Math.max(first, index - WINDOW); index >= stop; index--) {
        const mine = one.log.entries[index - one.log.offset - 1]
        const theirs = other.log.entries[index - other.log.offset - 1]
        if (!isSame(mine, theirs)) return `places ${a} and ${b} have different transactions number ${index}`
      }
    }
  }
  return null
}

function isSame(a: Txn, b: Txn): boolean {
  return (
    a === b ||
    (a.zxid === b.zxid &&
      a.key === b.key &&
      a.value === b.value &&
      a.type === b.type &&
      a.process === b.process)
  )
}

/** What two servers have delivered is the same, as far as both have. */
function deliveriesAgree(states: States): string | null {
  for (const [a, one] of states) {
    for (const [b, other] of states) {
      if (b <= a) continue
      const index = Math.min(one.committed, other.committed)
      const [mine, theirs] = [zxidAt(one.log, index), zxidAt(other.log, index)]
      if (mine >= 0 && theirs >= 0 && mine !== theirs) {
        return `places ${a} and ${b} have delivered ${textOf(mine)} and ${textOf(theirs)} as number ${index}`
      }
      if (one.store.applied === other.store.applied && one.store.digest !== other.store.digest) {
        return `places ${a} and ${b} have applied ${one.store.applied} transactions and differ`
      }
    }
  }
  return null
}

/** An established leader has everything that anyone of no later epoch knows to be committed. */
function leadersAreComplete(states: States): string | null {
  for (const [place, { lead, log }] of states) {
    if (lead === null || lead.phase !== 'broadcast') continue
    for (const [other, { currentEpoch, committed, log: theirs }] of states) {
      if (currentEpoch > lead.epoch || committed <= log.offset) continue
      const zxid = zxidAt(theirs, committed)
      if (zxid >= 0 && zxidAt(log, committed) !== zxid) {
        return `the leader ${place} of epoch ${lead.epoch} lacks ${textOf(zxid)}, committed at place ${other}`
      }
    }
  }
  return null
}

function acknowledgedIsLogged(states: States): string | null {
  for (const [place, { loggedWriteId, durableUpTo, loggedZxid }] of states) {
    if (loggedWriteId > durableUpTo)
      return `place ${place} acknowledged ${textOf(loggedZxid)} before its disk had it`
  }
  return null
}

function indexesAreInOrder(states: States): string | null {
  for (const [place, { log, snapshot, store, committed, acceptedEpoch, currentEpoch }] of states) {
    const covered = snapshot?.index ?? 0
    const last = lastIndex(log)
    if (!(
      log.offset <= covered &&
      covered <= store.applied &&
      store.applied <= committed &&
      committed <= last
    )) {
      return `place ${place}: offset ${log.offset}, snapshot ${covered}, applied ${store.applied}, committed ${committed}, last ${last}`
    }
    if (currentEpoch > acceptedEpoch || epochOf(lastZxid(log)) > acceptedEpoch) {
      return `place ${place} is in epoch ${currentEpoch}, its log in ${epochOf(lastZxid(log))}, accepted ${acceptedEpoch}`
    }
  }
  return null
}

function digestsMatch(states: States): string | null {
  for (const [place, { store }] of states) {
    if (store.applied % DIGEST_EVERY !== 0) continue
    let digest = 0
    for (const cell of store.cells.values()) digest ^= hashOf(cell)
    if (digest !== store.digest)
      return `place ${place} has digest ${store.digest}, but its cells make ${digest}`
  }
  return null
}

function queuesAreBounded(states: States): string | null {
  for (const [place, state] of states) {
    const { params, log, committed, store } = state
    if (pendingCount(state) > params.outstandingMax)
      return `place ${place} works on ${pendingCount(state)} requests`
    const open = lastIndex(log) - committed
    if (state.lead?.phase === 'broadcast' && open > params.outstandingMax)
      return `leader ${place} has ${open} proposals`
    if (committed - log.offset > params.snapshotEvery + params.diffTxns + params.outstandingMax)
      return `the log of place ${place} has ${committed - log.offset} committed transactions`
    if (store.sessions.size > params.sessionsMax)
      return `place ${place} keeps ${store.sessions.size} sessions`
  }
  return null
}
