import { initialOf } from '../causal/reads-from.ts'
import { MICRO, OUTCOME, UNKNOWN_READ } from '../contract.ts'
import type { MicroOperations, Operations } from '../contract.ts'
import type { Level } from './judge.ts'

/** One micro-operation; `sees` and `puts` are values, a list's all its elements. `sees` is null where it is not known. */
interface Micro {
  key: number
  sees: readonly number[] | null
  puts: number | null
}

interface Txn {
  process: number
  row: number
  invokedAt: number
  endedAt: number
  micros: Micro[]
}

type State = ReadonlyMap<number, readonly number[]>

/**
 * Whether a small history of transactions keeps a level, by trying everything: all serial orders, all interleavings of
 * begins and commits, or all visibility relations, for every subset of the transactions of unknown outcome.
 */
export function keepsLevel(ops: Operations, level: Level): boolean {
  const txns = ops.txns as MicroOperations
  const lists = txns.readsLists
  const sure: Txn[] = []
  const open: Txn[] = []
  for (let row = 0; row < ops.count; row++) {
    if (ops.status[row] === OUTCOME.fail) continue
    const micros: Micro[] = []
    for (let at = txns.from[row]; at < txns.from[row + 1]; at++) {
      const value = txns.value[at]
      const reads = txns.f[at] === MICRO.read
      const seen = !reads || value === UNKNOWN_READ ? null : lists ? [...ops.lists[value]] : [value]
      micros.push({ key: txns.key[at], sees: seen, puts: reads ? null : value })
    }
    const txn = {
      process: ops.process[row],
      row,
      invokedAt: ops.invokedAt[row],
      endedAt: ops.endedAt[row],
      micros,
    }
    if (ops.status[row] === OUTCOME.ok) sure.push(txn)
    else open.push(txn)
  }
  const world: World = { lists, initial: (key) => (lists ? [] : [initialOf(ops, key)]) }
  for (let subset = 0; subset < 1 << open.length; subset++)
    if (LEVELS[level]([...sure, ...open.filter((_, i) => (subset >> i) & 1)], world)) return true
  return false
}

interface World {
  lists: boolean
  initial: (key: number) => readonly number[]
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i])

/** Runs a transaction on a state; the state after it, or null if it read something else. */
function run(txn: Txn, state: State, world: World): Map<number, readonly number[]> | null {
  const after = new Map(state)
  for (const { key, sees, puts } of txn.micros) {
    const now = after.get(key) ?? world.initial(key)
    if (puts !== null) after.set(key, world.lists ? [...now, puts] : [puts])
    else if (sees !== null && !same(sees, now)) return null
  }
  return after
}

const precedes = (a: Txn, b: Txn): boolean =>
  a.endedAt < b.invokedAt || (a.process === b.process && a.row < b.row)

function someSerialOrder(
  txns: readonly Txn[],
  world: World,
  inTime: boolean,
  state: State = new Map(),
): boolean {
  if (txns.length === 0) return true
  return txns.some((txn) => {
    const rest = txns.filter((other) => other !== txn)
    if (inTime && rest.some((other) => precedes(other, txn))) return false
    const after = run(txn, state, world)
    return after !== null && someSerialOrder(rest, world, inTime, after)
  })
}

/** Begins and commits in some order; a commit fails if a key it wrote was committed since its begin. */
function someSnapshotOrder(txns: readonly Txn[], world: World): boolean {
  const search = (
    waiting: readonly Txn[],
    running: readonly { txn: Txn; begun: State }[],
    now: State,
  ): boolean => {
    if (waiting.length === 0 && running.length === 0) return true
    for (const txn of waiting)
      if (run(txn, now, world) !== null)
        if (
          search(
            waiting.filter((one) => one !== txn),
            [...running, { txn, begun: now }],
            now,
          )
        )
          return true
    return running.some((one) => {
      const mine = run(one.txn, one.begun, world) as State
      const keys = writtenKeys(one.txn)
      // States hold the same array until a key is written again.
      if (keys.some((key) => now.get(key) !== one.begun.get(key))) return false
      const after = new Map(now)
      for (const key of keys) after.set(key, mine.get(key) as readonly number[])
      return search(
        waiting,
        running.filter((other) => other !== one),
        after,
      )
    })
  }
  return search(txns, [], new Map())
}

const writtenKeys = (txn: Txn): number[] => [
  ...new Set(txn.micros.filter((micro) => micro.puts !== null).map((micro) => micro.key)),
]

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  )
}

/** What a key held after the writers up to `last` in this order, or initially. */
function valueUpTo(order: readonly Txn[], last: Txn | null, key: number, world: World): readonly number[] {
  let value = world.initial(key)
  if (last === null) return value
  for (const txn of order) {
    for (const micro of txn.micros)
      if (micro.key === key && micro.puts !== null)
        value = world.lists ? [...value, micro.puts] : [micro.puts]
    if (txn === last) break
  }
  return value
}

