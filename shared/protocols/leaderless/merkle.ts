import { mix32 } from '../../base/hash.ts'

/**
 * A hash tree over the key space (Merkle 1987; Dynamo, section 4.7): 1,024 leaves by a hash of the key under 32 inner
 * nodes under a root. A node is the exclusive or of the cells below it, so a change updates one node per level
 * and the order of arrival does not matter. The root of all is the store's digest.
 */
export interface MerkleTree {
  readonly leaves: Int32Array
  readonly inner: Int32Array
  /** Stored keys by leaf, in the order in which they arrived; no entry where there never were any. */
  readonly keysOf: Map<number, number[]>
}

export const FAN_OUT = 32
export const LEAVES = FAN_OUT * FAN_OUT

export function emptyTree(): MerkleTree {
  return {
    leaves: new Int32Array(LEAVES),
    inner: new Int32Array(FAN_OUT),
    keysOf: new Map(),
  }
}

export function leafOf(key: number): number {
  return mix32(key ^ 0x5bd1e995) >>> 22
}

/** A cell below this leaf changed: `delta` is its old hash xor its new one. */
export function updateTree(tree: MerkleTree, leaf: number, delta: number): void {
  tree.leaves[leaf] ^= delta
  tree.inner[leaf >>> 5] ^= delta
}

export function addKey(tree: MerkleTree, key: number): void {
  const keys = tree.keysOf.get(leafOf(key))
  if (keys === undefined) tree.keysOf.set(leafOf(key), [key])
  else keys.push(key)
}

export function removeKey(tree: MerkleTree, key: number): void {
  const keys = tree.keysOf.get(leafOf(key))
  if (keys !== undefined) keys.splice(keys.indexOf(key), 1)
}

export function keysOfLeaf(tree: MerkleTree, leaf: number): readonly number[] {
  return tree.keysOf.get(leaf) ?? []
}

export function childHashes(tree: MerkleTree, node: number): number[] {
  return Array.from(tree.leaves.subarray(node * FAN_OUT, (node + 1) * FAN_OUT))
}

/** Children of the root whose hashes differ from these. */
export function differingNodes(tree: MerkleTree, hashes: readonly number[]): number[] {
  const nodes: number[] = []
  for (let node = 0; node < FAN_OUT; node++) if (tree.inner[node] !== hashes[node]) nodes.push(node)
  return nodes
}

/** Leaves that differ, given the leaf hashes of some children of the root, one child after another. */
export function differingLeaves(
  tree: MerkleTree,
  nodes: readonly number[],
  hashes: readonly number[],
): number[] {
  const leaves: number[] = []
  for (let i = 0; i < nodes.length; i++) {
    for (let child = 0; child < FAN_OUT; child++) {
      const leaf = nodes[i] * FAN_OUT + child
      if (tree.leaves[leaf] !== hashes[i * FAN_OUT + child]) leaves.push(leaf)
    }
  }
  return leaves
}
