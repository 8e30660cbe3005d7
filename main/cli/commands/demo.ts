import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { readArguments, type Arguments, type Program, type Terminal } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { run as runCommand } from './run.ts'
import { SPECS } from './specs.ts'

const PRESET = 'cassandra-three-regions'

/** `npm start`: one preset simulated, and its report opened where there is a display to open it on. */
export async function run(_args: Arguments, terminal: Terminal, program: Program): Promise<ExitCode> {
  const report = path.resolve('reports', 'demo.html')
  await mkdir(path.dirname(report), { recursive: true })
  const spec = SPECS.find(({ name }) => name === 'run')
  const args = spec === undefined ? null : readArguments(spec, [PRESET, '--report', report])
  if (args === null) throw new Error('the demo could not read its own arguments')
  const code = await runCommand(args, terminal, program)
  const hasReport: readonly ExitCode[] = [EXIT.ok, EXIT.missed, EXIT.undecided]
  if (!hasReport.includes(code)) return code
  const opened = await openFile(report)
  terminal.out(
    opened ? '\nThe report is open in your browser.\n' : `\nOpen the report: ${pathToFileURL(report).href}\n`,
  )
  return EXIT.ok
}

/** Opens a file with the desktop's own program; false where there is no desktop or it refuses. */
function openFile(file: string): Promise<boolean> {
  const { platform, env } = process
  const hasDisplay =
    platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY)
  if (!hasDisplay) return Promise.resolve(false)
  const [program, args] =
    platform === 'darwin'
      ? ['open', [file]]
      : platform === 'win32'
        ? ['cmd', ['/c', 'start', '', file]]
        : ['xdg-open', [file]]
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true })
    child.on('error', () => resolve(false))
    child.on('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
