import type { PlaceId } from '../../plan/types.ts'
import type { Invariant } from '../contract.ts'
import { isNode, pendingCount } from './state.ts'
import type { State } from './state.ts'
import { hashOf } from './store.ts'
import type { Update } from './store.ts'

type States = ReadonlyMap<PlaceId, State>

/** Updates looked at behind the last that two histories share. Every update passes through this window. */
const WINDOW = 32
/** Digests are recomputed at every so many updates. */
const DIGEST_EVERY = 64

export const invariants: readonly Invariant<State>[] = [
  { name: 'one chain per epoch', check: oneChainPerEpoch },
  { name: 'update propagation', check: updatesPropagate },
  { name: 'in-process requests', check: committedIsEverywhere },
  { name: 'committed updates last', check: committedLasts },
  { name: 'no dirty read', check: servedIsCommitted },
  { name: 'stores agree', check: storesAgree },
  { name: 'numbers are in order', check: numbersAreInOrder },
  { name: 'dirty versions are those of the history', check: dirtyVersionsMatch },
  { name: 'the digest is that of the store', check: digestsMatch },
  { name: 'what waits is bounded', check: queuesAreBounded },
]

function oneChainPerEpoch(states: States): string | null {
  const chains = new Map<number, State['configuration']>()
  for (const [place, { configuration }] of states) {
    const { epoch, nodes, joining } = configuration
    const known = chains.get(epoch)
    if (known === undefined) chains.set(epoch, configuration)
    else if (known.joining !== joining || known.nodes.join() !== nodes.join()) {
      return `epoch ${epoch} has the chains ${known.nodes.join()} and ${nodes.join()}, the latter at place ${place}`
    }
  }
  return null
}

/** Nodes of the same epoch that are up, from the head to the tail. */
function chains(states: States): State[][] {
  const epochs = new Set([...states.values()].map(({ configuration }) => configuration.epoch))
  return [...epochs].map((epoch) => {
    const alike = [...states.values()].filter((state) => state.configuration.epoch === epoch && isNode(state))
    const order = alike.length === 0 ? [] : alike[0].configuration.nodes
    return alike.sort((a, b) => order.indexOf(a.self) - order.indexOf(b.self))
  })
}

/** Van Renesse & Schneider §3.1: for i before j in the chain, the history of j is a prefix of that of i. */
function updatesPropagate(states: States): string | null {
  for (const chain of chains(states)) {
    for (let i = 0; i + 1 < chain.length; i++) {
      const [before, after] = [chain[i], chain[i + 1]]
      if (after.history.last > before.durableSeq) {
        return `place ${after.self} has update ${after.history.last}, ${before.self} before it only ${before.durableSeq}`
      }
      const sentence = difference(before, after, after.history.last)
      if (sentence !== null) return sentence
    }
  }
  return null
}

function difference(a: State, b: State, upTo: number): string | null {
  const last = Math.min(upTo, a.history.last, b.history.last)
  const first = Math.max(a.history.base + 1, b.history.base + 1, last - WINDOW)
  for (let seq = last; seq >= first; seq--) {
    const mine = a.history.updates.at(seq - a.history.base - 1)
    const theirs = b.history.updates.at(seq - b.history.base - 1)
    if (!isSame(mine, theirs)) return `places ${a.self} and ${b.self} have different updates ${seq}`
  }
  return null
}

function isSame(a: Update, b: Update): boolean {
  return a === b || (a.epoch === b.epoch && a.opId === b.opId && a.key === b.key && a.value === b.value)
}

/** §3.1: what a node takes for done, every node after it has: only what is still under way has to be sent. */
function committedIsEverywhere(states: States): string | null {
  for (const chain of chains(states)) {
    for (let i = 0; i + 1 < chain.length; i++) {
      const [before, after] = [chain[i], chain[i + 1]]
      if (!after.isSynced || before.store.committed <= after.history.last) continue
      return `place ${before.self} has committed ${before.store.committed}, ${after.self} after it has ${after.history.last}`
    }
  }
  return null
}

