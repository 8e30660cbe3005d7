import { mix32 } from '../base/hash.ts'
import type { DottedDelta } from '../clocks/dotted.ts'
import type { Dot } from '../clocks/version-vectors.ts'

/**
 * CouchDB's document with its conflicts ("Replication and conflict model" and "Conflict management" in its
 * documentation): revisions form a tree, an edit extends the branch that wins, and the leaves of the other branches
 * are kept as conflicts. All replicas choose the same winner without asking one another: a leaf that is not deleted
 * before one that is, then the longest branch, then the greatest revision id.
 *
 * Entries (see `clocks/dotted.ts`) are the leaves. Their inner revisions are not kept: `depth` says how many there are, and
 * the vector of seen events which leaves they supersede; CouchDB keeps their ids for these two purposes.
 */
export interface Revision extends Dot {
  readonly value: number
  readonly bytes: number
  /** Revisions from the first on: the number before the dash in CouchDB. */
  readonly depth: number
  readonly isDeleted: boolean
}

/** What stands after the dash: as good as random, and the same everywhere. CouchDB has an MD5 hash of the content. */
export function revisionId({ at, by }: Dot): number {
  return mix32(mix32(by + 0x51ed270b) ^ at) >>> 0
}

/** Positive where `a` wins. A total order of revisions. */
export function compareRevisions(a: Revision, b: Revision): number {
  if (a.isDeleted !== b.isDeleted) return a.isDeleted ? -1 : 1
  return a.depth - b.depth || revisionId(a) - revisionId(b) || a.by - b.by || a.at - b.at
}

export type CompareRevisions = typeof compareRevisions

/** The leaf that a plain read returns; null where the document has never been. */
export function winner(
  leaves: readonly Revision[],
  compare: CompareRevisions = compareRevisions,
): Revision | null {
  let best: Revision | null = null
  for (const leaf of leaves) if (best === null || compare(leaf, best) > 0) best = leaf
  return best
}

/** A new leaf on the winning branch. The other leaves stay: whoever wants them gone must delete them. */
export function revise(
  leaves: readonly Revision[],
  revision: Omit<Revision, 'depth'>,
  compare: CompareRevisions = compareRevisions,
): DottedDelta<Revision> {
  const parent = winner(leaves, compare)
  return {
    added: { ...revision, depth: parent === null ? 1 : parent.depth + 1 },
    superseded: parent === null ? [] : [{ at: parent.at, by: parent.by }],
  }
}
