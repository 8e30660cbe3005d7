import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { JobStatus } from '../../../shared/ipc/contract.ts'
import type { ThreadEntries } from '../lab.ts'
import { dropFolder, newFolderId, sweepFolder } from './entry-folder.ts'
import type { Exports } from './exports.ts'
import type { FromJobThread, Job, JobEntry, JobThreadData } from './job.ts'
import { writeWhole } from './json-file.ts'
import type { LibraryClient } from './library-client.ts'
import type { Emit } from './types.ts'

/** In each folder, beside what was made: what a list says of it. */
export const ENTRY_FILE = 'entry.json'

/** So many are kept; the oldest go. */
const KEPT_MAX = 200
/** Below this share what has passed says nothing of what is left. */
const SHARE_TELLING = 0.05

/** What datasheets and sweeps are made, drawn and exported with. */
export interface JobDeskSetup {
  dataFolder: string
  threads: ThreadEntries
  /** The built entry of `job-thread.ts`. */
  thread: URL
  /** Draws charts and writes views. */
  drawing: LibraryClient
  exports: Exports
  emit: Emit
}

export interface JobsSetup<Entry, Status> {
  /** Made where it is missing. */
  root: string
  threads: ThreadEntries
  /** The built entry of `job-thread.ts`. */
  thread: URL
  /** Of what they are called: "datasheet". */
  noun: string
  /** An entry as it was stored, or null where it is none. */
  parse: (value: unknown) => Entry | null
  /** To be called when the list is another. */
  changed: () => void
  /** To be called with how the job goes. */
  tell: (status: Status) => void
}

/** What takes minutes to make and is kept, a folder each; and the one that is being made, on a thread of its own. */
export class KeptJobs<Entry extends JobEntry, Status extends JobStatus> {
  readonly #setup: JobsSetup<Entry, Status>
  readonly #entries = new Map<string, Entry>()
  #job: Status | null = null
  /** The thread of the job that is under way, and when it is gone. */
  #underWay: { worker: Worker; gone: Promise<void> } | null = null

  private constructor(setup: JobsSetup<Entry, Status>) {
    this.#setup = setup
  }

  static async open<Entry extends JobEntry, Status extends JobStatus>(
    setup: JobsSetup<Entry, Status>,
  ): Promise<KeptJobs<Entry, Status>> {
    const jobs = new KeptJobs(setup)
    await jobs.#scan()
    return jobs
  }

  get isBusy(): boolean {
    return this.#underWay !== null
  }

  /** Those that are kept, the latest first, and the one that is being made or was made last. */
  list(): { entries: Entry[]; job: Status | null } {
    const entries = [...this.#entries.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    return { entries, job: this.#job }
  }

  entry(id: string): Entry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new Error(`This ${this.#setup.noun} is not kept any more.`)
    return entry
  }

  /** Found by its id among those that are there, never made of what a window sent. */
  folder(id: string): string {
    return path.join(this.#setup.root, this.entry(id).id)
  }

  async rename(id: string, name: string): Promise<void> {
    const entry = { ...this.entry(id), name }
    await writeWhole(path.join(this.folder(id), ENTRY_FILE), JSON.stringify(entry, null, 2))
    this.#entries.set(id, entry)
    this.#setup.changed()
  }

  async remove(ids: readonly string[]): Promise<void> {
    const known = ids.filter((id) => this.#entries.has(id))
    const folders = known.map((id) => this.folder(id))
    for (const id of known) this.#entries.delete(id)
    if (known.length > 0) this.#setup.changed()
    for (const folder of folders) await dropFolder(folder)
  }

  /** Begins a job and tells of it; `status` is what its kind adds to that. Answers its id, or why it cannot be now. */
  begin(
    job: Job,
    name: string,
    status: Omit<Status, keyof JobStatus>,
  ): { jobId: string } | { refused: string } {
    if (this.#underWay !== null && this.#job !== null) {
      const { noun } = this.#setup
      return { refused: `The ${noun} of "${this.#job.name}" is being made: stop it first, or wait.` }
    }
    const id = newFolderId()
    const { engines, simulation, analysis } = this.#setup.threads
    const workerData: JobThreadData = {
      job,
      threads: { engines: engines.href, simulation: simulation.href, analysis: analysis.href },
      folder: path.join(this.#setup.root, id),
      id,
    }
    const worker = new Worker(this.#setup.thread, { workerData, name: this.#setup.noun })
    const begun: JobStatus = {
      jobId: id,
      name,
      state: 'running',
      share: 0,
      leftMs: null,
      entryId: null,
      failure: null,
    }
    this.#tell({ ...begun, ...status } as Status)
    this.#underWay = { worker, gone: this.#follow(worker) }
    return { jobId: id }
  }

  /** Ends what is being made; settles when its threads are gone. */
  async stop(): Promise<void> {
    const { worker, gone } = this.#underWay ?? {}
    if (this.#job !== null && worker !== undefined) this.#job = { ...this.#job, state: 'stopped' }
    worker?.postMessage(null)
    await gone
  }

  /** Tells how a job goes; settles when its thread is gone. */
  #follow(worker: Worker): Promise<void> {
    const beganMs = performance.now()
    let made: Entry | null = null
    let failure: string | null = null
    worker.on('message', (message: FromJobThread) => {
      // A thread makes what it was started for.
      if ('entry' in message) made = message.entry as Entry
      else if ('failure' in message) failure = message.failure
      else if (this.#job !== null) {
        const { share } = message
        const passedMs = performance.now() - beganMs
        const leftMs = share < SHARE_TELLING ? null : (passedMs / share) * (1 - share)
        this.#tell({ ...this.#job, share, leftMs })
      }
    })
    worker.on('error', (error) => (failure ??= error.message))
    return new Promise((resolve) => {
      worker.once('exit', () => {
        this.#underWay = null
        this.#ended(made, failure ?? 'Its thread ended unasked.')
        resolve()
      })
    })
  }

  #ended(made: Entry | null, failure: string): void {
    const job = this.#job
    if (job === null) return
    if (made !== null) {
      this.#entries.set(made.id, made)
      this.#setup.changed()
      this.#tell({ ...job, state: 'done', share: 1, leftMs: null, entryId: made.id })
      void this.remove(
        this.list()
          .entries.slice(KEPT_MAX)
          .map(({ id }) => id),
      )
    } else if (job.state === 'stopped') this.#tell({ ...job, leftMs: null })
    else this.#tell({ ...job, state: 'failed', leftMs: null, failure })
  }

  #tell(status: Status): void {
    this.#job = status
    this.#setup.tell(status)
  }

  async #scan(): Promise<void> {
    const { root, parse } = this.#setup
    await mkdir(root, { recursive: true })
    await sweepFolder(root)
    const found = await readdir(root, { withFileTypes: true })
    const names = found.filter((each) => each.isDirectory() && /^[a-z0-9-]+$/.test(each.name))
    const entries = await Promise.all(
      names.map(({ name }) =>
        readFile(path.join(root, name, ENTRY_FILE), 'utf8')
          .then((text) => parse(JSON.parse(text)))
          .then((entry) => (entry === null ? null : { ...entry, id: name }))
          .catch(() => null),
      ),
    )
    for (const entry of entries) if (entry !== null) this.#entries.set(entry.id, entry)
  }
}
