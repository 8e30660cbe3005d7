import { describe, expect, test } from 'vitest'
import type { Checker, Verdict } from './contract.ts'
import { judgements, questionOf, settled } from './judge.ts'
import type { Question } from './judge.ts'
import { operationsFrom } from './operations/index.ts'
import type { PlainOperation } from './operations/index.ts'
import { checksFor } from './registry.ts'

const NOTHING = operationsFrom({ model: 'register' }, [])
const HOLDS: Verdict = { status: 'holds', figures: {} }
const UNDECIDED: Verdict = { status: 'undecided', reason: 'a test', figures: {} }
const VIOLATED: Verdict = {
  status: 'violated',
  evidence: { sentence: 's', anomaly: null, operations: [0], edges: [], legalPrefix: [], cycle: [] },
  figures: {},
}

/** Questions whose checkers say what the table says, and write down that they were asked. */
function questions(verdicts: Readonly<Record<string, Verdict>>, asked: string[], isOwn = false): Question[] {
  return Object.entries(verdicts).map(([name, verdict]) => {
    const known = questionOf(name, isOwn) as Question
    const checker: Checker = {
      ...known.checker,
      check: () => {
        asked.push(name)
        return verdict
      },
    }
    return { ...known, checker }
  })
}

const statuses = (all: readonly { question: Question; verdict: Verdict; because: string | null }[]) =>
  Object.fromEntries(all.map(({ question, verdict, because }) => [question.name, [verdict.status, because]]))

test('where the strongest holds nobody else is asked', () => {
  const asked: string[] = []
  const all = [
    ...judgements(
      NOTHING,
      questions({ causal: UNDECIDED, linearizable: HOLDS, 'k-atomic:3': UNDECIDED }, asked),
      () => 1,
    ),
  ]
  expect(asked).toEqual(['linearizable'])
  expect(statuses(all)).toEqual({
    linearizable: ['holds', null],
    causal: ['holds', 'linearizable'],
    'k-atomic:3': ['holds', 'linearizable'],
  })
})

test('where it does not, the weak come first, and what they break is broken', () => {
  const asked: string[] = []
  const all = [
    ...judgements(
      NOTHING,
      questions(
        { linearizable: VIOLATED, sequential: HOLDS, causal: VIOLATED, 'monotonic-reads': HOLDS },
        asked,
      ),
      () => 1,
    ),
  ]
  expect(asked).toEqual(['linearizable', 'monotonic-reads', 'causal'])
  expect(statuses(all).sequential).toEqual(['violated', 'causal'])
})

test('who wants a verdict of its own gets it', () => {
  const asked: string[] = []
  const all = [
    ...judgements(NOTHING, questions({ linearizable: HOLDS, causal: HOLDS }, asked, true), () => 1),
  ]
  expect(asked).toEqual(['linearizable', 'causal'])
  expect(statuses(all).causal).toEqual(['holds', null])
})

test('a verdict on a parameter says nothing of the guarantee without one', () => {
  const asked: string[] = []
  const all = [
    ...judgements(NOTHING, questions({ 'k-atomic:1': VIOLATED, linearizable: UNDECIDED }, asked), () => 1),
  ]
  expect(statuses(settled(all)).linearizable).toEqual(['undecided', null])
})

test('a limit in words takes the place of the verdict', () => {
  const asked: string[] = []
  const [one] = [...judgements(NOTHING, questions({ causal: HOLDS }, asked), () => 'too large')]
  expect(asked).toEqual([])
  expect(one.verdict).toEqual({ status: 'undecided', reason: 'too large', figures: {} })
})

test('what stays undecided may follow from what is known in the end; what was judged stays as it was judged', () => {
  const asked: string[] = []
  const all = [
    ...judgements(
      NOTHING,
      questions({ linearizable: UNDECIDED, causal: VIOLATED, sequential: HOLDS }, asked),
      () => 1,
    ),
  ]
  expect(statuses(settled(all))).toEqual({
    linearizable: ['violated', 'causal'],
    causal: ['violated', null],
    sequential: ['violated', 'causal'],
  })
})

describe('the shortcut and the long way agree', () => {
  test.each([0, 1, 2, 3, 4, 5])('on random registers %i', async (seed) => {
    const { smallHistory } = await import('./testing/random-histories.ts')
    for (let each = seed * 50; each < seed * 50 + 50; each++) {
      const ops = smallHistory(each, 'register', { keysMax: 2, pauseMin: 0, someLarge: false })
      const ask = (isOwn: boolean) =>
        statuses(
          settled([
            ...judgements(
              ops,
              checksFor('register').map(({ name }) => questionOf(name, isOwn) as Question),
              () => 200_000,
            ),
          ]),
        )
      const [short, long] = [ask(false), ask(true)]
      for (const name of Object.keys(long)) {
        // The long way may leave open what follows, and never says otherwise.
        if (long[name][0] !== 'undecided') expect(short[name][0], `${name}, seed ${each}`).toBe(long[name][0])
      }
    }
  })
})

test('a read of the past is found by the whole chain', () => {
  const op = (process: number, f: 'read' | 'write', value: unknown, at: number): PlainOperation =>
    f === 'read' ? { process, f, result: value, at, end: at + 1 } : { process, f, value, at, end: at + 1 }
  const ops = operationsFrom({ model: 'register' }, [
    op(0, 'write', 1, 0),
    op(0, 'write', 2, 2),
    op(0, 'read', 1, 4),
  ])
  const all = [
    ...judgements(
      ops,
      checksFor('register').map(({ name }) => questionOf(name, false) as Question),
      () => 1e6,
    ),
  ]
  expect(statuses(all)).toMatchObject({
    linearizable: ['violated', null],
    'read-your-writes': ['violated', null],
    causal: ['violated', 'read-your-writes'],
    sequential: ['violated', 'read-your-writes'],
    'monotonic-reads': ['holds', null],
  })
})
