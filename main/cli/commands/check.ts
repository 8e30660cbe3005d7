import { MODELS } from '../../../shared/checkers/contract.ts'
import type { ModelName, Operations } from '../../../shared/checkers/contract.ts'
import {
  CLOCK_STEPS_PER_STEP,
  COUNTS_CLOCKS,
  judgements,
  questionOf,
  settled,
} from '../../../shared/checkers/judge.ts'
import type { Judgement, Question } from '../../../shared/checkers/judge.ts'
import { LEVELS, strongestLevelObserved } from '../../../shared/checkers/lattice/index.ts'
import { CHECKERS, checksFor } from '../../../shared/checkers/registry.ts'
import { recordedFaults } from '../../../shared/report/evidence/recorded-faults.ts'
import type { CheckedRecord, TimedResult } from '../../../shared/report/evidence/types.ts'
import { guaranteeResult } from '../../../shared/report/guarantees.ts'
import { listed } from '../../../shared/base/listed.ts'
import { GUARANTEE_PARAMETERS } from '../../../shared/topology/metric-names.ts'
import { mendFor } from '../../../shared/topology/suggest.ts'
import type { Problem } from '../../../shared/topology/types.ts'
import { obstacleToEvidencePage, writeEvidencePage } from '../../host/evidence-page.ts'
import { formatNamed, HISTORY_FORMATS, readHistory, type HistoryFormat } from '../../host/read-history.ts'
import { checkText } from '../check-text.ts'
import { integerOf, UsageError, type Arguments, type Terminal } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'

/** Steps of one checker: minutes of work for the hardest of searches, and a fraction of a second for most. */
const STEPS_DEFAULT = 20_000_000
const STEPS_LIMIT = 1_000_000_000_000

interface FileProblem extends Problem {
  file: string
}

/** `replica-lab check HISTORY…`. */
export async function run(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const files = args.operands
  const asked = questionsOf(args)
  const format = formatOf(args)
  const options = { model: modelOf(args), initial: initialOf(args) }
  const steps = integerOf(args, 'steps', 1, STEPS_LIMIT)
  const page = args.value('report')
  if (files.filter((file) => file === '-').length > 1)
    throw new UsageError('Standard input can be read once.')
  if (page !== null) {
    const obstacle = await obstacleToEvidencePage(page, files)
    if (obstacle !== null) throw new UsageError(obstacle)
  }
  const records: CheckedRecord[] = []
  const problems: FileProblem[] = []
  for (const file of files) {
    const read = await readHistory(file, format ?? formatNamed(file), options)
    if (!read.ok) problems.push(...read.error.map((problem) => ({ file, ...problem })))
    // What is left is read for its problems only.
    if (!read.ok || problems.length > 0) continue
    const { operations, faults } = read.value
    refuseUnsuited(file, operations.model, asked)
    records.push({
      ...judgedRecord(operations, asked, steps),
      file,
      faults: recordedFaults(operations, faults),
    })
  }
  if (problems.length > 0) return refuse(problems, args.has('json'), terminal)
  if (page !== null) await writeEvidencePage(page, records)
  terminal.out(args.has('json') ? jsonOf(records) : checkText(records, page))
  return exitOf(records, asked !== null)
}

/** Judges a record by what was asked, or else by all that can judge its model. */
function judgedRecord(
  ops: Operations,
  asked: readonly Question[] | null,
  steps: number | undefined,
): Omit<CheckedRecord, 'file' | 'faults'> {
  const questions =
    asked ??
    checksFor(ops.model)
      .map(({ name }) => questionOf(name, false))
      .filter((question) => question !== undefined)
  const wallMs = new Map<string, number>()
  const judged: Judgement[] = []
  let startMs = performance.now()
  for (const judgement of judgements(ops, questions, (question) => steps ?? defaultSteps(question))) {
    const nowMs = performance.now()
    wallMs.set(judgement.question.name, nowMs - startMs)
    judged.push(judgement)
    startMs = nowMs
  }
  const byName = new Map(settled(judged).map((one) => [one.question.name, one]))
  const results = questions.flatMap(({ name }): TimedResult[] => {
    const judgement = byName.get(name)
    if (judgement === undefined) return []
    return [{ ...guaranteeResult(ops, judgement, null), wallMs: wallMs.get(name) ?? 0 }]
  })
  const verdicts = new Map([...byName].map(([name, { verdict }]) => [name, verdict]))
  return {
    model: ops.model,
    operations: ops.count,
    keys: ops.keyCount,
    processes: ops.processCount,
    results,
    strongestLevel: asked === null ? strongestLevelObserved(verdicts).text : null,
  }
}

