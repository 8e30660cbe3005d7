import type { History } from '../../shared/history/types.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import type { Report } from '../../shared/report/types.ts'
import type { LiveSession } from '../threads/supervisor.ts'
import { ForeseenError } from './foreseen-error.ts'
import { MemoryWatch, type MachineMemory } from './memory.ts'

export type RunKind = 'simulated' | 'live'

/** `starting` until its threads are at work, in the queue too. The last three are final. */
export type RunState = 'starting' | 'running' | 'done' | 'failed' | 'stopped'

export interface RunOptions {
  /** Simulated where left out. */
  kind?: RunKind
  seed?: number
  durationMs?: number
  /** Live runs: replicas write to real files and wait for them to be durable; modelled disks where left out. */
  realDisk?: boolean
  /** The command that repeats the run, for the report. */
  command: string
  /**
   * Whether the result brings its history, at 70 to 100 bytes an operation; where left out, it does not. Its columns
   * come from the run's thread without a copy, contexts and siblings of a dotted order with one: about two seconds
   * for a million of them, in which the host does nothing else.
   */
  keepsHistory?: boolean
  /** Names of the guarantees to judge; all that can be judged where left out. */
  guarantees?: readonly string[]
  /** Whether a model predicts what it can; true where left out. */
  isPredicted?: boolean
}

export interface RunResult {
  report: Report
  /** null unless it was to be kept. */
  history: History | null
  /** Real time from the plan to the end of the run, without the analysis. */
  wallMs: number
}

export interface RunProgress {
  state: RunState
  /** How much of the run is done, 0 … 1. */
  share: number
}

/** What can be done to a live run while it runs. */
export type LiveControls = Pick<LiveSession, 'pause' | 'resume' | 'inject' | 'lift' | 'progress'>

/** A run without a whole result: its message is one sentence, and what it had recorded until then is with it. */
export class RunError extends ForeseenError {
  override name = 'RunError'
  readonly partial: RunResult | null

  constructor(message: string, partial: RunResult | null = null, cause?: unknown) {
    super(message, { cause })
    this.partial = partial
  }
}

/** A run of a `Lab`. */
export interface Run {
  readonly id: string
  readonly kind: RunKind
  /** The topology's. */
  readonly name: string
  readonly state: RunState
  readonly share: number
  /** null for simulated runs, and for live ones that are over. */
  readonly live: LiveControls | null
  /**
   * Settles when the run and all of its threads are gone. A run that was stopped resolves with what there was;
   * rejects with a `RunError` where it failed, was closed, or was stopped before it began.
   */
  readonly result: Promise<RunResult>
  /** Tells progress, ten times a second at most, and every change of state. Returns what ends it. */
  onProgress(listener: (progress: RunProgress) => void): () => void
  /** Tells how the run goes, ten times a second at most. Returns what ends it. */
  onStatistics(listener: (statistics: RunStatistics) => void): () => void
  /** Tells faults and what protocols note, soon after they happen. Returns what ends it. */
  onEvents(listener: (events: readonly RunEvent[]) => void): () => void
  /** Whether statistics are to carry messages on their way: for as long as somebody looks. */
  watchMessages(isWatched: boolean): void
  /** Ends the run soon and keeps what there is. Harmless where it is over. */
  stop(): void
  /** Whether the lab itself ended the run, for it had taken nearly all the memory there was. */
  readonly lackedMemory: boolean
}

/** What carries out a run. */
export interface Work {
  live: LiveControls | null
  /** Whether statistics are to carry messages on their way. */
  watchMessages(isWatched: boolean): void
  /** Settles when no thread of it is left. The first progress says that its threads are at work. */
  execute(ties: WorkTies): Promise<RunResult>
}

export interface WorkTies {
  /** To be called ten times a second at most. */
  onProgress(share: number): void
  onStatistics(statistics: RunStatistics): void
  onEvents(events: readonly RunEvent[]): void
  /** Aborts when the run is to end with what it has; `reasonOf` it completes the sentence "The run ended early: …". */
  stop: AbortSignal
  /** Aborts when nobody wants the result any more. */
  abandon: AbortSignal
}

const BY_HAND = 'it was stopped by hand'
const LOOK_EVERY_MS = 250

export interface LabRunSetup {
  id: string
  kind: RunKind
  name: string
  work: Work
  /** What the machine has left now. */
  memory: () => MachineMemory
  /** Called when no thread is left, before anybody else hears of it. */
  onOver: (run: LabRun) => void
}

