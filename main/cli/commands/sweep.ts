import { listed } from '../../../shared/base/listed.ts'
import { countOf } from '../../../shared/report/numbers.ts'
import type { LeftOut, Sweep } from '../../../shared/report/sweep/types.ts'
import { jsonSweep } from '../../../shared/report/sweep/views.ts'
import {
  SWEEP_METRICS_USUAL,
  SWEEP_RUNS_MAX,
  sweepSize,
  type VariedSetting,
} from '../../../shared/report/sweep/vary.ts'
import { combinationWords, sweepSentence, sweepTable } from '../../../shared/report/sweep/words.ts'
import { parseJsonText } from '../../../shared/topology/json-text.ts'
import { isMetricName, METRIC_NAMES } from '../../../shared/topology/metric-names.ts'
import { mendFor } from '../../../shared/topology/suggest.ts'
import { readTopologyText } from '../../host/files.ts'
import { Lab } from '../../host/lab.ts'
import { planSweep, runSweep, withoutObstacles, type PlannedSweep } from '../../host/sweep.ts'
import { SWEEP_VIEWS } from '../../host/sweep-files.ts'
import { failureToWrite, obstacleToViews } from '../../host/view-files.ts'
import {
  integerOf,
  refuseInput,
  UsageError,
  type Arguments,
  type Program,
  type Terminal,
} from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { ProgressBar } from '../progress.ts'
import { shellWord } from '../../host/shell-word.ts'
import { StopSignals } from '../stop-signals.ts'
import { plain, tableText, type Cell } from '../table.ts'
import { variedSettings } from '../vary.ts'

/** `replica-lab sweep FILE --vary PATH=A,B,C`. */
export async function run(args: Arguments, terminal: Terminal, program: Program): Promise<ExitCode> {
  const [file] = args.operands
  const vary = variedSettings(args.values('vary'))
  if (vary.length === 0) throw new UsageError('A sweep varies something: --vary PATH=A,B,C.')
  const seeds = integerOf(args, 'seeds', 1, SWEEP_RUNS_MAX) ?? 1
  const seed = integerOf(args, 'seed', 0, Number.MAX_SAFE_INTEGER - SWEEP_RUNS_MAX)
  const metrics = metricsOf(args.values('metric'))
  const amount = runsText(vary, seeds)
  const targets = args.values('report')
  const obstacle = await obstacleToViews(targets, SWEEP_VIEWS, {
    what: 'a sweep',
    input: 'the topology file',
    inputs: [file],
  })
  if (obstacle !== null) throw new UsageError(obstacle)
  const asJson = args.has('json')
  const text = await readTopologyText(file)
  if (!text.ok) return refuseInput(file, text.error, asJson, terminal)
  const json = parseJsonText(text.value)
  if (!json.ok) return refuseInput(file, json.error, asJson, terminal)
  const planned = planSweep(json.value, vary)
  if (!planned.ok) throw new UsageError(`--vary: ${planned.error}`)
  const isQuiet = args.has('quiet')
  const command = commandOf(args)
  const lab = new Lab(program.threads)
  const bar = terminal.isWatched && !isQuiet ? new ProgressBar(terminal, 'simulating') : null
  const signals = new StopSignals(() => {
    bar?.clear()
    if (!isQuiet) terminal.err('Stopping; the table will have what is done.\n')
  })
  let sweep: Sweep
  try {
    const plan = withoutObstacles(planned.value, lab, command)
    tellRefused(file, plan, terminal)
    if (plan.combinations.length === 0) {
      if (asJson) terminal.out(`${JSON.stringify({ problems: problemsOf(plan.refused) }, null, 2)}\n`)
      return EXIT.badInput
    }
    if (bar !== null) terminal.err(`${amount}.\n`)
    sweep = await runSweep(lab, plan, {
      seeds,
      ...(seed === undefined ? {} : { seed }),
      metrics,
      command,
      onProgress: (share) => bar?.update(share),
      signal: signals.signal,
    })
  } finally {
    bar?.clear()
    signals.release()
    await lab.dispose()
  }
  // Where a file cannot be written the runs were not in vain.
  const failure = await failureToWrite(targets, SWEEP_VIEWS, sweep)
  if (asJson) terminal.out(jsonSweep(sweep))
  else if (!isQuiet) terminal.out(sweepText(sweep, failure === null ? targets : []))
  for (const { set, seed: failed, sentence } of sweep.failed) {
    terminal.err(`${file} with ${plain(combinationWords(vary, set))}, seed ${failed}: ${plain(sentence)}\n`)
  }
  if (failure !== null) throw failure
  if (signals.received !== null) return signals.received === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
  return sweep.failed.length > 0 ? EXIT.internal : EXIT.ok
}

/** "12 combinations with 3 seeds each, 36 runs". Throws a UsageError where they are too many. */
function runsText(vary: readonly VariedSetting[], seeds: number): string {
  const size = sweepSize(vary, seeds)
  if (!size.ok) throw new UsageError(size.error)
  const { combinations, runs } = size.value
  return `${countOf(combinations, 'combination')} with ${countOf(seeds, 'seed')} each, ${countOf(runs, 'run')}`
}

function metricsOf(texts: readonly string[]): string[] {
  const names = texts.flatMap((text) => text.split(','))
  const unknown = names.find((name) => !isMetricName(name))
  if (unknown !== undefined) {
    const known = METRIC_NAMES.map(({ name }) => name)
    throw new UsageError(`There is no metric "${unknown}".${mendFor(unknown, known, 'metric')}`)
  }
  return names.length === 0 ? [...SWEEP_METRICS_USUAL] : [...new Set(names)]
}

function tellRefused(file: string, { vary, refused }: PlannedSweep, terminal: Terminal): void {
  for (const { set, problems } of refused) {
    for (const { path, sentence } of problems) {
      terminal.err(`${file} with ${plain(combinationWords(vary, set))}: ${path}: ${sentence}\n`)
    }
  }
}

function problemsOf(refused: readonly LeftOut[]): object[] {
  return refused.flatMap(({ set, problems }) => problems.map((problem) => ({ set, ...problem })))
}

function sweepText(sweep: Sweep, written: readonly string[]): string {
  const { columns, rows } = sweepTable(sweep)
  const firstFigure = columns.length - sweep.metrics.length
  const cells = (row: readonly string[]): Cell[] =>
    row.map((text, column) => (column < firstFigure ? text : { right: text }))
  return [
    `${plain(sweep.topology)}\n${sweepSentence(sweep)}\n`,
    tableText([columns, ...rows].map(cells)),
    ...(written.length === 0 ? [] : [`Written: ${plain(listed(written))}\n`]),
  ].join('\n')
}

/** The command that makes the sweep again. */
function commandOf(args: Arguments): string {
  const flags = ['vary', 'seeds', 'seed', 'metric'].flatMap((name) =>
    args.values(name).flatMap((value) => [`--${name}`, value]),
  )
  return ['replica-lab', 'sweep', ...args.operands, ...flags].map(shellWord).join(' ')
}
