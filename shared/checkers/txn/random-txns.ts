import type { Rng } from '../../base/rng.ts'
import type { Operations } from '../contract.ts'
import { operationsFrom } from '../operations/index.ts'
import type { MicroOp, PlainOperation } from '../operations/index.ts'

interface Draft {
  micros: { f: 'r' | 'w'; key: number; value: number }[]
  ending: 'ok' | 'info' | 'fail'
  /** Whether its writes show. */
  happens: boolean
}

/**
 * A small history of transactions over registers or lists. A commit order is drawn; each transaction reads from the state
 * before its own commit, from an earlier one, or from just any; now and then single reads stray, orders of keys disagree,
 * failed writes show or the middle of a transaction does. Every anomaly comes up, and every level is often kept.
 * `values`: how many different ones are written; 0: each once.
 */
export function randomTxns(rng: Rng, lists: boolean, txnsMax: number, values = 0): Operations {
  const count = rng.between(Math.min(3, txnsMax), txnsMax)
  const keys = rng.between(1, 3)
  let next = 1
  const oddPpm = rng.chancePpm(500_000) ? 0 : 300_000
  const drafts = Array.from({ length: count }, (): Draft => {
    const micros = Array.from({ length: rng.between(1, 4) }, () => {
      const write = rng.below(5) < 2
      return {
        f: write ? ('w' as const) : ('r' as const),
        key: rng.below(keys),
        value: write ? (values === 0 ? next++ : rng.between(1, values)) : 0,
      }
    })
    const odd = rng.chancePpm(oddPpm)
    const ending = odd ? (rng.below(2) === 0 ? 'info' : 'fail') : 'ok'
    return { micros, ending, happens: ending === 'ok' || rng.below(ending === 'info' ? 2 : 3) === 0 }
  })
  // Commit order is the order of the drafts; each key mostly follows it.
  const swapPpm = rng.chancePpm(700_000) ? 0 : 400_000
  const orders = Array.from({ length: keys }, (_, key) => {
    const order = [...drafts.keys()].filter(
      (txn) =>
        drafts[txn].happens && drafts[txn].micros.some((micro) => micro.f === 'w' && micro.key === key),
    )
    if (order.length > 1 && rng.chancePpm(swapPpm)) {
      const at = rng.below(order.length - 1)
      order.splice(at, 2, order[at + 1], order[at])
    }
    return order
  })
  const written = (txn: number, key: number): number[] =>
    drafts[txn].micros.filter((micro) => micro.f === 'w' && micro.key === key).map((micro) => micro.value)
  /** What a key held after its first `length` writers: all values, in order. */
  const history = (key: number, length: number, reader: number): number[] => {
    const values = orders[key].slice(0, length).flatMap((txn) => written(txn, key))
    // A transaction mostly does not find what it is yet to write.
    const own = rng.below(12) === 0 ? -1 : values.findIndex((value) => written(reader, key).includes(value))
    return own === -1 ? values : values.slice(0, own)
  }

  const wild = rng.below(5)
  const strayPpm = [0, 0, 30_000, 200_000][rng.below(4)]
  const fill = (txn: number): MicroOp[] => {
    const snapshot = wild === 0 ? txn : rng.below(3) > 0 ? rng.below(wild === 1 ? txn + 1 : count + 1) : txn
    const own = new Map<number, number[]>()
    const found = new Map<number, number>()
    return drafts[txn].micros.map(({ f, key, value }): MicroOp => {
      const name = `k${key}`
      if (f === 'w') {
        own.set(key, [...(own.get(key) ?? []), value])
        return [lists ? 'append' : 'w', name, value]
      }
      const before = orders[key].filter((other) => other < snapshot && other !== txn).length
      const stray = rng.chancePpm(strayPpm)
      const length = stray ? rng.below(orders[key].length + 1) : (found.get(key) ?? before)
      if (rng.below(8) > 0) found.set(key, length)
      let values = history(key, length, txn)
      if (stray && rng.below(8) === 0) values = values.slice(0, -1)
      const mine = own.get(key) ?? []
      if (!(stray && rng.below(8) === 0)) values = [...values, ...mine]
      if (lists) return ['r', name, values]
      return ['r', name, values.length === 0 ? null : values[values.length - 1]]
    })
  }
  const processes = rng.between(1, count)
  const endOf = new Array<number>(processes).fill(0)
  const nameOf = Array.from({ length: processes }, (_, p) => p)
  const plain: PlainOperation[] = []
  let at = 0
  for (const txn of drafts.keys()) {
    const { ending } = drafts[txn]
    const process = rng.below(processes)
    at = Math.max(at + rng.between(0, 3), endOf[process] + 1)
    const end = at + rng.between(0, 8)
    endOf[process] = end
    const value = fill(txn)
    plain.push({ process: nameOf[process], f: 'txn', at, end, ending, value, result: value })
    if (ending === 'info') nameOf[process] += processes
  }
  // Sometimes the order of time has nothing to do with that of commits.
  if (rng.below(4) === 0)
    for (let i = plain.length - 1; i > 0; i--) {
      const j = rng.below(i + 1)
      const { value, result } = plain[i]
      const [one, other] = [plain[i], plain[j]]
      if (one.ending !== other.ending) continue
      one.value = other.value
      one.result = other.result
      other.value = value
      other.result = result
    }
  return operationsFrom({ model: 'txn', readsLists: lists }, plain)
}