/** The lab's side of a run. */
export class LabRun implements Run {
  readonly id: string
  readonly kind: RunKind
  readonly name: string
  readonly result: Promise<RunResult>
  readonly #stop = new AbortController()
  readonly #abandon = new AbortController()
  readonly #listeners = new Listeners<RunProgress>()
  readonly #statisticsListeners = new Listeners<RunStatistics>()
  readonly #eventListeners = new Listeners<readonly RunEvent[]>()
  /** Dropped when it is over: a live session holds the memory of its transport. */
  #work: Work | null
  readonly #memory: () => MachineMemory
  readonly #onOver: (run: LabRun) => void
  #lookout: NodeJS.Timeout | undefined
  #lackedMemory = false
  #hasBegun = false
  #state: RunState = 'starting'
  #share = 0
  #resolve!: (result: RunResult) => void
  #reject!: (error: unknown) => void

  constructor({ id, kind, name, work, memory, onOver }: LabRunSetup) {
    this.id = id
    this.kind = kind
    this.name = name
    this.#work = work
    this.#memory = memory
    this.#onOver = onOver
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Whoever follows the state alone has not overlooked the failure.
    this.result.catch(() => undefined)
  }

  get state(): RunState {
    return this.#state
  }

  get share(): number {
    return this.#share
  }

  get live(): LiveControls | null {
    return this.#work?.live ?? null
  }

  get lackedMemory(): boolean {
    return this.#lackedMemory
  }

  get hasBegun(): boolean {
    return this.#hasBegun
  }

  get isOver(): boolean {
    return this.#work === null
  }

  onProgress(listener: (progress: RunProgress) => void): () => void {
    return this.#listeners.add(listener)
  }

  onStatistics(listener: (statistics: RunStatistics) => void): () => void {
    return this.#statisticsListeners.add(listener)
  }

  onEvents(listener: (events: readonly RunEvent[]) => void): () => void {
    return this.#eventListeners.add(listener)
  }

  begin(): void {
    if (this.#work === null || this.#hasBegun) return
    this.#hasBegun = true
    this.#watchMemory()
    const ties: WorkTies = {
      onProgress: (share) => this.#progress(share),
      onStatistics: (statistics) => this.#statisticsListeners.tell(statistics),
      onEvents: (events) => this.#eventListeners.tell(events),
      stop: this.#stop.signal,
      abandon: this.#abandon.signal,
    }
    this.#work.execute(ties).then(
      (result) => {
        const { stoppedEarly } = result.report
        this.#end(this.#stop.signal.aborted && stoppedEarly !== null ? 'stopped' : 'done')
        this.#resolve(result)
      },
      (error: unknown) => {
        const wasClosed = this.#abandon.signal.aborted
        this.#end(wasClosed ? 'stopped' : 'failed')
        this.#reject(wasClosed ? new RunError('The run was closed.') : runErrorOf(error))
      },
    )
  }

  watchMessages(isWatched: boolean): void {
    this.#work?.watchMessages(isWatched)
  }

  stop(): void {
    if (this.isOver) return
    this.#stop.abort(BY_HAND)
    if (this.#hasBegun) return
    this.#end('stopped')
    this.#reject(new RunError('The run was stopped before it began.'))
  }

  /** Ends the run at once, with no result; settles when its threads are gone. */
  async abandon(): Promise<void> {
    this.#abandon.abort()
    this.stop()
    await this.result.catch(() => undefined)
  }

  /** A run that takes more than anybody foresaw ends with what it has, before the system ends all of us. */
  #watchMemory(): void {
    const watch = new MemoryWatch(this.#memory)
    this.#lookout = setInterval(() => {
      const reason = this.#stop.signal.aborted ? null : watch.look()
      if (reason === null) return
      this.#lackedMemory = true
      this.#stop.abort(reason)
    }, LOOK_EVERY_MS)
  }

  #progress(share: number): void {
    if (this.isOver) return
    this.#state = 'running'
    this.#share = share
    this.#tell()
  }

  #end(state: RunState): void {
    clearInterval(this.#lookout)
    this.#work = null
    this.#state = state
    if (state === 'done') this.#share = 1
    this.#onOver(this)
    this.#tell()
    for (const listeners of [this.#listeners, this.#statisticsListeners, this.#eventListeners]) {
      listeners.clear()
    }
  }

  #tell(): void {
    this.#listeners.tell({ state: this.#state, share: this.#share })
  }
}

class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>()

  /** Returns what takes it out again. */
  add(listener: (value: T) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell(value: T): void {
    for (const listener of [...this.#listeners]) listener(value)
  }

  clear(): void {
    this.#listeners.clear()
  }
}

function runErrorOf(error: unknown): RunError {
  if (error instanceof RunError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new RunError(asSentence(`The run failed: ${reason}`), null, error)
}

/** Why a run was asked to stop. */
export function reasonOf(stop: AbortSignal): string {
  return String(stop.reason)
}

/** `text` with a full stop, unless it ends like a sentence already. */
export function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
