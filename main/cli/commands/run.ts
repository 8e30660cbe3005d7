import { LIMITS } from '../../../shared/topology/limits.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import { listed } from '../../../shared/base/listed.ts'
import type { Report } from '../../../shared/report/types.ts'
import { jsonReport } from '../../../shared/report/views/json.ts'
import { obstacleToOutputs, OutputError, targetsOf, writeOutputs } from '../../host/exports.ts'
import { readTopology } from '../../host/files.ts'
import { Lab } from '../../host/lab.ts'
import { RunError, type Run, type RunOptions, type RunResult } from '../../host/run.ts'
import { TOOL } from '../../host/version.ts'
import {
  integerOf,
  refuseInput,
  UsageError,
  type Arguments,
  type Program,
  type Terminal,
} from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { tellFailure } from '../failure.ts'
import { ProgressBar } from '../progress.ts'
import { shellWord } from '../../host/shell-word.ts'
import { StopSignals, type StopSignal } from '../stop-signals.ts'
import { summaryText } from '../summary.ts'

/** `replica-lab run FILE`. */
export async function run(args: Arguments, terminal: Terminal, program: Program): Promise<ExitCode> {
  const [file] = args.operands
  const isLive = args.has('live')
  const realDisk = args.has('real-disk')
  if (realDisk && !isLive) throw new UsageError('--real-disk is for live runs: give --live too.')
  const seed = integerOf(args, 'seed', 0, Number.MAX_SAFE_INTEGER)
  const durationMs = durationOf(args)
  const outputs = { reports: args.values('report'), history: args.value('history') }
  const obstacle = await obstacleToOutputs(outputs, file)
  if (obstacle !== null) throw new UsageError(obstacle)
  const topology = await readTopology(file, strategies)
  if (!topology.ok) return refuseInput(file, topology.error, args.has('json'), terminal)
  if (durationMs !== undefined && topology.value.workload.kind === 'probe' && !args.has('quiet')) {
    terminal.err('A probe ends when its samples are done: --duration changes nothing here.\n')
  }
  const options: RunOptions = {
    kind: isLive ? 'live' : 'simulated',
    ...(seed === undefined ? {} : { seed }),
    ...(durationMs === undefined ? {} : { durationMs }),
    realDisk,
    command: commandOf(file, args),
    keepsHistory: outputs.history !== null,
  }
  const { json, quiet } = { json: args.has('json'), quiet: args.has('quiet') }
  const bar =
    terminal.isWatched && !quiet ? new ProgressBar(terminal, isLive ? 'running live' : 'simulating') : null
  /** Outputs that are not in their places yet. */
  const missing = new Set(targetsOf(outputs))
  const signals = new StopSignals(
    () => {
      bar?.clear()
      if (quiet) return
      const into = missing.size === 0 ? 'shown' : `written to ${listed([...missing])}`
      terminal.err(`Stopping; what there is so far will be ${into}. Ctrl-C again ends at once.\n`)
    },
    (signal) => {
      bar?.clear()
      const without = missing.size === 0 ? '' : ` Not written: ${listed([...missing])}.`
      terminal.err(`${TOOL}: ended at once.${without}\n`)
      process.exit(exitAfter(signal))
    },
  )
  const lab = new Lab(program.threads)
  let ended: Ended
  let unwritten: OutputError | null
  try {
    const tooMuch = lab.obstacleTo(topology.value, options)
    if (tooMuch !== null) return refuseInput(file, [tooMuch], json, terminal)
    const opened = lab.open(topology.value, options)
    if (!opened.ok) throw new RunError(opened.error)
    const run = opened.value
    run.onProgress(({ share }) => bar?.update(share))
    signals.signal.addEventListener('abort', () => run.stop())
    ended = await endOf(run)
    bar?.clear()
    const { report, history } = ended.result
    unwritten = await writeOutputs(outputs, report, history, (target) => missing.delete(target)).then(
      () => null,
      outputErrorOf,
    )
  } finally {
    bar?.clear()
    signals.release()
    await lab.dispose()
  }
  const { report, wallMs } = ended.result
  if (json) terminal.out(`${jsonReport(withWallMs(report, wallMs))}`)
  else if (!quiet) {
    const written = targetsOf(outputs).filter((target) => !missing.has(target))
    terminal.out(summaryText(report, wallMs, written))
  }
  const { history } = outputs
  const failure =
    ended.failure && withRecord(ended.failure, history, history !== null && !missing.has(history))
  const problems = [failure, unwritten].filter((problem) => problem !== null)
  for (const problem of problems) tellFailure(problem, terminal)
  if (problems.length > 0) return EXIT.internal
  return signals.received === null ? verdictOf(report) : exitAfter(signals.received)
}

interface Ended {
  result: RunResult
  /** Why the run ended before its time, unless somebody asked for that. */
  failure: RunError | null
}

/** A run that failed is worth a report of what it did until then; where it did nothing, this throws. */
async function endOf(run: Run): Promise<Ended> {
  try {
    const result = await run.result
    if (!run.lackedMemory) return { result, failure: null }
    return { result, failure: new RunError(`The run ended early: ${result.report.stoppedEarly}.`, result) }
  } catch (error) {
    if (!(error instanceof RunError) || error.partial === null) throw error
    return { result: error.partial, failure: error }
  }
}

/** The failure of a run, with what became of its record. */
function withRecord(failure: RunError, history: string | null, isWritten: boolean): RunError {
  const record =
    history === null
      ? '--history OUT.jsonl would have kept what was recorded until then.'
      : isWritten
        ? `What was recorded until then was written to ${history}.`
        : ''
  return new RunError(`${failure.message} ${record}`.trimEnd(), failure.partial, failure)
}

function outputErrorOf(error: unknown): OutputError {
  if (error instanceof OutputError) return error
  throw error
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
  const live = ['live', 'real-disk'].filter((name) => args.has(name)).map((name) => `--${name}`)
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

function exitAfter(signal: StopSignal): ExitCode {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
}
