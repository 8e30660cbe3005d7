import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, Outbox } from '../contract.ts'
import { apply } from './apply.ts'
import { childHashes, differingLeaves, differingNodes, keysOfLeaf } from './merkle.ts'
import type { MerkleTree } from './merkle.ts'
import type { LeafCells, Message, TreeReply, TreeRequest } from './messages.ts'
import type { State } from './state.ts'
import { lookUp } from './store.ts'
import { covers } from './versions.ts'
import type { Cell } from './versions.ts'

/**
 * Anti-entropy (Dynamo, section 4.7): each member compares its hash tree with that of the next in turn, level by level,
 * and the two exchange the leaves that differ. Equal trees cost two messages.
 */

export const ANTI_ENTROPY = 'anti-entropy'
/** Cells in one message, and messages that one comparison may cause in each direction; the rest waits for the next. */
export const CELLS_PER_MESSAGE = 256
export const MESSAGES_PER_ROUND = 32

/** Intervals vary by a tenth, so that members don't compare in step. */
export function armAntiEntropy(state: State, out: Outbox<Message>): void {
  const { antiEntropyNs } = state.params
  out.arm(ANTI_ENTROPY, Math.round(antiEntropyNs * 0.9), Math.round(antiEntropyNs * 1.1))
}

export function onAntiEntropy(state: State, out: Outbox<Message>): void {
  const { tree } = state.store
  const { members, ownPosition } = state.ring
  if (tree === null || members.length < 2) return
  armAntiEntropy(state, out)
  state.lastPeer = (state.lastPeer + 1) % members.length
  if (state.lastPeer === ownPosition) state.lastPeer = (state.lastPeer + 1) % members.length
  out.send(members[state.lastPeer], { kind: 'leaderless.treeRequest', hashes: Array.from(tree.inner) })
}

export function onTreeRequest(state: State, from: PlaceId, body: TreeRequest, out: Outbox<Message>): void {
  const { tree } = state.store
  if (tree === null) return
  const nodes = differingNodes(tree, body.hashes)
  const hashes: number[] = []
  for (const node of nodes) hashes.push(...childHashes(tree, node))
  out.send(from, { kind: 'leaderless.treeReply', nodes, hashes })
}

export function onTreeReply(state: State, from: PlaceId, body: TreeReply, out: Outbox<Message>): void {
  const { tree } = state.store
  if (tree === null) return
  let messages = 0
  let leaves: number[] = []
  let cells: Cell[] = []
  const flush = () => {
    if (leaves.length > 0) sendCells(from, leaves, 0, Number.MAX_SAFE_INTEGER, cells, false, out)
    messages++
    leaves = []
    cells = []
  }
  for (const leaf of differingLeaves(tree, body.nodes, body.hashes)) {
    const held = cellsOfLeaf(state, tree, leaf)
    if (cells.length + held.length > CELLS_PER_MESSAGE && leaves.length > 0) flush()
    if (messages >= MESSAGES_PER_ROUND) return
    if (held.length > CELLS_PER_MESSAGE) messages += sendLargeLeaf(from, leaf, held, out)
    else {
      leaves.push(leaf)
      for (const cell of held) cells.push(cell)
    }
  }
  flush()
}

/** In order of keys, so that a part of a leaf is a range. */
function cellsOfLeaf(state: State, tree: MerkleTree, leaf: number): Cell[] {
  const keys = keysOfLeaf(tree, leaf)
    .slice()
    .sort((a, b) => a - b)
  return keys.map((key) => state.store.cells.get(key) as Cell)
}

/** A leaf that no message can hold goes in ranges of its keys; returns their number. */
function sendLargeLeaf(to: PlaceId, leaf: number, held: readonly Cell[], out: Outbox<Message>): number {
  let messages = 0
  for (let from = 0; from < held.length; from += CELLS_PER_MESSAGE) {
    const end = from + CELLS_PER_MESSAGE
    const fromKey = from === 0 ? 0 : held[from].key
    const toKey = end < held.length ? held[end].key : Number.MAX_SAFE_INTEGER
    sendCells(to, [leaf], fromKey, toKey, held.slice(from, end), false, out)
    messages++
  }
  return messages
}

function sendCells(
  to: PlaceId,
  leaves: readonly number[],
  fromKey: number,
  toKey: number,
  cells: readonly Cell[],
  isAnswer: boolean,
  out: Outbox<Message>,
): void {
  out.send(to, { kind: 'leaderless.leafCells', leaves, fromKey, toKey, cells, isAnswer })
}

/** Adopts what is newer and, in the first half of an exchange, sends back what the other side lacks. */
export function onLeafCells(
  state: State,
  from: PlaceId,
  body: LeafCells,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { tree } = state.store
  if (tree === null) return
  const missing = body.isAnswer ? [] : whatItLacks(state, tree, body)
  let adopted = 0
  for (const cell of body.cells) if (apply(state, cell, at, out)) adopted++
  if (adopted > 0) out.note({ kind: 'anti-entropy', count: adopted })
  for (let start = 0; start < missing.length; start += CELLS_PER_MESSAGE) {
    sendCells(from, [], 0, 0, missing.slice(start, start + CELLS_PER_MESSAGE), true, out)
  }
}

function whatItLacks(state: State, tree: MerkleTree, body: LeafCells): Cell[] {
  const { store } = state
  const theirs = new Map<number, Cell>()
  for (const cell of body.cells) theirs.set(cell.key, cell)
  const missing: Cell[] = []
  for (const leaf of body.leaves) {
    for (const key of keysOfLeaf(tree, leaf)) {
      if (key < body.fromKey || key >= body.toKey || theirs.has(key)) continue
      missing.push(store.cells.get(key) as Cell)
    }
  }
  for (const cell of body.cells) {
    const own = lookUp(store, cell.key, 0)
    if (own !== null && !covers(cell, own)) missing.push(own)
  }
  return missing
}
