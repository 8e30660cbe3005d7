import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { electronPackage, electronProgram } from './electron/runtime.ts'

/**
 * `npm start`: the window in Electron where that can be had, and otherwise in a browser, with one line that says why.
 * `LAB_NO_FETCH=1` never fetches Electron's runtime; `ELECTRON_OVERRIDE_DIST_PATH` says where one is.
 */

const FETCH_MS_MAX = 180_000
/** A window that cannot be opened fails at once; what fails later is a failure of the lab. */
const FAILS_AT_ONCE_MS = 5_000

const outFile = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const { env, platform } = process

/** Ends of a child: its exit code, null where a signal ended it or where it could not be started. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.on('error', () => resolve(null))
    child.on('close', (code) => resolve(code))
  })
}

/** The program, fetched where that is needed and allowed; or why there is none, as a sentence. */
async function electron(): Promise<{ program: string } | { reason: string }> {
  const hasDisplay = platform !== 'linux' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY)
  if (!hasDisplay) return { reason: 'There is no display here to open a window on.' }
  const packageFolder = electronPackage()
  const present = electronProgram(packageFolder)
  if (present !== null) return { program: present }
  if (env.LAB_NO_FETCH === '1')
    return { reason: "Electron's runtime is not here, and LAB_NO_FETCH=1 keeps it from being fetched." }
  process.stderr.write("Fetching Electron's runtime, once; Ctrl-C ends it, LAB_NO_FETCH=1 does without.\n")
  const child = spawn(process.execPath, [path.join(packageFolder, 'install.js')], {
    stdio: 'ignore',
    timeout: FETCH_MS_MAX,
    killSignal: 'SIGKILL',
  })
  await ended(child)
  const fetched = electronProgram(packageFolder)
  return fetched === null ? { reason: "Electron's runtime could not be fetched." } : { program: fetched }
}

/** Passes on what should end the lab, and waits for it: the child says and saves what is to be said and saved. */
async function runToEnd(program: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(program, args, { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both; the child decides what it means.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return ended(child)
}

async function start(): Promise<number> {
  const args = process.argv.slice(2)
  const found = await electron()
  let reason = 'reason' in found ? found.reason : ''
  if ('program' in found) {
    const begunMs = performance.now()
    const code = await runToEnd(found.program, [outFile('main/shell.mjs'), ...args])
    if (code === 0 || performance.now() - begunMs > FAILS_AT_ONCE_MS) return code ?? 1
    reason = 'Electron could not open a window.'
  }
  process.stderr.write(`${reason} The lab is served to your browser instead.\n`)
  return (await runToEnd(process.execPath, [outFile('main/cli.mjs'), 'serve', ...args])) ?? 1
}

process.exitCode = await start()
