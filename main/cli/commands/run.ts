import { LIMITS } from '../../../shared/topology/limits.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import type { Report } from '../../../shared/report/types.ts'
import { jsonReport } from '../../../shared/report/views/json.ts'
import { obstacleToOutputs, writeOutputs } from '../../host/exports.ts'
import { readTopology } from '../../host/files.ts'
import { Lab } from '../../host/lab.ts'
import { RunError, type Run, type RunOptions, type RunResult } from '../../host/run.ts'
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
import { shellWord } from '../shell-word.ts'
import { StopSignals } from '../stop-signals.ts'
import { summaryText } from '../summary.ts'

/** `replica-lab run FILE`. */
export async function run(args: Arguments, terminal: Terminal, program: Program): Promise<ExitCode> {
  const [file] = args.operands
  const isLive = args.has('live')
  const seed = integerOf(args, 'seed', 0, Number.MAX_SAFE_INTEGER)
  const durationMs = durationOf(args)
  const outputs = { reports: args.values('report'), history: args.value('history') }
  const obstacle = await obstacleToOutputs(outputs, file)
  if (obstacle !== null) throw new UsageError(obstacle)
  const topology = await readTopology(file, strategies)
  if (!topology.ok) return refuseInput(file, topology.error, args.has('json'), terminal)
  const quiet = args.has('quiet')
  if (durationMs !== undefined && topology.value.workload.kind === 'probe' && !quiet) {
    terminal.err('A probe ends when its samples are done: --duration changes nothing here.\n')
  }
  const options: RunOptions = {
    kind: isLive ? 'live' : 'simulated',
    ...(seed === undefined ? {} : { seed }),
    ...(durationMs === undefined ? {} : { durationMs }),
    command: commandOf(file, args),
    keepsHistory: outputs.history !== null,
  }
  const bar =
    terminal.isWatched && !quiet ? new ProgressBar(terminal, isLive ? 'running live' : 'simulating') : null
  const signals = new StopSignals(() => {
    bar?.clear()
    if (!quiet) terminal.err('Stopping; what there is so far will be written. Ctrl-C again ends at once.\n')
  })
  const lab = new Lab(program.threads)
  let ended: Ended
  try {
    const opened = lab.open(topology.value, options)
    if (!opened.ok) throw new Error(opened.error)
    const run = opened.value
    run.onProgress(({ share }) => bar?.update(share))
    signals.signal.addEventListener('abort', () => run.stop())
    ended = await endOf(run)
    bar?.clear()
    await writeOutputs(outputs, ended.result.report, ended.result.history)
  } finally {
    bar?.clear()
    signals.release()
    await lab.dispose()
  }
  if (ended.failure !== null) throw ended.failure
  const { report, wallMs } = ended.result
  if (args.has('json')) terminal.out(`${jsonReport(withWallMs(report, wallMs))}`)
  else if (!quiet) {
    const written = outputs.history === null ? outputs.reports : [...outputs.reports, outputs.history]
    terminal.out(summaryText(report, wallMs, written))
  }
  return signals.received === null ? verdictOf(report) : exitAfter(signals.received)
}

interface Ended {
  result: RunResult
  failure: RunError | null
}

/** A run that failed is worth a report of what it did until then; where it did nothing, this throws. */
async function endOf(run: Run): Promise<Ended> {
  try {
    return { result: await run.result, failure: null }
  } catch (error) {
    if (!(error instanceof RunError) || error.partial === null) throw error
    return { result: error.partial, failure: error }
  }
}

function durationOf(args: Arguments): number | undefined {
  const text = args.value('duration')
  if (text === null) return undefined
  const ms = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || ms <= 0 || ms > LIMITS.durationMs) {
    throw new UsageError(
      `--duration must be a number of ms above 0, at most ${LIMITS.durationMs}, not "${text}".`,
    )
  }
  return ms
}

/** The command that repeats the run: without the flags that decide only what is shown and written. */
function commandOf(file: string, args: Arguments): string {
  const repeated = ['seed', 'duration'].flatMap((name) => {
    const value = args.value(name)
    return value === null ? [] : [`--${name}`, value]
  })
  const live = args.has('live') ? ['--live'] : []
  return ['replica-lab', 'run', file, ...live, ...repeated].map(shellWord).join(' ')
}

function withWallMs(report: Report, wallMs: number): Report {
  const { simulation } = report
  return simulation === null
    ? report
    : { ...report, simulation: { ...simulation, wallMs: Math.round(wallMs) } }
}

/** Missed beats undecided beats met. */
function verdictOf({ expectations }: Report): ExitCode {
  if (expectations.some(({ status }) => status === 'missed')) return EXIT.missed
  return expectations.some(({ status }) => status === 'undecided') ? EXIT.undecided : EXIT.ok
}

function exitAfter(signal: 'SIGINT' | 'SIGTERM'): ExitCode {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
}
