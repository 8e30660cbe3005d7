import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCli } from '../cli/cli.ts'
import type { ThreadEntries } from '../host/lab.ts'

/** The built command line; the test run builds it once, before any test (`build/build-program.ts`). */
export const PROGRAM = fileURLToPath(new URL('../../out/main/cli.mjs', import.meta.url))

/** The built entries of the lab's threads. */
export const THREADS: ThreadEntries = {
  engines: new URL('../../out/main/', import.meta.url),
  simulation: new URL('../../out/main/simulation-thread.mjs', import.meta.url),
  analysis: new URL('../../out/main/analysis-thread.mjs', import.meta.url),
}

/** The built entry of the library's thread. */
export const LIBRARY_THREAD = new URL('../../out/main/library-thread.mjs', import.meta.url)

/** The built entry of the thread that makes a datasheet or a sweep. */
export const JOB_THREAD = new URL('../../out/main/job-thread.mjs', import.meta.url)

/** The built window. */
export const RENDERER_FOLDER = fileURLToPath(new URL('../../out/renderer', import.meta.url))

export interface Finished {
  code: number | null
  /** The signal that ended the process, where one did. */
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface StartOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
}

/** Starts `replica-lab` with these arguments; `finished` waits for its end. */
export function start(
  args: readonly string[],
  options: StartOptions = {},
): { child: ChildProcess; finished: Promise<Finished> } {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return { child, finished }
}

export function runProgram(args: readonly string[], options: StartOptions = {}): Promise<Finished> {
  return start(args, options).finished
}

/** The same in this process, which saves the start; for what does not depend on signals or the built program. */
export async function runHere(
  args: readonly string[],
  { threads = THREADS, isWatched = false }: { threads?: ThreadEntries; isWatched?: boolean } = {},
): Promise<Omit<Finished, 'signal'>> {
  let stdout = ''
  let stderr = ''
  const code = await runCli(
    args,
    {
      out: (text) => void (stdout += text),
      err: (text) => void (stderr += text),
      isWatched,
    },
    {
      threads,
      jobThread: JOB_THREAD,
      libraryThread: LIBRARY_THREAD,
      rendererFolder: RENDERER_FOLDER,
    },
  )
  return { code, stdout, stderr }
}

/** A folder of its own for one test, removed by `dispose`. */
export class Scratch {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<Scratch> {
    return new Scratch(await mkdtemp(path.join(tmpdir(), 'replica-lab-')))
  }

  path(name: string): string {
    return path.join(this.folder, name)
  }

  async write(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(this.path(name), content)
    return this.path(name)
  }

  dispose(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/** A small, quick topology file, with some of its fields replaced. */
export function topologyFile(overrides: Record<string, unknown> = {}): string {
  return JSON.stringify({
    format: 'replica-lab/topology@1',
    name: 'Three replicas',
    regions: [{ id: 'east' }],
    replicas: [
      { id: 'r1', region: 'east' },
      { id: 'r2', region: 'east' },
      { id: 'r3', region: 'east' },
    ],
    clients: [{ id: 'c1', region: 'east', sessions: 10, loop: { open: { ratePerS: 500 } } }],
    links: { default: { oneWay: { dist: 'exponential', meanMs: 2 } } },
    replication: { strategy: 'leaderless', params: { n: 3, r: 1, w: 1 } },
    workload: { mix: 'ycsb-a', keys: 20 },
    run: { durationMs: 1000, seed: 1 },
    ...overrides,
  })
}
