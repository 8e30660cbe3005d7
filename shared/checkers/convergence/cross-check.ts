import type { Rng } from '../../base/rng.ts'
import { crossChecked } from '../causal/cross-check.ts'
import type { CrossCheck } from '../causal/cross-check.ts'
import type { Checker, ModelName, Operations } from '../contract.ts'
import { operationsFrom } from '../operations/index.ts'
import type { PlainOperation } from '../operations/index.ts'
import { acknowledgedWrites, convergence, setFull, totalOrder } from './index.ts'
import { accountsForAll, converges, hasTotalOrder, keepsAcknowledged } from './reference.ts'

const SECOND = 1e9

/**
 * Some writes, and reads spread over half a minute, so that some begin after the time of grace. A read mostly returns what
 * there was, or what there was a while ago; elements go missing, change places or come out of thin air.
 */
function scattered(rng: Rng, model: ModelName): Operations {
  const isList = model === 'append-list'
  const plain: PlainOperation[] = []
  const count = rng.between(isList ? 6 : 3, 9)
  const trouble = rng.below(3)
  let next = 1
  let at = 0
  /** What each key has held so far. */
  const held = new Map<string, unknown[]>()
  for (let process = 0; process < count; process++) {
    at += rng.below(4) === 0 ? 11 * SECOND : rng.below(3)
    const key = `k${rng.below(isList ? 1 : 2)}`
    const end = at + rng.below(5)
    const states = held.get(key) ?? [model === 'counter' ? 0 : model === 'set' || isList ? [] : null]
    held.set(key, states)
    const now = states[states.length - 1]
    if (rng.below(5) < 2) {
      const value = next++
      const ending = rng.below(8) > 0 ? 'ok' : rng.below(2) === 0 ? 'info' : 'fail'
      const f = model === 'counter' ? 'increment' : model === 'set' ? 'add' : isList ? 'append' : 'write'
      if (ending === 'ok' || rng.below(3) === 0)
        states.push(
          model === 'counter'
            ? (now as number) + 1
            : Array.isArray(now)
              ? [...(now as unknown[]), value]
              : value,
        )
      plain.push({ process, f, key, value: model === 'counter' ? 1 : value, at, end, ending })
      continue
    }
    const strays = trouble > 0 && rng.below(isList ? 2 : 3) === 0
    let result = strays ? states[rng.below(states.length)] : now
    if (strays && Array.isArray(result) && result.length > 1 && rng.below(2) === 0) {
      const elements = [...(result as unknown[])]
      const from = rng.below(elements.length)
      const [one] = elements.splice(from, 1)
      // Gone, elsewhere, or there twice.
      const fate = rng.below(3)
      if (fate > 0) elements.splice(rng.below(elements.length + 1), 0, one)
      if (fate === 2 && rng.below(3) === 0) elements.push(one)
      result = elements
    }
    if (strays && Array.isArray(result) && rng.below(8) === 0) result = [...(result as unknown[]), 99]
    plain.push({ process, f: 'read', key, at, end, result })
  }
  const ops = operationsFrom({ model }, plain)
  return rng.below(4) === 0 ? { ...ops, healedAt: rng.below(22) * SECOND } : ops
}

type Case = readonly [
  checker: Checker,
  reference: (ops: Operations) => boolean | null,
  models: readonly ModelName[],
]

const CASES: readonly Case[] = [
  [convergence, converges, ['register', 'counter', 'set', 'append-list']],
  [acknowledgedWrites, keepsAcknowledged, ['register']],
  [setFull, accountsForAll, ['set', 'append-list']],
  [totalOrder, hasTotalOrder, ['append-list']],
]

/** By the name of a guarantee; where the definition says that a record does not tell, the checker must not either. */
export const CONVERGENCE_CROSS_CHECKS: ReadonlyMap<string, (seedFrom: number, count: number) => CrossCheck> =
  new Map(
    CASES.map(([checker, reference, models]) => [
      checker.name,
      (seedFrom: number, count: number) =>
        crossChecked(
          checker,
          reference,
          (rng) => scattered(rng, models[rng.below(models.length)]),
          seedFrom,
          count,
        ),
    ]),
  )
