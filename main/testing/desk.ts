import type { EventName, Events, RunStatus } from '../../shared/ipc/contract.ts'
import { createDesk } from '../host/desk/desk.ts'
import type { Desk, DeskOptions } from '../host/desk/types.ts'
import { Lab } from '../host/lab.ts'
import { JOB_THREAD, LIBRARY_THREAD, Scratch, THREADS } from './program.ts'

type Told = { [E in EventName]: { event: E; payload: Events[E] } }[EventName]

/** A desk on folders of its own, and all that it told so far. */
export class DeskBench {
  readonly scratch: Scratch
  readonly told: Told[] = []
  readonly #options: Partial<DeskOptions>
  #lab = new Lab(THREADS)
  #desk: Desk | null = null
  readonly #watchers = new Set<() => void>()

  private constructor(scratch: Scratch, options: Partial<DeskOptions>) {
    this.scratch = scratch
    this.#options = options
  }

  static async open(options: Partial<DeskOptions> = {}): Promise<DeskBench> {
    const bench = new DeskBench(await Scratch.make(), options)
    await bench.#start()
    return bench
  }

  get desk(): Desk {
    if (this.#desk === null) throw new Error('the desk is not open')
    return this.#desk
  }

  get ask(): Desk['handlers'] {
    return this.desk.handlers
  }

  /** Ends this life of the lab and begins the next on the same folders. */
  async restart(): Promise<void> {
    await this.#stop()
    await this.#start()
  }

  async dispose(): Promise<void> {
    await this.#stop()
    await this.scratch.dispose()
  }

  /** The first thing told from now on, or before, that `wanted` finds. */
  async until<T>(wanted: (told: readonly Told[]) => T | undefined): Promise<T> {
    for (;;) {
      const found = wanted(this.told)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        const watch = () => {
          this.#watchers.delete(watch)
          resolve()
        }
        this.#watchers.add(watch)
      })
    }
  }

  /** The latest status of a run, once it is of one of these states. */
  status(runId: string, ...states: RunStatus['state'][]): Promise<RunStatus> {
    return this.until((told) => {
      const statuses = told.flatMap((each) => (each.event === 'run.status' ? [each.payload] : []))
      return statuses.findLast((status) => status.runId === runId && states.includes(status.state))
    })
  }

  /** Runs a file to its end; answers its last status. */
  async run(
    text: string,
    request: Partial<{ runtime: 'simulated' | 'live'; seed: number }> = {},
  ): Promise<RunStatus> {
    const { runtime = 'simulated', seed = null } = request
    const started = await this.ask['runs.start']({ text, runtime, seed, durationMs: null, realDisk: false })
    if (!('runId' in started)) throw new Error(JSON.stringify(started))
    return this.status(started.runId, 'done', 'failed', 'stopped')
  }

  async #start(): Promise<void> {
    this.#lab = new Lab(THREADS)
    this.#desk = await createDesk({
      lab: this.#lab,
      threads: THREADS,
      jobThread: JOB_THREAD,
      libraryThread: LIBRARY_THREAD,
      dataFolder: this.scratch.path('data'),
      documentsFolder: this.scratch.path('documents'),
      dialogs: null,
      emit: (event, payload) => {
        this.told.push({ event, payload } as Told)
        for (const watch of [...this.#watchers]) watch()
      },
      ...this.#options,
    })
  }

  async #stop(): Promise<void> {
    await this.#desk?.close()
    this.#desk = null
    await this.#lab.dispose()
  }
}
