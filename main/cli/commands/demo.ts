import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { readArguments, type Arguments, type Program, type Terminal } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { openWithDesktop } from '../open-with-desktop.ts'
import { run as runCommand } from './run.ts'
import { SPECS } from './specs.ts'

const PRESET = 'cassandra-three-regions'

/** `replica-lab demo`: one preset simulated, and its report opened where there is a display to open it on. */
export async function run(_args: Arguments, terminal: Terminal, program: Program): Promise<ExitCode> {
  const report = path.resolve('reports', 'demo.html')
  await mkdir(path.dirname(report), { recursive: true })
  const spec = SPECS.find(({ name }) => name === 'run')
  const args = spec === undefined ? null : readArguments(spec, [PRESET, '--report', report])
  if (args === null) throw new Error('the demo could not read its own arguments')
  const code = await runCommand(args, terminal, program)
  const hasReport: readonly ExitCode[] = [EXIT.ok, EXIT.missed, EXIT.undecided]
  if (!hasReport.includes(code)) return code
  const opened = await openWithDesktop(report)
  terminal.out(
    opened ? '\nThe report is open in your browser.\n' : `\nOpen the report: ${pathToFileURL(report).href}\n`,
  )
  return EXIT.ok
}
