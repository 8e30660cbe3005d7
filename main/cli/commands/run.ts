import { LIMITS } from '../../../shared/topology/limits.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import type { Report } from '../../../shared/report/types.ts'
import { jsonReport } from '../../../shared/report/views/json.ts'
import { obstacleToOutputs, writeOutputs } from '../../host/exports.ts'
import { readTopology } from '../../host/files.ts'
import { runTopology, type RunResult } from '../../host/run.ts'
import { integerOf, refuseInput, UsageError, type Arguments, type Terminal } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { ProgressBar } from '../progress.ts'
import { shellWord } from '../shell-word.ts'
import { StopSignals } from '../stop-signals.ts'
import { summaryText } from '../summary.ts'

/** `replica-lab run FILE`. */
export async function run(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [file] = args.operands
  if (args.has('live')) throw new UsageError('--live: this version runs simulations only.')
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
  const options = {
    ...(seed === undefined ? {} : { seed }),
    ...(durationMs === undefined ? {} : { durationMs }),
    command: commandOf(file, args),
  }
  const bar = terminal.isWatched && !quiet ? new ProgressBar(terminal, 'simulating') : null
  const signals = new StopSignals(() => {
    bar?.clear()
    if (!quiet) terminal.err('Stopping; what there is so far will be written. Ctrl-C again ends at once.\n')
  })
  let result: RunResult
  try {
    result = await runTopology(topology.value, options, (share) => bar?.update(share), signals.signal)
    bar?.clear()
    await writeOutputs(outputs, result.report, result.history)
  } finally {
    bar?.clear()
    signals.release()
  }
  const { report, wallMs } = result
  if (args.has('json')) terminal.out(`${jsonReport(withWallMs(report, wallMs))}`)
  else if (!quiet) {
    const written = outputs.history === null ? outputs.reports : [...outputs.reports, outputs.history]
    terminal.out(summaryText(report, wallMs, written))
  }
  return signals.received === null ? verdictOf(report) : exitAfter(signals.received)
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
  return ['replica-lab', 'run', file, ...repeated].map(shellWord).join(' ')
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
