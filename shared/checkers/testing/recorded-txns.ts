import { Rng } from '../../base/rng.ts'
import type { Operations } from '../contract.ts'
import { OperationsBuilder } from '../operations/index.ts'
import type { MicroOp } from '../operations/index.ts'

export interface TxnShape {
  processes: number
  txns: number
  /** Keys in use at a time; after `writesPerKey` a key gives way to a new one, as in Elle's tests. */
  keys: number
  writesPerKey: number
  lists: boolean
  /** Registers: how many different values are written to a key; 0: every one is written once. */
  values: number
  /** Chances in a million: that a transaction times out, and that it reads from the snapshot of its beginning. */
  timeoutPpm: number
  snapshotPpm: number
}

interface Running {
  row: number
  micros: MicroOp[]
  /** What keys held at its beginning, where it will read that. */
  snapshot: Map<string, unknown> | null
}

/**
 * A run of a store as a recorder would see it: processes take turns at random to begin a transaction and to commit it, at
 * one instant, so that it is strictly serializable but for those that read an old snapshot. Linear in its length.
 */
export function recordedTxns(seed: number, shape: TxnShape): Operations {
  const rng = Rng.stream(seed, 'recorded txns')
  const builder = new OperationsBuilder({ model: 'txn', hasTimes: false, readsLists: shape.lists })
  const store = new Map<string, unknown>()
  const slots = Array.from({ length: shape.keys }, (_, key) => ({ key, writes: 0 }))
  const running: (Running | null)[] = Array.from({ length: shape.processes }, () => null)
  const names = running.map((_, process) => process)
  let unique = 0
  let nextKey = shape.keys
  const drawn = (): MicroOp => {
    const slot = slots[rng.below(slots.length)]
    const key = `k${slot.key}`
    if (rng.below(2) === 0) return ['r', key, null]
    if (++slot.writes >= shape.writesPerKey) {
      slot.key = nextKey++
      slot.writes = 0
    }
    const value = shape.values === 0 ? ++unique : rng.below(shape.values)
    return [shape.lists ? 'append' : 'w', key, value]
  }
  const commit = ({ micros, snapshot }: Running): MicroOp[] => {
    const own = new Map<string, unknown>()
    return micros.map(([f, name, value]): MicroOp => {
      const key = String(name)
      const now = own.get(key) ?? store.get(key) ?? (shape.lists ? [] : null)
      if (f === 'r') return ['r', name, own.has(key) || snapshot === null ? now : (snapshot.get(key) ?? now)]
      const next = f === 'append' ? [...(now as unknown[]), value] : value
      own.set(key, next)
      store.set(key, next)
      return [f, name, value]
    })
  }
  let begun = 0
  let busy = 0
  for (let at = 0; begun < shape.txns || busy > 0; at++) {
    const turn = rng.below(shape.processes)
    const one = running[turn]
    if (one === null) {
      if (begun === shape.txns) continue
      begun++
      busy++
      const micros = Array.from({ length: rng.between(1, 4) }, drawn)
      const isOld = rng.chancePpm(shape.snapshotPpm)
      const snapshot = isOld ? new Map(micros.map(([, key]) => [String(key), store.get(String(key))])) : null
      const row = builder.add({ process: names[turn], f: 'txn', value: micros, invokedAt: at })
      running[turn] = { row, micros, snapshot }
      continue
    }
    running[turn] = null
    busy--
    if (rng.chancePpm(shape.timeoutPpm)) {
      if (rng.below(2) === 0) commit(one)
      builder.end(one.row, 'info', at)
      names[turn] += shape.processes
    } else builder.end(one.row, 'ok', at, commit(one))
  }
  return builder.build()
}
