import { changed, forEachOverlap, movement, type Change } from '../partitioning/change.ts'
import { layoutOf } from '../partitioning/layout.ts'
import { RING } from '../partitioning/ring.ts'
import { shardsOf } from '../partitioning/shards.ts'
import type { Layout } from '../partitioning/types.ts'
import { initialReplicas } from '../topology/changes.ts'
import type { Topology } from '../topology/types.ts'
import { partitionSetup } from './placement.ts'
import { factorAfter, idealOf } from './placement-figures.ts'

/** A piece of the key space whose owner becomes another: from where in a drawing of it, how much, from whom to whom. */
export interface MovedPiece {
  /** 0 … 1, along the ring from its zero, or along the shards one after the other. */
  from: number
  share: number
  source: string
  target: string
}

/** What a replica that joins or leaves moves, of how the keys lie when a run begins. Fractions are of the key space. */
export interface MovedKeys {
  before: Layout
  after: Layout
  pieces: MovedPiece[]
  movedFraction: number
  idealFraction: number
}

export function movedKeys(topology: Topology, change: Change): MovedKeys {
  const start = { ...topology, replicas: initialReplicas(topology) }
  const before = layoutOf(partitionSetup(start))
  const after = changed(before, change, factorAfter(start, change))
  return {
    before,
    after,
    pieces: before.ends === undefined ? shardPieces(before, after) : arcPieces(before, after),
    movedFraction: movement(before, after).movedFraction,
    idealFraction: idealOf(before, change),
  }
}

function ownersOf(before: Layout, after: Layout) {
  return (a: number, b: number) => ({
    source: before.setup.replicas[before.members[a][0]].id,
    target: after.setup.replicas[after.members[b][0]].id,
  })
}

/** Where on the ring they lie; neighbours with the same former and new owner are one. */
function arcPieces(before: Layout, after: Layout): MovedPiece[] {
  const owners = ownersOf(before, after)
  const lastEnd = ({ ends = new Uint32Array() }: Layout): number => ends[ends.length - 1]
  // The first arc begins where the last one ends, which is before zero.
  let at = Math.max(lastEnd(before), lastEnd(after)) / RING - 1
  const pieces: MovedPiece[] = []
  forEachOverlap(before, after, (a, b, share) => {
    const from = at
    at += share
    const { source, target } = owners(a, b)
    if (share === 0 || source === target) return
    const last = pieces.at(-1)
    const isNext = last !== undefined && from - (last.from + last.share) < 1e-12
    if (isNext && last.source === source && last.target === target) last.share += share
    else pieces.push({ from, share, source, target })
  })
  return pieces.map((piece) => (piece.from < 0 ? { ...piece, from: piece.from + 1 } : piece))
}

/** Hashed keys lie nowhere in their shard: what moves out of it is drawn at its end. */
function shardPieces(before: Layout, after: Layout): MovedPiece[] {
  const owners = ownersOf(before, after)
  const { shards, shardOfUnit } = shardsOf(before)
  const moved = shards.map(() => new Map<string, number>())
  const sources = shards.map(({ replicas }) => before.setup.replicas[replicas[0]].id)
  forEachOverlap(before, after, (a, b, share) => {
    const { source, target } = owners(a, b)
    if (share === 0 || source === target) return
    const targets = moved[shardOfUnit[a]]
    targets.set(target, (targets.get(target) ?? 0) + share)
  })
  let end = 0
  return shards.flatMap(({ id, share }) => {
    end += share
    let from = end
    return [...moved[id]].map(([target, part]): MovedPiece => {
      from -= part
      return { from, share: part, source: sources[id], target }
    })
  })
}
