import { mendFor } from '../../shared/topology/suggest.ts'
import { TOOL, VERSION } from '../host/version.ts'
import {
  helpOf,
  readArguments,
  UsageError,
  type CommandSpec,
  type Program,
  type RunCommand,
  type Terminal,
} from './command.ts'
import { SPECS } from './commands/specs.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { tellFailure } from './failure.ts'

/** Code of the commands, loaded when one is called: help and errors need none of it, and start at once. */
const LOADERS: Readonly<Record<string, () => Promise<{ run: RunCommand }>>> = {
  run: () => import('./commands/run.ts'),
  check: () => import('./commands/check.ts'),
  predict: () => import('./commands/predict.ts'),
  datasheet: () => import('./commands/datasheet.ts'),
  compare: () => import('./commands/compare.ts'),
  sweep: () => import('./commands/sweep.ts'),
  placement: () => import('./commands/placement.ts'),
  validate: () => import('./commands/validate.ts'),
  presets: () => import('./commands/presets.ts'),
  serve: () => import('./commands/serve.ts'),
  demo: () => import('./commands/demo.ts'),
}

/** Runs one command line and returns its exit code. Never throws; never prints a stack trace unless debugging. */
export async function runCli(
  argv: readonly string[],
  terminal: Terminal,
  program: Program,
): Promise<ExitCode> {
  let command: CommandSpec | undefined
  try {
    const [name, ...rest] = argv
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      return overview(rest[0], terminal)
    }
    if (name === '--version' || name === '-V') {
      terminal.out(`${TOOL} ${VERSION}\n`)
      return EXIT.ok
    }
    command = specOf(name)
    const args = readArguments(command, rest)
    if (args === null) {
      terminal.out(helpOf(command))
      return EXIT.ok
    }
    const { run } = await LOADERS[command.name]()
    return await run(args, terminal, program)
  } catch (error) {
    if (error instanceof UsageError) {
      const help = command === undefined ? `${TOOL} --help` : `${TOOL} ${command.name} --help`
      terminal.err(`${TOOL}: ${error.message}\nSee: ${help}\n`)
      return EXIT.usage
    }
    return tellFailure(error, terminal)
  }
}

function specOf(name: string): CommandSpec {
  const spec = SPECS.find((candidate) => candidate.name === name)
  if (spec !== undefined) return spec
  const known = SPECS.map((candidate) => candidate.name)
  const what = name.startsWith('-') ? `There is no flag ${name} here` : `There is no command "${name}"`
  throw new UsageError(`${what}.${mendFor(name, known, 'command')}`)
}

/** `replica-lab` alone, `--help`, and `help COMMAND`. */
function overview(name: string | undefined, terminal: Terminal): ExitCode {
  if (name !== undefined && !name.startsWith('-')) {
    terminal.out(helpOf(specOf(name)))
    return EXIT.ok
  }
  const left = SPECS.map((spec) => [spec.name, ...spec.operands].join(' '))
  const width = Math.max(...left.map((text) => text.length)) + 2
  terminal.out(
    [
      'Replica Lab runs replicated data topologies and measures what they cost: latency, staleness, availability.',
      '',
      `usage: ${TOOL} COMMAND [flags]`,
      '',
      ...SPECS.map((spec, index) => `  ${left[index].padEnd(width)}${spec.summary}`),
      '',
      'FILE is a topology file (*.topology.json) or the name of a preset.',
      `Help for one command: ${TOOL} COMMAND --help. Version: ${TOOL} --version.`,
      '',
      'Exit codes: 0 done, what was expected or asked holds; 1 it does not; 2 undecided; 64 bad usage; 65 bad input file;',
      '70 the run failed or an output could not be written; 130 stopped with Ctrl-C.',
      '',
    ].join('\n'),
  )
  return EXIT.ok
}
