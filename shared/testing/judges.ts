import { operationsOf } from '../checkers/operations/index.ts'
import { checkerNamed } from '../checkers/registry.ts'
import type { History } from '../history/types.ts'
import { metricsOf } from '../metrics/index.ts'
import type { Plan } from '../plan/types.ts'
import { logOrderProblems } from './log-order.ts'
import { stuck, valuesWereWritten, wellFormed } from './soak.ts'

/** A checker that takes longer is left undecided, which is no violation. */
const STEPS_MAX = 500_000

/** Something that is wrong with a run: who says so, and a sentence. */
export interface Complaint {
  readonly by: string
  readonly sentence: string
}

type Judge = (history: History, plan: Plan) => readonly string[]

/** What judges a history beside the checkers of guarantees. */
const OWN_JUDGES: Readonly<Record<string, Judge>> = {
  'the record': (history) => [...wellFormed(history), ...valuesWereWritten(history)],
  /** No read returns a version older than one acknowledged before the read began. */
  'no stale read': (history) => {
    const { staleReads } = metricsOf(history).staleness
    return staleReads > 0 ? [`${staleReads} stale reads`] : []
  },
  /** Log positions only go forward, in real time as far as the settings promise it. */
  'log order': (history, plan) => logOrderProblems(history, plan.topology),
  progress: (history, plan) =>
    stuck(history, plan) ? ['no operation succeeded after every fault had ended'] : [],
}

export const JUDGE_OF_ALL = 'the record'

/** Whether there is a judge of a name: one of the above, or a checker of a guarantee. */
export function isJudge(name: string): boolean {
  return Object.hasOwn(OWN_JUDGES, name) || checkerNamed(name) !== undefined
}

/** What the judges of these names, and the judge of every record, have to say of a history. */
export function complaints(history: History, plan: Plan, names: readonly string[]): Complaint[] {
  const found: Complaint[] = []
  const operations = operationsOf(history)
  for (const name of [JUDGE_OF_ALL, ...names]) {
    if (Object.hasOwn(OWN_JUDGES, name)) {
      for (const sentence of OWN_JUDGES[name](history, plan).slice(0, 1)) found.push({ by: name, sentence })
      continue
    }
    const checker = checkerNamed(name)
    if (checker === undefined) throw new Error(`there is no judge "${name}"`)
    if (!checker.models.includes(operations.model)) continue
    const verdict = checker.check(operations, STEPS_MAX)
    if (verdict.status === 'violated') found.push({ by: name, sentence: verdict.evidence.sentence })
  }
  return found
}
