import type { Checker, Operations, Verdict } from './contract.ts'
import { combine, strongerThan, weakerThan } from './lattice/index.ts'
import { checkerNamed } from './registry.ts'

/** A guarantee that was asked for, by the name that it was asked by: "causal", "k-atomic:3". */
export interface Question {
  readonly name: string
  readonly checker: Checker
  /** Whether a verdict of its own is wanted, even where others settle the matter: its figures, or its evidence. */
  readonly isOwn: boolean
}

export interface Judgement {
  readonly question: Question
  readonly verdict: Verdict
  /** The guarantee whose verdict settles this one, so that its own checker was not run; null where it was. */
  readonly because: string | null
}

/**
 * Checkers whose steps are entries of vector clocks. A hundred of them take about as long as a step of a search, which
 * builds a state and looks it up.
 */
export const COUNTS_CLOCKS: ReadonlySet<string> = new Set([
  'causal',
  'causal-convergent',
  'causal-memory',
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
])
export const CLOCK_STEPS_PER_STEP = 100

/** Questions by name; undefined where there is no such guarantee or parameter. */
export function questionOf(name: string, isOwn: boolean): Question | undefined {
  const checker = checkerNamed(name)
  return checker === undefined ? undefined : { name, checker, isOwn }
}

/**
 * Judges a record by one guarantee after the other. What implies most comes first, then the weak and cheap before the
 * strong and dear: most of what remains then follows from what is known, and is not run (unless `isOwn`). `limit` says
 * how many steps a checker may take or, as a sentence, why it is not to be run. A generator, so that whoever has a clock
 * can tell what each took.
 */
export function* judgements(
  ops: Operations,
  questions: readonly Question[],
  limit: (question: Question) => number | string,
): Generator<Judgement> {
  const known = new Map<string, Verdict>()
  for (const question of [...questions].sort((a, b) => turnOf(a) - turnOf(b))) {
    const { checker, isOwn } = question
    const settled = isOwn ? null : settledBy(question, known)
    if (settled !== null) {
      yield { question, ...settled }
      continue
    }
    const steps = limit(question)
    const verdict: Verdict =
      typeof steps === 'number'
        ? checker.check(ops, steps)
        : { status: 'undecided', reason: steps, figures: {} }
    // A verdict on a parameter of one's own says nothing to the lattice.
    if (question.name === checker.name) known.set(checker.name, verdict)
    yield { question, verdict, because: null }
  }
}

/** The strongest first, for it may settle all others at once; then those that imply least. */
function turnOf({ checker: { name } }: Question): number {
  if (strongerThan(name).length === 0 && weakerThan(name).length > 0) return -1
  // Its checker begins with that of sequential: if nothing weaker breaks that, it is better asked first.
  return weakerThan(name === 'consistent-prefix' ? 'linearizable' : name).length
}

function settledBy(
  { name, checker }: Question,
  known: ReadonlyMap<string, Verdict>,
): Pick<Judgement, 'verdict' | 'because'> | null {
  const stronger = strongerThan(checker.name).find((one) => known.get(one)?.status === 'holds')
  if (stronger !== undefined) return { verdict: { status: 'holds', figures: {} }, because: stronger }
  if (name !== checker.name) return null
  for (const weaker of weakerThan(name)) {
    const verdict = known.get(weaker)
    if (verdict?.status === 'violated') return { verdict: { ...verdict, figures: {} }, because: weaker }
  }
  return null
}

/**
 * Judgements seen together: what its own checker left undecided may follow from what another found. Those of one name
 * and no parameter only, as the lattice speaks of; in the order given.
 */
export function settled(all: readonly Judgement[]): Judgement[] {
  const verdicts = new Map(
    all
      .filter(({ question: { name, checker } }) => name === checker.name)
      .map(({ question, verdict }) => [question.name, verdict]),
  )
  const combined = new Map(combine(verdicts).map((one) => [one.name, one]))
  const origins = new Map(all.map(({ question, because }) => [question.name, because]))
  return all.map((one) => {
    const better = one.verdict.status === 'undecided' ? combined.get(one.question.name) : undefined
    if (better === undefined || better.because === null) return one
    // That one's verdict may follow from another's in its turn, which has the proof.
    const because = origins.get(better.because) ?? better.because
    return { question: one.question, verdict: better.verdict, because }
  })
}
