import { nsOfMs, type Ns } from '../../../shared/base/time.ts'
import { EVENTS_KEPT, STATISTICS_KEPT } from '../../../shared/ipc/contract.ts'
import type { InputOf, OutputOf, RunStatus } from '../../../shared/ipc/contract.ts'
import type { RunEvent, RunStatistics } from '../../../shared/report/statistics.ts'
import type { FaultSpec, Topology } from '../../../shared/topology/types.ts'
import type { Run } from '../run.ts'
import { refusalOf } from './injection.ts'
import type { Emit } from './types.ts'

/** Below this share what has passed says nothing of what is left. */
const SHARE_TELLING = 0.02
const TELL_EVERY_MS = 100
/** A status carries the file that runs: so many characters of it a millisecond are sent at most. */
const CHARS_PER_MS = 640
/** A window that watches messages says so more often than this. */
const WATCHED_MS = 5_000

/** One run as windows see it. */
export class RunDesk {
  readonly run: Run
  statistics: RunStatistics[] = []
  events: RunEvent[] = []
  readonly #emit: Emit
  readonly #fixed: Pick<RunStatus, 'runId' | 'name' | 'runtime' | 'seed' | 'durationMs' | 'text'>
  /** Real time that a live run takes; null for a simulated one. */
  readonly #wallMs: number | null
  readonly #topology: Topology
  readonly #byHand = new Map<number, { fault: FaultSpec; untilNs: Ns }>()
  readonly #tellEveryMs: number
  #toldMs = -Infinity
  #watchedUntilMs = -Infinity
  #beganMs: number | null = null
  #entryId: string | null = null
  #failure: string | null = null
  /** Its result is in the library, or there is none: nothing more will come. */
  #isOver = false

  constructor(run: Run, request: InputOf<'runs.start'>, topology: Topology, emit: Emit) {
    this.run = run
    this.#emit = emit
    this.#topology = topology
    const durationMs = request.durationMs ?? topology.run.durationMs
    this.#fixed = {
      runId: run.id,
      name: topology.name,
      runtime: request.runtime,
      seed: request.seed ?? topology.run.seed,
      durationMs,
      text: request.text,
    }
    this.#tellEveryMs = Math.max(0.9 * TELL_EVERY_MS, request.text.length / CHARS_PER_MS)
    const isProbe = topology.workload.kind === 'probe'
    this.#wallMs = run.kind === 'live' && !isProbe ? durationMs * topology.run.timeScale : null
    this.#tell()
    run.onStatistics((statistics) => this.#told(statistics))
    run.onEvents((events) => this.#happened(events))
    run.onProgress(({ state }) => {
      if (state !== 'running') return
      const isFirst = this.#beganMs === null
      this.#beganMs ??= performance.now()
      this.#liftWhatIsOver()
      if (isFirst || performance.now() - this.#toldMs >= this.#tellEveryMs) this.#tell()
    })
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get status(): RunStatus {
    const { run } = this
    // The end of a run is told when its report can be opened, not before.
    const isEnding = !this.#isOver && run.state !== 'starting'
    return {
      ...this.#fixed,
      state: isEnding ? 'running' : this.#finalState,
      share: run.share,
      isPaused: run.live?.progress.isPaused ?? false,
      leftMs: this.#leftMs,
      byHand: [...this.#byHand].map(([index, { fault }]) => ({ index, fault })),
      entryId: this.#entryId,
      failure: this.#failure,
    }
  }

  stop(): void {
    this.run.stop()
  }

  /** Has the stream carry messages on their way for the next moments: whoever looks asks again and again. */
  watch(): void {
    this.#watchedUntilMs = performance.now() + WATCHED_MS
    this.run.watchMessages(true)
  }

  pause(): void {
    this.#live().pause()
    this.#tell()
  }

  resume(): void {
    this.#live().resume()
    this.#tell()
  }

  inject(fault: FaultSpec): OutputOf<'runs.inject'> {
    const { live } = this.run
    if (live === null) {
      return {
        refused: 'Faults can be clicked into a live run while it goes on; in a simulated one, plan them.',
      }
    }
    const refused = refusalOf(this.#topology, fault)
    if (refused !== null) return { refused }
    const index = live.inject(fault)
    // A restart is over as it happens: nothing of it can be lifted.
    if (fault.kind !== 'restart') {
      const untilNs = fault.forMs === null ? Infinity : live.progress.nowNs + nsOfMs(fault.forMs)
      this.#byHand.set(index, { fault, untilNs })
    }
    this.#tell()
    return { index }
  }

  lift(index: number): void {
    this.#live().lift(index)
    this.#byHand.delete(index)
    this.#tell()
  }

  /** Nothing more will come of it. */
  over(entryId: string | null, failure: string | null): void {
    this.#entryId = entryId
    this.#failure = failure
    this.#isOver = true
    this.#byHand.clear()
    this.#tell()
  }

  /** The stream of a run that is over is in its report. */
  forgetStream(): void {
    this.statistics = []
    this.events = []
  }

  #told(statistics: RunStatistics): void {
    if (performance.now() > this.#watchedUntilMs) this.run.watchMessages(false)
    // Messages are for whoever looks now; a window that comes late asks for those to come.
    const { messages: _, ...kept } = statistics
    this.statistics.push(kept)
    if (this.statistics.length > 2 * STATISTICS_KEPT) this.statistics.splice(0, STATISTICS_KEPT)
    this.#emit('run.statistics', { runId: this.run.id, statistics })
  }

  #happened(events: readonly RunEvent[]): void {
    this.events.push(...events)
    if (this.events.length > 2 * EVENTS_KEPT) this.events.splice(0, this.events.length - EVENTS_KEPT)
    this.#emit('run.events', { runId: this.run.id, events: [...events] })
  }

  /** A run that could not be kept has failed too, whatever became of it before. */
  get #finalState(): RunStatus['state'] {
    const { state } = this.run
    return this.#failure === null || state === 'stopped' ? state : 'failed'
  }

  get #leftMs(): number | null {
    const { share } = this.run
    if (this.#isOver || this.#beganMs === null) return null
    if (this.#wallMs !== null) return Math.max(0, this.#wallMs * (1 - share))
    return share < SHARE_TELLING ? null : ((performance.now() - this.#beganMs) / share) * (1 - share)
  }

  /** Faults by hand last until they are lifted; those that were to last for some time are lifted then. */
  #liftWhatIsOver(): void {
    const { live } = this.run
    if (live === null || this.#byHand.size === 0) return
    const { nowNs } = live.progress
    for (const [index, { untilNs }] of this.#byHand) {
      if (untilNs > nowNs) continue
      live.lift(index)
      this.#byHand.delete(index)
    }
  }

  #live(): NonNullable<Run['live']> {
    const { live } = this.run
    if (live === null) throw new Error('Only a live run that goes on can do this.')
    return live
  }

  #tell(): void {
    this.#toldMs = performance.now()
    this.#emit('run.status', this.status)
  }
}
