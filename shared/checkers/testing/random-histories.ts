import { Rng } from '../../base/rng.ts'
import type { ModelName, Operations } from '../contract.ts'
import { operationsFrom } from '../operations/index.ts'
import type { PlainOperation } from '../operations/index.ts'

/** What a random history is made of; `ppm` fields are chances in a million. */
export interface HistoryShape {
  model: Exclude<ModelName, 'txn'>
  processes: number
  operations: number
  keys: number
  /** How many different values are written; 0: every one is written once. */
  values: number
  readPpm: number
  /** Operations whose outcome stays unknown, and that fail. */
  unknownPpm: number
  failPpm: number
  /** The longest operation, and the shortest and longest pause before one; short ones make many instants meet. */
  lengthMax: number
  pauseMin: number
  pauseMax: number
  /** Reads that see what was there up to so long ago or ahead of their time, and how likely. */
  skewMax: number
  skewPpm: number
}

type Draft = PlainOperation & { happens: number }

/**
 * A history of a correct object that was recorded by an unreliable clock: every operation happens at one instant within
 * its time, except that some happen a little outside (`skewPpm`), some never, and some after they were given up.
 */
export function randomHistory(rng: Rng, shape: HistoryShape): Operations {
  const drafts: Draft[] = []
  let unique = 0
  const clocks = Array.from({ length: shape.processes }, () => 0)
  const names = clocks.map((_, process) => process)
  for (let made = 0; made < shape.operations; made++) {
    const process = rng.below(shape.processes)
    const at = clocks[process] + rng.between(shape.pauseMin, Math.max(shape.pauseMin, shape.pauseMax))
    const end = at + rng.below(shape.lengthMax + 1)
    clocks[process] = end
    const skew = rng.chancePpm(shape.skewPpm) ? rng.between(-shape.skewMax, shape.skewMax) : 0
    const happens = rng.between(at * 16, end * 16 + 15) + skew * 16
    const value = shape.values === 0 ? ++unique : rng.below(shape.values)
    const draft: Draft = {
      ...randomOperation(rng, shape, value),
      key: `k${rng.below(shape.keys)}`,
      process: names[process],
      at,
      end,
      happens,
    }
    if (rng.chancePpm(shape.unknownPpm)) {
      draft.ending = 'info'
      // A third never happened, the others did, perhaps long after.
      const fate = rng.below(3)
      draft.happens = fate === 0 ? Infinity : fate === 1 ? happens : happens + rng.below(160)
      names[process] += shape.processes
    } else if (rng.chancePpm(shape.failPpm)) {
      draft.ending = 'fail'
      if (!rng.chancePpm(shape.skewPpm / 4)) draft.happens = Infinity
    }
    drafts.push(draft)
  }
  return operationsFrom({ model: shape.model }, simulated(shape.model, drafts))
}

function randomOperation(rng: Rng, { model, values, readPpm }: HistoryShape, value: number): PlainOperation {
  const base = { process: 0, at: 0 }
  if (rng.chancePpm(readPpm)) return { ...base, f: 'read' }
  const expected =
    values === 0 ? (rng.below(2) === 0 ? null : 1 + rng.below(Math.max(1, value))) : rng.below(values)
  switch (model) {
    case 'register':
      return { ...base, f: 'write', value: values > 0 && value === 0 ? null : value }
    case 'cas-register':
      return rng.below(2) === 0 ? { ...base, f: 'write', value } : { ...base, f: 'cas', expected, value }
    case 'counter':
      return { ...base, f: 'increment', value: values === 0 ? 1 : value - 1 }
    case 'set':
      return { ...base, f: values > 0 && rng.below(3) === 0 ? 'remove' : 'add', value }
    case 'append-list':
      return { ...base, f: 'append', value }
    case 'kv': {
      // Unique pieces are delimited, so that none begins another; the others are ambiguous on purpose.
      const text = values === 0 ? `(${value})` : 'a'.repeat(value + 1)
      return rng.below(4) === 0 ? { ...base, f: 'write', value: text } : { ...base, f: 'append', value: text }
    }
  }
}

/** Lets the operations happen on plain objects, and fills in what they return. */
function simulated(model: ModelName, drafts: readonly Draft[]): PlainOperation[] {
  const states = new Map<string, unknown>()
  const inOrder = [...drafts].sort((a, b) => a.happens - b.happens)
  for (const draft of inOrder) {
    const key = String(draft.key)
    const state = states.get(key) ?? (model === 'counter' ? 0 : model === 'kv' ? '' : null)
    const list = (state ?? []) as readonly unknown[]
    if (draft.happens === Infinity && draft.ending !== undefined) continue
    switch (draft.f) {
      case 'read':
        draft.result = model === 'set' || model === 'append-list' ? list : state
        break
      case 'cas':
        draft.result = state === draft.expected
        if (draft.result === true) states.set(key, draft.value)
        break
      case 'increment':
        states.set(key, (state as number) + (draft.value as number))
        break
      case 'append':
        states.set(key, model === 'kv' ? (state as string) + (draft.value as string) : [...list, draft.value])
        break
      case 'add':
        if (!list.includes(draft.value)) states.set(key, [...list, draft.value])
        break
      case 'remove':
        states.set(
          key,
          list.filter((element) => element !== draft.value),
        )
        break
      default:
        states.set(key, draft.value)
    }
  }
  return drafts.map(({ happens: _happens, ...plain }) => plain)
}

export interface SmallShape {
  keysMax: number
  /** 1: no operation of a process begins at the instant at which the one before it ended. */
  pauseMin: number
  /** Whether every eighth is larger and more concurrent, as large as brute force can bear where real time helps it. */
  someLarge: boolean
}

/** A small history of a model, of a shape that varies with the seed. */
export function smallHistory(
  seed: number,
  model: HistoryShape['model'],
  { keysMax, pauseMin, someLarge }: SmallShape = { keysMax: 1, pauseMin: 0, someLarge: true },
): Operations {
  const rng = Rng.stream(seed, `small ${model}`)
  const large = rng.below(8) === 0 && someLarge
  return randomHistory(rng, {
    model,
    processes: large ? rng.between(4, 6) : rng.between(2, 4),
    operations: large ? rng.between(10, 13) : rng.between(3, 9),
    keys: large ? 1 : rng.between(1, keysMax),
    values: rng.below(2) === 0 ? 0 : rng.between(2, 3),
    readPpm: rng.between(4, 7) * 100_000,
    unknownPpm: rng.below(3) * (large ? 200_000 : 120_000),
    failPpm: rng.below(2) * 100_000,
    lengthMax: large ? rng.between(4, 20) : rng.between(0, 8),
    pauseMin,
    pauseMax: rng.between(0, 4),
    skewMax: rng.between(4, 24),
    skewPpm: rng.between(1, 4) * (large ? 50_000 : 200_000),
  })
}
