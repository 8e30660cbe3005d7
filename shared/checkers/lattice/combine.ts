import type { Verdict } from '../contract.ts'
import { LEVELS, strongerThan, weakerThan } from './implies.ts'

/** A guarantee's verdict, from its own checker or from another's. */
export interface CombinedVerdict {
  readonly name: string
  readonly verdict: Verdict
  /** The guarantee from whose verdict this one follows; null if it is its checker's own. */
  readonly because: string | null
}

/**
 * Verdicts on one record, seen together: a violated guarantee violates all that imply it, one that holds makes all hold
 * that it implies. Violated beats holds beats undecided: a violation comes with its proof, and a
 * stronger checker that says otherwise had less to go by. In the order given.
 */
export function combine(verdicts: ReadonlyMap<string, Verdict>): CombinedVerdict[] {
  const first = (names: readonly string[], status: Verdict['status']): string | undefined =>
    names.find((name) => verdicts.get(name)?.status === status)
  return [...verdicts].map(([name, verdict]): CombinedVerdict => {
    if (verdict.status === 'violated') return { name, verdict, because: null }
    const broken = first(weakerThan(name), 'violated')
    const weaker = broken === undefined ? undefined : verdicts.get(broken)
    if (broken !== undefined && weaker?.status === 'violated')
      return { name, verdict: { ...weaker, figures: verdict.figures }, because: broken }
    if (verdict.status === 'holds') return { name, verdict, because: null }
    const kept = first(strongerThan(name), 'holds')
    if (kept === undefined) return { name, verdict, because: null }
    return { name, verdict: { status: 'holds', figures: verdict.figures }, because: kept }
  })
}

/** The status of several verdicts as one: violated beats undecided beats holds. */
export function worst(verdicts: readonly Verdict[]): Verdict['status'] {
  if (verdicts.some(({ status }) => status === 'violated')) return 'violated'
  return verdicts.some(({ status }) => status === 'undecided') ? 'undecided' : 'holds'
}

export interface ObservedLevel {
  /** The strongest levels that hold: none of them implies another. */
  readonly levels: readonly string[]
  /** In words, without a full stop. */
  readonly text: string
}

/**
 * "causal-convergent and consistent-prefix hold; sequential is violated; linearizable is undecided": the strongest levels
 * of those judged that hold, and what became of the next ones up.
 */
export function strongestLevelObserved(verdicts: ReadonlyMap<string, Verdict>): ObservedLevel {
  const combined = new Map(combine(verdicts).map(({ name, verdict }) => [name, verdict.status]))
  const withStatus = (status: Verdict['status']): string[] =>
    LEVELS.filter((level) => combined.get(level) === status)
  const holding = withStatus('holds')
  const levels = holding.filter((level) => !strongerThan(level).some((other) => holding.includes(other)))
  /** Of those above the ones that hold, the weakest. */
  const lowest = (names: readonly string[]): string[] =>
    names.filter((name) => !weakerThan(name).some((other) => names.includes(other)))
  const parts = [
    levels.length === 0 ? 'no level that was judged holds for certain' : clause(levels, 'holds', 'hold'),
    clause(lowest(withStatus('violated')), 'is violated', 'are violated'),
    clause(lowest(withStatus('undecided')), 'is undecided', 'are undecided'),
  ]
  return { levels, text: parts.filter((part) => part !== '').join('; ') }
}

function clause(names: readonly string[], one: string, several: string): string {
  if (names.length === 0) return ''
  if (names.length === 1) return `${names[0]} ${one}`
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]} ${several}`
}
