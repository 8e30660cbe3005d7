import path from 'node:path'
import { labelsOf } from '../../../shared/report/compare/comparison.ts'
import { comparisonOf, type BroughtRun } from '../../../shared/report/compare/document.ts'
import type { Tolerance } from '../../../shared/report/compare/tolerance.ts'
import { jsonComparison } from '../../../shared/report/compare/views/json.ts'
import type { Report } from '../../../shared/report/types.ts'
import { isMetricName, METRIC_NAMES } from '../../../shared/topology/metric-names.ts'
import { mendFor } from '../../../shared/topology/suggest.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { readComparedInput, type ComparedInput } from '../../host/compared-input.ts'
import { COMPARISON_VIEWS } from '../../host/comparison-files.ts'
import { Lab } from '../../host/lab.ts'
import { RunError } from '../../host/run.ts'
import { TOOL, VERSION } from '../../host/version.ts'
import { failureToWrite, obstacleToViews } from '../../host/view-files.ts'
import { compareText } from '../compare-text.ts'
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

/** Runs are called by letters. */
const RUNS_MAX = 26

/** `replica-lab compare REPORT…`. */
export async function run(args: Arguments, terminal: Terminal, program: Program): Promise<ExitCode> {
  const sources = args.operands
  if (sources.length < 2) throw new UsageError('Two reports or more are compared: name another.')
  if (sources.length > RUNS_MAX) throw new UsageError(`At most ${RUNS_MAX} reports are compared at a time.`)
  const seed = integerOf(args, 'seed', 0, Number.MAX_SAFE_INTEGER)
  const tolerance = toleranceOf(args.values('tolerate'))
  const targets = args.values('report')
  const obstacle = await obstacleToViews(targets, COMPARISON_VIEWS, {
    what: 'a comparison',
    input: 'one of the reports',
    inputs: sources,
  })
  if (obstacle !== null) throw new UsageError(obstacle)
  const inputs: ComparedInput[] = []
  for (const source of sources) {
    const input = await readComparedInput(source)
    if (!input.ok) return refuseInput(source, input.error, args.has('json'), terminal)
    inputs.push(input.value)
  }
  const simulated = await reportsOf(inputs, args, seed, terminal, program)
  if (!Array.isArray(simulated)) return simulated.code
  const labels = labelsFor(simulated, sources)
  const runs = simulated.map((report, i): BroughtRun => ({ label: labels[i], source: sources[i], report }))
  const provenance = { tool: TOOL, version: VERSION, command: commandOf(args) }
  const comparison = comparisonOf(runs, tolerance, provenance)
  // Where a file cannot be written the runs were not in vain.
  const failure = await failureToWrite(targets, COMPARISON_VIEWS, { comparison, runs })
  const written = failure === null ? targets : []
  terminal.out(args.has('json') ? jsonComparison(comparison) : compareText(comparison, runs, written))
  if (failure !== null) throw failure
  const statuses = comparison.held?.map(({ status }) => status) ?? []
  if (statuses.includes('exceeded')) return EXIT.missed
  return statuses.includes('undecided') ? EXIT.undecided : EXIT.ok
}

/** Reports as they were brought, and those of simulations where a topology was; a code where it ended otherwise. */
async function reportsOf(
  inputs: readonly ComparedInput[],
  args: Arguments,
  seed: number | undefined,
  terminal: Terminal,
  program: Program,
): Promise<Report[] | { code: ExitCode }> {
  const topologies = inputs.flatMap((input) => (input.kind === 'topology' ? [input.topology] : []))
  if (topologies.length === 0) {
    if (seed !== undefined) terminal.err('Reports are not run again: --seed changes nothing here.\n')
    return inputs.flatMap((input) => (input.kind === 'report' ? [input.report] : []))
  }
  const sources = args.operands
  const bar = terminal.isWatched ? new ProgressBar(terminal, 'simulating') : null
  const lab = new Lab(program.threads)
  const signals = new StopSignals(() => {
    bar?.clear()
    terminal.err('Stopped; a comparison takes whole runs, so nothing was written.\n')
    void lab.dispose()
  })
  const shares = new Float64Array(inputs.length)
  const simulate = async (topology: Topology, at: number): Promise<Report> => {
    const given = seed === undefined ? [] : ['--seed', String(seed)]
    const opened = lab.open(topology, {
      ...(seed === undefined ? {} : { seed }),
      command: ['replica-lab', 'run', sources[at], ...given].map(shellWord).join(' '),
    })
    if (!opened.ok) throw new RunError(`${sources[at]}: ${opened.error}`)
    opened.value.onProgress(({ share }) => {
      shares[at] = share
      bar?.update(shares.reduce((sum, each) => sum + each, 0) / topologies.length)
    })
    return (await opened.value.result).report
  }
  try {
    for (const [at, input] of inputs.entries()) {
      const tooMuch = input.kind === 'topology' ? lab.obstacleTo(input.topology, { command: '' }) : null
      if (tooMuch !== null) return { code: refuseInput(sources[at], [tooMuch], args.has('json'), terminal) }
    }
    return await Promise.all(
      inputs.map(async (input, at) =>
        input.kind === 'report' ? input.report : simulate(input.topology, at),
      ),
    )
  } catch (error) {
    if (signals.received === null) throw error
    return { code: signals.received === 'SIGINT' ? EXIT.interrupted : EXIT.terminated }
  } finally {
    bar?.clear()
    signals.release()
    await lab.dispose()
  }
}

/** The topologies' names where they tell the runs apart, as before and after a change they do not; else the files'. */
function labelsFor(reports: readonly Report[], sources: readonly string[]): string[] {
  const names = [
    reports.map(({ topology }) => topology.name),
    sources.map((source) => path.basename(source).replace(/\.json$/i, '')),
    sources,
  ]
  return [...(names.find((each) => new Set(each).size === each.length) ?? labelsOf(reports))]
}

/** `--tolerate 10`, `--tolerate read.latency.p99=20`, and several of them with commas between. */
function toleranceOf(texts: readonly string[]): Tolerance | null {
  if (texts.length === 0) return null
  let overall: number | null = null
  const byMetric = new Map<string, number>()
  for (const part of texts.flatMap((text) => text.split(','))) {
    const at = part.lastIndexOf('=')
    const name = at < 0 ? null : part.slice(0, at)
    const limit = part.slice(at + 1)
    if (!/^\d{1,6}(\.\d{1,6})?$/.test(limit)) {
      throw new UsageError(
        `--tolerate takes a number, as in --tolerate 10 or --tolerate read.latency.p99=20, not "${part}".`,
      )
    }
    if (name !== null && !isMetricName(name)) {
      const known = METRIC_NAMES.map((metric) => metric.name)
      throw new UsageError(`There is no metric "${name}".${mendFor(name, known, 'metric')}`)
    }
    if (name === null ? overall !== null : byMetric.has(name)) {
      throw new UsageError(
        `--tolerate says ${name === null ? 'for all figures' : `of ${name}`} twice how much.`,
      )
    }
    if (name === null) overall = Number(limit)
    else byMetric.set(name, Number(limit))
  }
  return { overall, byMetric }
}

function commandOf(args: Arguments): string {
  const flags = ['seed', 'tolerate'].flatMap((name) =>
    args.values(name).flatMap((value) => [`--${name}`, value]),
  )
  return ['replica-lab', 'compare', ...args.operands, ...flags].map(shellWord).join(' ')
}
