import type { Rng } from '../../base/rng.ts'
import type { Operations } from '../contract.ts'
import { operationsFrom } from '../operations/index.ts'
import type { PlainOperation } from '../operations/index.ts'

export interface RandomRegisters {
  operationsMax: number
  processesMax: number
  keysMax: number
  /** Whether compare-and-set takes part. */
  cas: boolean
}

const UNKNOWN_MAX = 3

type Store = number[][]

/**
 * A small history of registers with unique values from a store that gossips carelessly: each session has a copy, writes
 * reach the other copies late, in any order or never, and now and then a read returns just anything. Outcomes may be
 * unknown, failed writes may show. All verdicts of all guarantees come up often.
 */
export function randomRegisters(rng: Rng, size: RandomRegisters): Operations {
  const processes = rng.between(2, size.processesMax)
  const keys = rng.between(1, size.keysMax)
  const count = rng.between(4, size.operationsMax)
  const wildPpm = [0, 200_000, 600_000, 1_000_000][rng.below(4)]
  const oddPpm = rng.chancePpm(600_000) ? 0 : 120_000
  const gossip = rng.between(1, 3)
  /** Per process and key: the value, 0 for absent, as its copy has it. */
  const copies: Store = Array.from({ length: processes }, () => new Array<number>(keys).fill(0))
  const written: number[][] = Array.from({ length: keys }, () => [0])
  const underWay: { to: number; key: number; value: number }[] = []
  const plain: PlainOperation[] = []
  const endOf = new Array<number>(processes).fill(0)
  const nameOf = Array.from({ length: processes }, (_, p) => p)
  let next = 1
  let unknown = 0

  const valueSeen = (process: number, key: number): number => {
    if (!rng.chancePpm(wildPpm)) return copies[process][key]
    // One more than was written so far: a value from the future, or from nowhere.
    return rng.below(100) === 0 ? next : written[key][rng.below(written[key].length)]
  }
  const put = (process: number, key: number, value: number): void => {
    copies[process][key] = value
    written[key].push(value)
    for (let to = 0; to < processes; to++) if (to !== process) underWay.push({ to, key, value })
  }
  for (let at = 1; plain.length < count; at += rng.between(1, 3)) {
    for (let i = rng.below(gossip + 1); i > 0 && underWay.length > 0; i--) {
      const [{ to, key, value }] = underWay.splice(rng.below(underWay.length), 1)
      copies[to][key] = value
    }
    const process = rng.below(processes)
    if (endOf[process] >= at) continue
    const key = rng.below(keys)
    const end = at + rng.between(0, 4)
    endOf[process] = end
    // Brute force doubles with every unknown outcome.
    const odd = unknown < UNKNOWN_MAX && rng.chancePpm(oddPpm)
    const ending = odd ? (rng.below(3) === 0 ? 'fail' : 'info') : 'ok'
    const base = { process: nameOf[process], key: `k${key}`, at, end, ending } as const
    const kind = rng.below(size.cas ? 5 : 4)
    if (ending === 'info') {
      nameOf[process] += processes
      unknown++
    }
    const seen = valueSeen(process, key)
    const shown = seen === 0 ? null : seen
    if (kind < 2) plain.push({ ...base, f: 'read', ...(ending === 'ok' ? { result: shown } : {}) })
    else if (kind < 4) {
      plain.push({ ...base, f: 'write', value: next })
      if (ending !== 'fail' || rng.below(2) === 0) put(process, key, next)
      next++
    } else {
      const swapped = rng.below(4) > 0
      const expected = swapped ? shown : next + 1
      plain.push({
        ...base,
        f: 'cas',
        expected,
        value: next,
        ...(ending === 'ok' ? { result: swapped } : {}),
      })
      if (swapped && ending !== 'fail') put(process, key, next)
      next += 2
    }
  }
  return operationsFrom({ model: size.cas ? 'cas-register' : 'register' }, plain)
}