function defaultSteps({ checker }: Question): number {
  return COUNTS_CLOCKS.has(checker.name) ? STEPS_DEFAULT * CLOCK_STEPS_PER_STEP : STEPS_DEFAULT
}

function questionsOf(args: Arguments): Question[] | null {
  const names = args.values('guarantee').flatMap((value) => value.split(','))
  if (names.length === 0) return null
  return [...new Set(names.map((name) => name.trim()))].map((name) => {
    const question = questionOf(name, true)
    if (question === undefined) throw new UsageError(noSuchGuarantee(name))
    return question
  })
}

function noSuchGuarantee(name: string): string {
  const [plain, parameter] = name.split(':')
  if (parameter !== undefined && GUARANTEE_PARAMETERS.has(plain))
    return `${plain} cannot be asked with "${parameter}": k-atomic:3 is of 3 versions, bounded-staleness:250 of 250 ms.`
  return `There is no guarantee "${name}".${mendFor(plain, [...CHECKERS.keys()], 'guarantee')}`
}

function refuseUnsuited(file: string, model: ModelName, asked: readonly Question[] | null): void {
  const unsuited = asked?.find(({ checker }) => !checker.models.includes(model))
  if (unsuited === undefined) return
  const names = checksFor(model).map(({ name }) => name)
  throw new UsageError(
    `${file} is a record of the model "${model}", of which ${unsuited.name} says nothing. There are ${listed(names)}.`,
  )
}

/** Null where the names of the files tell. */
function formatOf(args: Arguments): HistoryFormat | null {
  const text = args.value('from')
  if (text === null) return null
  const format = HISTORY_FORMATS.find((known) => known === text)
  if (format !== undefined) return format
  throw new UsageError(`There is no format "${text}" of histories; there are ${listed(HISTORY_FORMATS)}.`)
}

function modelOf(args: Arguments): ModelName | null {
  const text = args.value('model')
  if (text === null) return null
  const model = MODELS.find((known) => known === text)
  if (model !== undefined) return model
  throw new UsageError(`There is no model "${text}".${mendFor(text, MODELS, 'model')}`)
}

/** A JSON value or, where it is none, a text as it stands. */
function initialOf(args: Arguments): unknown {
  const text = args.value('initial')
  if (text === null) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function refuse(problems: readonly FileProblem[], asJson: boolean, terminal: Terminal): ExitCode {
  for (const { file, path, sentence } of problems) terminal.err(`${file}: ${path}: ${sentence}\n`)
  if (asJson) terminal.out(`${JSON.stringify({ problems }, null, 2)}\n`)
  return EXIT.badInput
}

function jsonOf(records: readonly CheckedRecord[]): string {
  const rows = records.flatMap(({ file, operations, results }) =>
    results.map(({ name, status, evidence, figures = {}, because = null, wallMs }) => ({
      file,
      guarantee: name,
      status,
      evidence: {
        ...(status === 'undecided' ? { reason: evidence } : {}),
        ...(typeof evidence === 'object' ? evidence : {}),
        ...(because === null ? {} : { because }),
        figures,
      },
      operations,
      wallMs: Math.round(wallMs * 1000) / 1000,
    })),
  )
  return `${JSON.stringify(rows, null, 2)}\n`
}

/**
 * Violated beats undecided beats holds. Where nobody asked for anything in particular, what is undecided counts among the
 * levels only: few records say what became of data in the end.
 */
function exitOf(records: readonly CheckedRecord[], isAsked: boolean): ExitCode {
  const results = records.flatMap((record) => record.results)
  if (results.some(({ status }) => status === 'violated')) return EXIT.missed
  const isOpen = results.some(
    ({ name, status }) => status === 'undecided' && (isAsked || LEVELS.includes(name)),
  )
  return isOpen ? EXIT.undecided : EXIT.ok
}
