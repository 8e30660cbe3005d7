import { describe, expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { added, gValue, mergePn, pnValue, withShare } from './counters.ts'
import type { PnCounter } from './counters.ts'
import { applyDelta, mergeDotted } from '../clocks/dotted.ts'
import type { DottedDelta } from '../clocks/dotted.ts'
import { isNewer, mergeLww } from './lww-register.ts'
import { assign, clear } from './mv-register.ts'
import { add, elements, remove } from './or-set.ts'
import { compareRevisions, revise, revisionId, winner } from './revision-tree.ts'
import type { Revision } from './revision-tree.ts'
import { covers, equals, includes, join, joinInto, zeroVector } from '../clocks/version-vectors.ts'
import type { Dot, Vector } from '../clocks/version-vectors.ts'

/**
 * Each type twice: the laws of its merge on random reachable states, and its meaning against a definition that looks at the whole
 * history of operations (Burckhardt, Gotsman, Yang, Zawirski, "Replicated data types: specification, verification,
 * optimality", POPL 2014, section 3: what a read returns is a function of the visible operations and their order).
 */

const ACTORS = 3

/** One operation in a history: what it was, which dot it bore, and what its author saw. */
interface Operation extends Dot {
  readonly what: string
  readonly argument: number
  readonly past: Vector
}

/** A replica's state, and what it has seen. */
interface Replica<S> {
  state: S
  seen: number[]
}

interface Type<S> {
  empty: S
  /** Names of its operations. */
  operations: readonly string[]
  perform(state: S, what: string, argument: number, dot: Dot, seen: Vector): S
  merge(a: Replica<S>, b: Replica<S>): S
  read(state: S): unknown
  /** By definition, from the operations that are visible. */
  specification(visible: readonly Operation[]): unknown
}

/** Operations at random replicas, and merges between random pairs; every state that comes about on the way. */
function randomRun<S>(type: Type<S>, seed: number, steps: number) {
  const rng = Rng.stream(seed, 'datatypes')
  const replicas: Replica<S>[] = Array.from({ length: ACTORS }, () => ({
    state: type.empty,
    seen: zeroVector(ACTORS),
  }))
  const history: Operation[] = []
  const reached: Replica<S>[] = []
  for (let step = 0; step < steps; step++) {
    const by = rng.below(ACTORS)
    const replica = replicas[by]
    if (rng.below(2) === 0) {
      const other = replicas[rng.below(ACTORS)]
      replica.state = type.merge(replica, other)
      joinInto(replica.seen, other.seen)
    } else {
      const what = type.operations[rng.below(type.operations.length)]
      const dot = { at: replica.seen[by] + 1, by }
      const argument = rng.below(4)
      history.push({ ...dot, what, argument, past: replica.seen.slice() })
      replica.state = type.perform(replica.state, what, argument, dot, replica.seen)
      replica.seen[by]++
    }
    reached.push({ state: replica.state, seen: replica.seen.slice() })
  }
  return { history, reached }
}

function performDotted<E extends Dot>(state: readonly E[], delta: DottedDelta<E>): readonly E[] {
  return applyDelta(state, delta)
}

function mergeEntries<E extends Dot>(a: Replica<readonly E[]>, b: Replica<readonly E[]>): readonly E[] {
  return mergeDotted(a.state, a.seen, b.state, b.seen)
}

/** Visible operations that no visible later one of these names has seen. */
function maximal(visible: readonly Operation[], names: readonly string[]): Operation[] {
  const counted = visible.filter(({ what }) => names.includes(what))
  return counted.filter((one) => !counted.some(({ past }) => covers(past, one)))
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)

const pnCounter: Type<PnCounter> = {
  empty: { up: zeroVector(ACTORS), down: zeroVector(ACTORS) },
  operations: ['add', 'take'],
  perform: (state, what, argument, { by }) =>
    withShare(state, added(state, by, what === 'add' ? argument : -argument)),
  merge: (a, b) => mergePn(a.state, b.state),
  read: pnValue,
  specification: (visible) =>
    visible.reduce((sum, { what, argument }) => sum + (what === 'add' ? argument : -argument), 0),
}

type Element = Dot & { readonly element: number }

const orSet: Type<readonly Element[]> = {
  empty: [],
  operations: ['add', 'add', 'remove', 'clear'],
  perform: (state, what, element, dot) => {
    if (what === 'add') return performDotted(state, add(state, { ...dot, element }))
    return performDotted(state, what === 'remove' ? remove(state, element) : clear(state))
  },
  merge: mergeEntries,
  read: elements,
  // An element is in if some addition of it has been seen by no removal (add-wins).
  specification: (visible) => {
    const removals = visible.filter(({ what }) => what !== 'add')
    const isGone = (addition: Operation) =>
      removals.some(
        ({ what, argument, past }) =>
          covers(past, addition) && (what === 'clear' || argument === addition.argument),
      )
    const there = visible.filter((one) => one.what === 'add' && !isGone(one))
    return sorted([...new Set(there.map(({ argument }) => argument))])
  },
}

type Value = Dot & { readonly value: number }

const mvRegister: Type<readonly Value[]> = {
  empty: [],
  operations: ['assign', 'assign', 'clear'],
  perform: (state, what, value, dot) =>
    performDotted(state, what === 'assign' ? assign(state, { ...dot, value }) : clear(state)),
  merge: mergeEntries,
  read: (state) => sorted(state.map(({ value }) => value)),
  specification: (visible) =>
    sorted(
      maximal(visible, ['assign', 'clear'])
        .filter(({ what }) => what === 'assign')
        .map(({ argument }) => argument),
    ),
}

interface Stamped extends Dot {
  readonly stamp: number
  readonly value: number
}

const lwwRegister: Type<Stamped> = {
  empty: { at: 0, by: 0, stamp: 0, value: -1 },
  operations: ['assign'],
  // A Lamport clock, of sorts: all that an author has seen is earlier.
  perform: (_state, _what, value, dot, seen) => ({
    ...dot,
    stamp: seen.reduce((sum, at) => sum + at, 0) + 1,
    value,
  }),
  merge: (a, b) => mergeLww(a.state, b.state),
  read: ({ value }) => value,
  specification: (visible) => {
    const stampOf = ({ past }: Operation) => past.reduce((sum, at) => sum + at, 0) + 1
    const last = [...visible].sort((a, b) => stampOf(a) - stampOf(b) || a.by - b.by).at(-1)
    return last === undefined ? -1 : last.argument
  },
}

const revisionTree: Type<readonly Revision[]> = {
  empty: [],
  operations: ['edit', 'edit', 'delete'],
  perform: (state, what, value, dot) =>
    performDotted(state, revise(state, { ...dot, value, bytes: 0, isDeleted: what === 'delete' })),
  merge: mergeEntries,
  read: (state) => {
    const best = winner(state)
    return [best === null || best.isDeleted ? null : best.value, sorted(state.map(({ value }) => value))]
  },
  // The tree itself, inner revisions and all: each revision hangs on the winner of what its author saw.
  specification: (visible) => {
    const parentOf = new Map<Operation, Operation | null>()
    const byTime = [...visible].sort((a, b) => weight(a) - weight(b) || a.by - b.by)
    for (const one of byTime) {
      parentOf.set(
        one,
        bestLeaf(
          byTime.filter((other) => covers(one.past, other)),
          parentOf,
        ),
      )
    }
    const best = bestLeaf(byTime, parentOf)
    const values = leavesOf(byTime, parentOf).map(({ argument }) => argument)
    return [best === null || best.what === 'delete' ? null : best.argument, sorted(values)]
  },
}

const weight = ({ past }: Operation) => past.reduce((sum, at) => sum + at, 0)

function leavesOf(visible: readonly Operation[], parentOf: ReadonlyMap<Operation, Operation | null>) {
  return visible.filter((one) => !visible.some((other) => parentOf.get(other) === one))
}

function bestLeaf(visible: readonly Operation[], parentOf: ReadonlyMap<Operation, Operation | null>) {
  const depthOf = (one: Operation): number => {
    const parent = parentOf.get(one) ?? null
    return parent === null ? 1 : 1 + depthOf(parent)
  }
  let best: Operation | null = null
  for (const leaf of leavesOf(visible, parentOf)) {
    const key = (one: Operation) => [one.what === 'delete' ? 0 : 1, depthOf(one), revisionId(one)]
    if (best === null || compareKeys(key(leaf), key(best)) > 0) best = leaf
  }
  return best
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : a[at] - b[at]
}

const TYPES: readonly (readonly [string, Type<unknown>])[] = [
  ['PN-counter', pnCounter],
  ['OR-set', orSet],
  ['multi-value register', mvRegister],
  ['LWW register', lwwRegister],
  ['revision tree', revisionTree],
]

const RUNS = 60
const STEPS = 40

describe.each(TYPES)('%s', (_name, type) => {
  const runs = Array.from({ length: RUNS }, (_, seed) => randomRun(type, seed, STEPS))
  const merged = (a: Replica<unknown>, b: Replica<unknown>): Replica<unknown> => ({
    state: type.merge(a, b),
    seen: join(a.seen, b.seen),
  })
  /** So many triples of states that a run has reached. */
  const triples = runs.flatMap(({ reached }, seed) => {
    const rng = Rng.stream(seed, 'triples')
    return Array.from({ length: 30 }, () => [0, 0, 0].map(() => reached[rng.below(reached.length)]))
  })

  test('merge is commutative', () => {
    for (const [a, b] of triples) expect(merged(a, b)).toEqual(merged(b, a))
  })

  test('merge is associative', () => {
    for (const [a, b, c] of triples) expect(merged(merged(a, b), c)).toEqual(merged(a, merged(b, c)))
  })

  test('merge is idempotent, and what is in already changes nothing', () => {
    for (const [a, b] of triples) {
      expect(merged(a, a)).toEqual(a)
      expect(merged(merged(a, b), b)).toEqual(merged(a, b))
    }
  })

  test('replicas that have seen the same are the same', () => {
    for (const [a, b] of triples) if (equals(a.seen, b.seen)) expect(a.state).toEqual(b.state)
  })

  test('reads return what the visible operations mean', () => {
    for (const { history, reached } of runs) {
      for (const { state, seen } of reached) {
        const visible = history.filter((operation) => covers(seen, operation))
        expect(type.read(state)).toEqual(type.specification(visible))
      }
    }
  })
})

describe('vectors', () => {
  test('join is the least vector that includes both', () => {
    expect(join([1, 5, 0], [2, 3, 0])).toEqual([2, 5, 0])
    expect(includes([2, 5, 0], [1, 5, 0])).toBe(true)
    expect(includes([2, 4, 0], [1, 5, 0])).toBe(false)
    const target = [1, 5, 0]
    expect(joinInto(target, [1, 4, 0])).toBe(false)
    expect(joinInto(target, [0, 6, 0])).toBe(true)
    expect(target).toEqual([1, 6, 0])
  })
})

describe('what the papers and manuals say', () => {
  test('a counter: a share that comes twice counts once', () => {
    const zero = { up: [0, 0], down: [0, 0] }
    const share = added(zero, 1, 3)
    expect(pnValue(withShare(withShare(zero, share), share))).toBe(3)
    expect(gValue([2, 3])).toBe(5)
  })

  test('OR-set: an addition beside a removal of the same element wins, and one after it too', () => {
    const first = [{ at: 1, by: 0, element: 7 }]
    const removed = applyDelta(first, remove(first, 7))
    const readded = applyDelta(first, add(first, { at: 1, by: 1, element: 7 }))
    expect(elements(mergeDotted(removed, [2, 0], readded, [1, 1]))).toEqual([7])
    expect(elements(applyDelta(removed, add(removed, { at: 3, by: 0, element: 7 })))).toEqual([7])
  })

  test('LWW: equal timestamps are decided by the actor, on whichever side it stands', () => {
    const [a, b] = [
      { stamp: 5, by: 0 },
      { stamp: 5, by: 1 },
    ]
    expect(isNewer(b, a)).toBe(true)
    expect(mergeLww(a, b)).toBe(b)
    expect(mergeLww(b, a)).toBe(b)
    expect(mergeLww({ stamp: 6, by: 0 }, b)).toEqual({ stamp: 6, by: 0 })
  })

  test('CouchDB: the longer branch wins, whatever the ids; deleting the winner brings the loser back', () => {
    const leaf = (by: number, depth: number, value: number): Revision => {
      return { at: depth, by, value, bytes: 0, depth, isDeleted: false }
    }
    const leaves = [leaf(0, 2, 10), leaf(1, 3, 20)]
    expect(winner(leaves)?.value).toBe(20)
    const after = applyDelta(leaves, revise(leaves, { at: 4, by: 1, value: 0, bytes: 0, isDeleted: true }))
    expect(winner(after)?.value).toBe(10)
    expect(after.map(({ isDeleted }) => isDeleted)).toEqual([false, true])
  })

  test('CouchDB: of branches of one length the greater revision id wins', () => {
    const [a, b] = [0, 1].map((by): Revision => ({
      at: 1,
      by,
      value: by,
      bytes: 0,
      depth: 1,
      isDeleted: false,
    }))
    expect(compareRevisions(a, b) > 0).toBe(revisionId(a) > revisionId(b))
    expect(winner([])).toBe(null)
  })
})
