import type { Checker, ModelName, Operations } from '../contract.ts'
import { linearizable } from '../linearizable/index.ts'
import { sequential } from '../sequential/index.ts'
import { deltaOf, kAtomicityOf } from '../staleness/index.ts'
import { bruteDelta, bruteKAtomic, bruteLinearizable, bruteSequential } from './brute-force.ts'
import { smallHistory } from './random-histories.ts'
import type { SmallShape } from './random-histories.ts'
import { recordedHistory } from './recorded-histories.ts'

/** How a checker compared with brute force. */
export interface CrossCheck {
  histories: number
  held: number
  violated: number
  /** Neither; brute force always knows. */
  undecided: number
  /** Seeds on which they disagree, each with its model; empty if all is well. */
  disagreements: { seed: number; model: ModelName; expected: boolean; status: string }[]
}

const STEPS_MAX = 1_000_000

type SmallModel = Exclude<ModelName, 'txn'>

/** Judges `count` random histories, seeds `seedFrom` on, by both ways; their models take turns. */
export function crossCheckWith(
  checker: Checker,
  reference: (ops: Operations) => boolean,
  models: readonly SmallModel[],
  history: (seed: number, model: SmallModel) => Operations,
  seedFrom: number,
  count: number,
): CrossCheck {
  const outcome: CrossCheck = { histories: 0, held: 0, violated: 0, undecided: 0, disagreements: [] }
  for (let seed = seedFrom; seed < seedFrom + count; seed++) {
    const model = models[seed % models.length]
    const ops = history(seed, model)
    const expected = reference(ops)
    const { status } = checker.check(ops, STEPS_MAX)
    outcome.histories++
    if (expected) outcome.held++
    else outcome.violated++
    if (status === 'undecided') outcome.undecided++
    if ((status === 'holds') !== expected) outcome.disagreements.push({ seed, model, expected, status })
  }
  return outcome
}

const ALL: readonly SmallModel[] = ['register', 'cas-register', 'counter', 'set', 'append-list', 'kv']

const small =
  (shape: SmallShape) =>
  (seed: number, model: SmallModel): Operations =>
    smallHistory(seed, model, shape)

export function crossCheckLinearizable(seedFrom: number, count: number): CrossCheck {
  return crossCheckWith(
    linearizable,
    bruteLinearizable,
    ALL,
    small({ keysMax: 2, pauseMin: 0, someLarge: true }),
    seedFrom,
    count,
  )
}

export function crossCheckSequential(seedFrom: number, count: number): CrossCheck {
  return crossCheckWith(
    sequential,
    bruteSequential,
    ALL,
    small({ keysMax: 3, pauseMin: 0, someLarge: false }),
    seedFrom,
    count,
  )
}

/** Longer than any small history. */
const DELTA_MAX = 120

/** The smallest k and Δ of registers whose values are written once; here "violated" counts those above 1, or 0. */
export function crossCheckStaleness(seedFrom: number, count: number): CrossCheck {
  const outcome: CrossCheck = { histories: 0, held: 0, violated: 0, undecided: 0, disagreements: [] }
  const model = 'register'
  for (let seed = seedFrom; seed < seedFrom + count; seed++) {
    const ops = smallHistory(seed, model, { keysMax: 1, pauseMin: 1, someLarge: true })
    const k = kAtomicityOf(ops)
    const delta = deltaOf(ops)
    if (k.status === 'unsuited' || delta.status === 'unsuited') {
      outcome.undecided++
      continue
    }
    outcome.histories++
    const [atomic, twoAtomic] = [1, 2].map((versions) => bruteKAtomic(ops, versions))
    if (atomic) outcome.held++
    else outcome.violated++
    const disagrees = (what: string, expected: boolean, found: boolean): void => {
      if (expected !== found)
        outcome.disagreements.push({ seed, model, expected, status: `${what} ${found}` })
    }
    const { kMin, kMax } = k.status === 'known' ? k : { kMin: Infinity, kMax: Infinity }
    disagrees('k = 1', atomic, kMax <= 1)
    disagrees('k ≤ 2', twoAtomic, kMax <= 2)
    disagrees('k > 2', !twoAtomic, kMin > 2)
    // Above 2 there are bounds.
    if (kMax < Infinity) disagrees(`k ≤ ${kMax}`, bruteKAtomic(ops, kMax), true)
    if (kMin > 3 && kMin < Infinity) disagrees(`k ≥ ${kMin}`, !bruteKAtomic(ops, kMin - 1), true)
    disagrees('Δ', true, bruteDelta(ops, DELTA_MAX) === (delta.status === 'known' ? delta.delta : Infinity))
  }
  return outcome
}

/** As `crossCheckLinearizable`, with longer histories of few values and many timeouts: what the search has to master. */
export function crossCheckRecorded(seedFrom: number, count: number): CrossCheck {
  const history = (seed: number, model: SmallModel): Operations =>
    recordedHistory(seed, {
      model,
      processes: 3 + (seed % 4),
      operations: 24,
      keys: 1,
      values: model === 'register' || model === 'cas-register' ? 3 : 2,
      readPpm: 500_000,
      secondPpm: 500_000,
      timeoutPpm: (seed % 3) * 60_000,
      stalePpm: 60_000,
    })
  return crossCheckWith(linearizable, bruteLinearizable, ALL, history, seedFrom, count)
}
