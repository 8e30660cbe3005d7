import type { PlaceId } from '../../plan/types.ts'
import type { Invariant, Probe } from '../contract.ts'
import type { Acceptor } from './acceptor.ts'
import { HINTS_MAX } from './hints.ts'
import { FAN_OUT, LEAVES } from './merkle.ts'
import { changesOf } from './view.ts'
import { pendingCount } from './state.ts'
import type { State } from './state.ts'
import { PENDING_MAX } from './step.ts'
import { limited } from './time-limits.ts'
import type { Cell, Sibling } from './versions.ts'
import { hashOf, isOlder, isSame } from './versions.ts'

/** Digests are recomputed at every so many cells adopted: often enough to catch a slip, seldom enough to be cheap. */
const DIGEST_EVERY = 64

/** What an inspector shows of a replica. */
export function probe(state: State): Probe {
  return {
    role: 'replica',
    term: null,
    leader: null,
    applied: state.store.applied,
    // A version that a newer one overtook on its way is never adopted, and a replica that restarts begins anew.
    appliedIsOwnCount: true,
    committed: null,
    digest: state.store.digest,
    backlog: state.hintCount,
    changes: changesOf(state.view),
  }
}

export const invariants: readonly Invariant<State>[] = [
  { name: 'a version has one value', check: versionsHaveOneValue },
  { name: 'the digest is that of the store', check: digestsMatch },
  { name: 'siblings are concurrent', check: siblingsAreConcurrent },
  { name: 'acceptors keep their promises', check: promisesAreKept },
  { name: 'a ballot has one proposal', check: ballotsHaveOneProposal },
  { name: 'what waits is bounded', check: queuesAreBounded },
]

/** Looks at the keys that changed last: a pair of cells that differ only in their values shows up as it comes about. */
function versionsHaveOneValue(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const state of states.values()) {
    const cell = state.store.cells.get(state.store.lastKey)
    if (cell === undefined) continue
    for (const [place, other] of states) {
      const theirs = other.store.cells.get(cell.key)
      if (theirs === undefined) continue
      const clash = clashOf(cell, theirs)
      if (clash !== null)
        return `key ${cell.key}, version ${clash} has two values, one of them at place ${place}`
    }
  }
  return null
}

function clashOf(a: Cell, b: Cell): string | null {
  const ours: readonly Sibling[] = a.siblings ?? [a]
  const theirs: readonly Sibling[] = b.siblings ?? [b]
  for (const x of ours) {
    for (const y of theirs) {
      if (x.at === y.at && x.by === y.by && x.value !== y.value) return `${x.at} by ${x.by}`
    }
  }
  return null
}

function digestsMatch(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { store }] of states) {
    if (store.applied % DIGEST_EVERY !== 0 || store.applied === 0) continue
    let digest = 0
    for (const cell of store.cells.values()) digest ^= hashOf(cell)
    if (digest !== store.digest)
      return `place ${place} has digest ${store.digest}, but its cells make ${digest}`
    if (store.tree === null) continue
    let leaves = 0
    let inner = 0
    for (let leaf = 0; leaf < LEAVES; leaf++) leaves ^= store.tree.leaves[leaf]
    for (let node = 0; node < FAN_OUT; node++) inner ^= store.tree.inner[node]
    if (leaves !== digest || inner !== digest)
      return `place ${place} has a hash tree that differs from its store`
  }
  return null
}

/** No surviving sibling may be known to the context by more than its own dot: one per session, none superseded. */
function siblingsAreConcurrent(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { store }] of states) {
    const cell = store.cells.get(store.lastKey)
    if (cell === undefined || cell.siblings === null) continue
    const { siblings } = cell
    for (let i = 1; i < siblings.length; i++) {
      if (siblings[i].by === siblings[i - 1].by) {
        return `key ${cell.key} at place ${place} keeps two siblings of session ${siblings[i].by}`
      }
    }
  }
  return null
}

/** The acceptors that changed last, which are the only ones that can have come to break a rule. */
function lastAcceptors(states: ReadonlyMap<PlaceId, State>): [PlaceId, Acceptor][] {
  const found: [PlaceId, Acceptor][] = []
  for (const [place, { acceptors, lastAcceptor }] of states) {
    const acceptor = acceptors.get(lastAcceptor)
    if (acceptor !== undefined) found.push([place, acceptor])
  }
  return found
}

function promisesAreKept(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { key, promised, accepted, committed }] of lastAcceptors(states)) {
    if (accepted === null) continue
    const { at, by } = accepted.ballot
    if (isOlder(promised, accepted.ballot))
      return `place ${place} accepted ballot ${at} by ${by} of key ${key} without the promise that goes with it`
    if (!isOlder(committed, accepted.ballot))
      return `place ${place} holds a proposal of key ${key} that it knows to be committed`
  }
  return null
}

/** One ballot, one value: two would mean that a stamp was given out twice. */
function ballotsHaveOneProposal(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, { key, accepted }] of lastAcceptors(states)) {
    if (accepted === null) continue
    const { at, by } = accepted.ballot
    for (const [otherPlace, { acceptors }] of states) {
      const theirs = acceptors.get(key)?.accepted ?? null
      if (theirs === null || !isSame(theirs.ballot, accepted.ballot)) continue
      if (!isSame(theirs.cell, accepted.cell))
        return `ballot ${at} by ${by} of key ${key} has one proposal at place ${place} and another at ${otherPlace}`
    }
  }
  return null
}

function queuesAreBounded(states: ReadonlyMap<PlaceId, State>): string | null {
  for (const [place, state] of states) {
    const pending = pendingCount(state)
    if (pending > PENDING_MAX) return `place ${place} works on ${pending} operations`
    if (pending > limited(state.deadlines)) return `place ${place} has operations without a deadline`
    if (state.hintCount > HINTS_MAX) return `place ${place} keeps ${state.hintCount} hints`
  }
  return null
}