/** Whatever anybody knows to be committed, all nodes of the latest chain have, newcomers aside. */
function committedLasts(states: States): string | null {
  let latest = 0
  for (const { configuration } of states.values()) latest = Math.max(latest, configuration.epoch)
  for (const node of states.values()) {
    if (node.configuration.epoch !== latest || !isNode(node) || !node.isSynced) continue
    for (const [place, other] of states) {
      const { committed } = other.store
      if (node.history.last < committed) {
        return `place ${place} has committed ${committed}, and node ${node.self} of epoch ${latest} has ${node.history.last}`
      }
      const sentence = difference(node, other, committed)
      if (sentence !== null) return sentence
    }
  }
  return null
}

/** CRAQ §2.3: a read that must be current returns what every node has. */
function servedIsCommitted(states: States): string | null {
  for (const [place, { served }] of states) {
    if (served === null) continue
    for (const [other, state] of states) {
      if (state.configuration.epoch !== served.epoch || !isNode(state) || !state.isSynced) continue
      if (state.durableSeq < served.seq) {
        return `place ${place} answered with update ${served.seq}, which ${other} does not have`
      }
    }
  }
  return null
}

function storesAgree(states: States): string | null {
  const digests = new Map<number, number>()
  for (const [place, { store }] of states) {
    const known = digests.get(store.committed)
    if (known !== undefined && known !== store.digest) {
      return `place ${place} has committed ${store.committed} updates as another has, and differs`
    }
    digests.set(store.committed, store.digest)
  }
  return null
}

function numbersAreInOrder(states: States): string | null {
  for (const [place, { history, store, durableSeq, writtenSeq, knownCommitted }] of states) {
    const { base, last, updates } = history
    const isInOrder = base <= store.committed && store.committed <= knownCommitted && knownCommitted <= last
    if (!isInOrder || updates.length !== last - base) {
      return `place ${place}: history ${base} to ${last}, committed ${store.committed}, known to be ${knownCommitted}`
    }
    if (durableSeq > writtenSeq || writtenSeq > last) {
      return `place ${place}: durable ${durableSeq}, written ${writtenSeq}, last ${last}`
    }
  }
  return null
}

function dirtyVersionsMatch(states: States): string | null {
  for (const [place, { history, store, dirtyByKey }] of states) {
    let versions = 0
    for (const dirty of dirtyByKey.values()) versions += dirty.length
    const open = history.last - store.committed
    // Compare-and-swaps that found something else make no version.
    if (versions > open) return `place ${place} has ${versions} dirty versions and ${open} open updates`
    if (open > 0 && versions < open) {
      let made = 0
      for (let seq = store.committed + 1; seq <= history.last; seq++) {
        if (history.updates.at(seq - history.base - 1).isApplied) made++
      }
      if (made !== versions) return `place ${place} has ${versions} dirty versions of ${made}`
    }
  }
  return null
}

function digestsMatch(states: States): string | null {
  for (const [place, { store }] of states) {
    if (store.committed % DIGEST_EVERY !== 0) continue
    let digest = 0
    for (const cell of store.cells.values()) digest ^= hashOf(cell)
    if (digest !== store.digest)
      return `place ${place} has digest ${store.digest}, but its cells make ${digest}`
  }
  return null
}

function queuesAreBounded(states: States): string | null {
  for (const [place, state] of states) {
    const { params, history, store, retries } = state
    if (pendingCount(state) > params.pendingMax) return `place ${place} holds ${pendingCount(state)} requests`
    if (isNode(state) && history.last - store.committed > params.pendingMax) {
      return `place ${place} has ${history.last - store.committed} updates under way`
    }
    if (history.updates.length > params.catchUpUpdates + params.pendingMax) {
      return `place ${place} keeps ${history.updates.length} updates`
    }
    if (retries.size > params.pendingMax) return `place ${place} remembers ${retries.size} retries`
    if (store.sessions.size > params.sessionsMax)
      return `place ${place} keeps ${store.sessions.size} sessions`
  }
  return null
}
