import type { Operations, Verdict } from '../checkers/contract.ts'
import { CLOCK_STEPS_PER_STEP, COUNTS_CLOCKS, judgements, questionOf, settled } from '../checkers/judge.ts'
import type { Judgement, Question } from '../checkers/judge.ts'
import { strongestLevelObserved } from '../checkers/lattice/index.ts'
import { operationsOf, withDenseValues } from '../checkers/operations/index.ts'
import { checksFor } from '../checkers/registry.ts'
import type { History } from '../history/types.ts'
import { PARAMETRIC_GUARANTEE } from '../topology/metric-names.ts'
import type { Topology } from '../topology/types.ts'
import { reportedEvidence } from './evidence/reported.ts'
import { formatCount } from './numbers.ts'
import type { GuaranteeResult } from './types.ts'

/**
 * What a verdict may cost a run that nobody asked it of: about a second at most. Bounds are operations and steps, never
 * time: the same run has the same verdicts on every machine. (A step of the causal checkers, which count entries of
 * clocks, is far cheaper than one of a search.)
 */
interface Price {
  operationsMax: number
  stepsMax: number
}
const PASS: Price = { operationsMax: 1_000_000, stepsMax: 3_000_000 }
const CLOCKS: Price = { operationsMax: 200_000, stepsMax: 60_000_000 }
const SATURATION: Price = { operationsMax: 4_000, stepsMax: 100_000 }
const SESSIONS = ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads']
const PRICES: ReadonlyMap<string, Price> = new Map<string, Price>([
  ['sequential', SATURATION],
  ['consistent-prefix', SATURATION],
  ...[...COUNTS_CLOCKS].map((name) => [name, CLOCKS] as const),
])
/** What the topology expects or claims is worth more. */
const ASKED_FACTOR = 5

/** The verdicts of a run, as its report has them. */
export interface RunVerdicts {
  guarantees: GuaranteeResult[]
  /** "causal holds; sequential is violated". */
  strongestLevel: string
}

/** Why a guarantee is judged: the file expects a verdict, its consistency section claims it, or it can be judged anyway. */
function askedBy(topology: Topology): ReadonlyMap<string, 'expected' | 'claimed'> {
  const { consistency, expect } = topology
  const claimed = [consistency.read, ...consistency.session].map((name) => [name, 'claimed'] as const)
  const expected = expect.flatMap((spec) =>
    'guarantee' in spec ? [[spec.guarantee, 'expected'] as const] : [],
  )
  return new Map([...claimed, ...expected])
}

/** Judges a run's history by every guarantee that can be judged of it, or by those named alone; the strongest first. */
export function runVerdicts(history: History, topology: Topology, names?: readonly string[]): RunVerdicts {
  return verdictsOf(withDenseValues(operationsOf(history)), topology, names)
}

/** The same of any record's operations. */
export function verdictsOf(ops: Operations, topology: Topology, names?: readonly string[]): RunVerdicts {
  const asked = askedBy(topology)
  const known = checksFor(ops.model).map(({ name }) => name)
  // What the file expects with a number of its own comes beside the usual one.
  const own = [...asked.keys()].filter((name) => PARAMETRIC_GUARANTEE.test(name))
  const questions = [...known, ...own]
    .filter((name) => names === undefined || names.includes(name))
    .map((name) => questionOf(name, asked.has(name)))
    .filter((question) => question !== undefined)
    .filter(({ checker }) => checker.models.includes(ops.model))
  const priceOf = ({ name }: Question): Price => {
    // Where versions are known, sessions are judged in a pass.
    const isPass = ops.versionRank !== null && SESSIONS.includes(name)
    const price = (isPass ? undefined : PRICES.get(name)) ?? PASS
    const factor = asked.has(name) ? ASKED_FACTOR : 1
    return { operationsMax: price.operationsMax * factor, stepsMax: price.stepsMax * factor }
  }
  const judged = [...judgements(ops, questions, (question) => limitOf(ops, priceOf(question)))]
  const byName = new Map(settled(judged).map((one) => [one.question.name, one]))
  const all = questions.map(({ name }) => byName.get(name)).filter((one) => one !== undefined)
  const verdicts = new Map(all.map(({ question, verdict }) => [question.name, verdict]))
  return {
    guarantees: all.map((one) => guaranteeResult(ops, one, asked.get(one.question.name) ?? null)),
    strongestLevel: strongestLevelObserved(verdicts).text,
  }
}

function limitOf({ count }: Operations, { operationsMax, stepsMax }: Price): number | string {
  if (count <= operationsMax) return stepsMax
  return `the run has ${formatCount(count)} operations, and of more than ${formatCount(operationsMax)} this is not judged`
}

/** Steps of a verdict that somebody asks for and waits for: seconds. */
const PATIENT_STEPS = 20_000_000

/**
 * The verdict on one guarantee, which may carry a parameter of its own ("k-atomic:3"), whatever a run may spend on it. A
 * sentence where there is no such guarantee, or it says nothing of such records.
 */
export function verdictOn(ops: Operations, name: string): GuaranteeResult | string {
  const question = questionOf(name, true)
  if (question === undefined) return `There is no guarantee "${name}".`
  if (!question.checker.models.includes(ops.model)) {
    return `"${name}" says nothing of records of the model "${ops.model}".`
  }
  const steps = COUNTS_CLOCKS.has(question.checker.name)
    ? PATIENT_STEPS * CLOCK_STEPS_PER_STEP
    : PATIENT_STEPS
  const [judgement] = judgements(ops, [question], () => steps)
  return guaranteeResult(ops, judgement, null)
}

/** A verdict with its evidence as plain JSON; `asked` says why it was judged. */
export function guaranteeResult(
  ops: Operations,
  { question, verdict, because }: Judgement,
  asked: 'expected' | 'claimed' | null,
): GuaranteeResult {
  const { title, definition } = question.checker
  return {
    name: question.name,
    title,
    definition,
    status: verdict.status,
    evidence: evidenceOf(ops, verdict),
    figures: { ...verdict.figures },
    because,
    asked,
  }
}

function evidenceOf(ops: Operations, verdict: Verdict): GuaranteeResult['evidence'] {
  if (verdict.status === 'holds') return null
  return verdict.status === 'undecided' ? verdict.reason : reportedEvidence(ops, verdict.evidence)
}