/** The state that a transaction finds if these are visible to it: of each key the last visible version. */
function stateSeen(order: readonly Txn[], visible: ReadonlySet<Txn>, txn: Txn, world: World): State {
  const state = new Map<number, readonly number[]>()
  for (const { key } of txn.micros) {
    const writers = order.filter((other) => visible.has(other) && writtenKeys(other).includes(key))
    state.set(key, valueUpTo(order, writers[writers.length - 1] ?? null, key, world))
  }
  return state
}

const subsets = <T>(items: readonly T[]): Set<T>[] =>
  Array.from({ length: 1 << items.length }, (_, bits) => new Set(items.filter((__, i) => (bits >> i) & 1)))

/** An order of all, and for each a set of earlier ones that it sees wholly. */
function someAtomicView(txns: readonly Txn[], world: World): boolean {
  return permutations(txns).some((order) =>
    order.every((txn, at) =>
      subsets(order.slice(0, at)).some(
        (visible) => run(txn, stateSeen(order, visible, txn, world), world) !== null,
      ),
    ),
  )
}

/** An order of all; every single read finds some committed version of an earlier one. */
function someCommittedReads(txns: readonly Txn[], world: World): boolean {
  return permutations(txns).some((order) =>
    order.every((txn, at) => txn.micros.every((micro, m) => isCommittedRead(order, at, micro, m, world))),
  )
}

function isCommittedRead(order: readonly Txn[], at: number, micro: Micro, m: number, world: World): boolean {
  const { key, sees } = micro
  if (sees === null) return true
  const txn = order[at]
  const own = txn.micros
    .slice(0, m)
    .flatMap((one) => (one.key === key && one.puts !== null ? [one.puts] : []))
  const last = sees[sees.length - 1]
  const versions = [null, ...order.slice(0, at)].map((writer) => valueUpTo(order, writer, key, world))
  if (!world.lists) return own.includes(last) || versions.some((value) => same(value, sees))
  // Its own appends may stand behind, or be missing: that it contradicts itself is for stronger levels.
  if (versions.some((value) => same([...value, ...own], sees) || same(value, sees))) return true
  const whole = valueUpTo(order, order[order.length - 1], key, world)
  return own.includes(last) && same(sees, whole.slice(0, sees.length)) && sees.length > 0
}

/** A strict partial order of visibility in which writers of one key are comparable. */
function someParallelSnapshots(txns: readonly Txn[], world: World): boolean {
  return partialOrders(txns.length).some((before) => {
    const sees = (b: number): Set<Txn> => new Set(txns.filter((_, a) => before[a][b]))
    const conflicting = txns.some((one, a) =>
      txns.some(
        (other, b) =>
          a < b &&
          !before[a][b] &&
          !before[b][a] &&
          writtenKeys(one).some((key) => writtenKeys(other).includes(key)),
      ),
    )
    if (conflicting) return false
    const order = [...txns].sort((x, y) => sees(txns.indexOf(x)).size - sees(txns.indexOf(y)).size)
    return txns.every((txn, b) => run(txn, stateSeen(order, sees(b), txn, world), world) !== null)
  })
}

const ORDERS = new Map<number, boolean[][][]>()

/** All strict partial orders of n elements: irreflexive, transitive. 1, 3, 19, 219 of them for n = 1 … 4. */
export function partialOrders(n: number): boolean[][][] {
  const known = ORDERS.get(n)
  if (known !== undefined) return known
  const found: boolean[][][] = []
  const cells = Array.from({ length: n * n }, (_, i) => i).filter((i) => Math.floor(i / n) !== i % n)
  for (let bits = 0; bits < 1 << cells.length; bits++) {
    const before = Array.from({ length: n }, () => new Array<boolean>(n).fill(false))
    cells.forEach((cell, i) => {
      before[Math.floor(cell / n)][cell % n] = ((bits >> i) & 1) === 1
    })
    const transitive = before.every((line, a) =>
      line.every((ab, b) => !ab || before[b].every((bc, c) => !bc || (c !== a && before[a][c]))),
    )
    if (transitive) found.push(before)
  }
  ORDERS.set(n, found)
  return found
}

const LEVELS: Readonly<Record<Level, (txns: readonly Txn[], world: World) => boolean>> = {
  'read-committed': someCommittedReads,
  'read-atomic': someAtomicView,
  'parallel-snapshot-isolation': someParallelSnapshots,
  'snapshot-isolation': someSnapshotOrder,
  serializable: (txns, world) => someSerialOrder(txns, world, false),
  'strict-serializable': (txns, world) => someSerialOrder(txns, world, true),
}
