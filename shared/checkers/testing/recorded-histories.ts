import { Rng } from '../../base/rng.ts'
import type { FunctionName, Operations } from '../contract.ts'
import { OperationsBuilder } from '../operations/index.ts'

/** What a recorded run of a store looks like; `ppm` fields are chances in a million, per operation. */
export interface RecordingShape {
  model: 'register' | 'cas-register' | 'kv' | 'counter' | 'append-list' | 'set'
  processes: number
  operations: number
  keys: number
  /** How many different values are written; 0: every one is written once. */
  values: number
  readPpm: number
  /** cas-register: share of cas among the mutators; kv: share of appends; set: share of removes. */
  secondPpm: number
  /** Operations that time out; a new process takes over. Half of them take effect, some long after. */
  timeoutPpm: number
  /** Reads that return what was there a few changes ago. */
  stalePpm: number
}

interface Running {
  row: number
  f: FunctionName
  key: number
  value: unknown
  expected: unknown
  effected: boolean
  result: unknown
}

type State = { now: unknown; before: unknown[] }

/**
 * A run of a store as a recorder would see it: processes take turns at random to invoke, to take effect and to return.
 * Linear in its length, so that it does for millions of operations. Linearizable unless `stalePpm` says otherwise.
 */
export function recordedHistory(seed: number, shape: RecordingShape): Operations {
  const rng = Rng.stream(seed, `recorded ${shape.model}`)
  const builder = new OperationsBuilder({ model: shape.model, hasTimes: false })
  const states: State[] = Array.from({ length: shape.keys }, () => ({
    now: emptyOf(shape.model),
    before: [],
  }))
  const running: (Running | null)[] = Array.from({ length: shape.processes }, () => null)
  const names = running.map((_, process) => process)
  /** Timed out, and may take effect yet. */
  const late: Running[] = []
  let unique = 0
  let invoked = 0
  let busy = 0
  for (let at = 0; invoked < shape.operations || busy > 0; at++) {
    const turn = rng.below(shape.processes)
    if (late.length > 0 && rng.below(40) === 0) effect(states, late.splice(rng.below(late.length), 1)[0])
    const op = running[turn]
    if (op === null) {
      if (invoked === shape.operations) continue
      invoked++
      busy++
      const drawn = draw(rng, shape, shape.values === 0 ? ++unique : rng.below(shape.values))
      const row = builder.add({ ...drawn, key: `k${drawn.key}`, process: names[turn], invokedAt: at })
      running[turn] = { ...drawn, row, effected: false, result: null }
    } else if (!op.effected && rng.chancePpm(shape.timeoutPpm)) {
      builder.end(op.row, 'info', at)
      names[turn] += shape.processes
      if (rng.below(2) === 0) late.push(op)
      running[turn] = null
      busy--
    } else if (!op.effected) {
      effect(states, op)
      if (op.f === 'read' && rng.chancePpm(shape.stalePpm)) op.result = earlier(rng, states[op.key])
    } else {
      builder.end(op.row, 'ok', at, op.result)
      running[turn] = null
      busy--
    }
  }
  return builder.build()
}

function emptyOf(model: RecordingShape['model']): unknown {
  return model === 'counter'
    ? 0
    : model === 'kv'
      ? ''
      : model === 'set' || model === 'append-list'
        ? []
        : null
}

function earlier(rng: Rng, { now, before }: State): unknown {
  return before.length === 0 ? now : before[Math.max(0, before.length - 1 - rng.below(8))]
}

function draw(
  rng: Rng,
  shape: RecordingShape,
  value: number,
): Pick<Running, 'f' | 'key' | 'value' | 'expected'> {
  const key = rng.below(shape.keys)
  const expected = shape.values === 0 ? rng.below(value) : rng.below(shape.values)
  if (rng.chancePpm(shape.readPpm)) return { f: 'read', key, value: null, expected: null }
  const second = rng.chancePpm(shape.secondPpm)
  switch (shape.model) {
    case 'register':
      return { f: 'write', key, value, expected: null }
    case 'cas-register':
      return second ? { f: 'cas', key, value, expected } : { f: 'write', key, value, expected: null }
    case 'counter':
      return { f: 'increment', key, value: shape.values === 0 ? 1 : value + 1, expected: null }
    case 'append-list':
      return { f: 'append', key, value, expected: null }
    case 'set':
      return second
        ? { f: 'remove', key, value: expected, expected: null }
        : { f: 'add', key, value, expected: null }
    case 'kv':
      return { f: second ? 'append' : 'write', key, value: `x ${value} y`, expected: null }
  }
}

function effect(states: State[], op: Running): void {
  const state = states[op.key]
  op.effected = true
  const change = (next: unknown): void => {
    state.before.push(state.now)
    if (state.before.length > 8) state.before.shift()
    state.now = next
  }
  switch (op.f) {
    case 'read':
      op.result = state.now
      return
    case 'cas':
      op.result = state.now === op.expected
      if (op.result === true) change(op.value)
      return
    case 'increment':
      return change((state.now as number) + (op.value as number))
    case 'append':
      return change(
        typeof state.now === 'string'
          ? state.now + (op.value as string)
          : [...(state.now as unknown[]), op.value],
      )
    case 'add':
      if (!(state.now as unknown[]).includes(op.value)) change([...(state.now as unknown[]), op.value])
      return
    case 'remove':
      return change((state.now as unknown[]).filter((element) => element !== op.value))
    default:
      return change(op.value)
  }
}

/**
 * In the manner of the public recordings of a key-value store under a Jepsen test: five processes that read, write and
 * swap five small values of one register, some 90 operations with up to a fifth timed out.
 */
export function casRecording(seed: number, isStale: boolean): Operations {
  return recordedHistory(seed, {
    model: 'cas-register',
    processes: 5,
    operations: 60 + (seed % 40),
    keys: 1,
    values: 5,
    readPpm: 333_333,
    secondPpm: 500_000,
    timeoutPpm: 20_000 * (seed % 11),
    stalePpm: isStale ? 60_000 : 0,
  })
}

/** Fifty clients on ten keys of a string store. */
export function kvRecording(seed: number, isStale: boolean): Operations {
  return recordedHistory(seed, {
    model: 'kv',
    processes: 50,
    operations: 2024,
    keys: 10,
    values: 0,
    readPpm: 450_000,
    secondPpm: 900_000,
    timeoutPpm: 0,
    stalePpm: isStale ? 5_000 : 0,
  })
}
