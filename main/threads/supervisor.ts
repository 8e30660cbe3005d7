import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { Ns } from '../../shared/base/time.ts'
import type { History } from '../../shared/history/types.ts'
import type { PlanOptions } from '../../shared/plan/build.ts'
import type { Plan, PlannedFault } from '../../shared/plan/types.ts'
import type { Resume } from '../../shared/simulator/index.ts'
import type { LiveFigures } from '../../shared/report/types.ts'
import type { FaultSpec, Topology } from '../../shared/topology/types.ts'
import { Control, controlMemory, sharedClockNs } from './control.ts'
import type { Command, EngineThreadData, FromThread } from './engine-thread.ts'
import { fidelityOf } from './fidelity.ts'
import type { Counts } from './lateness.ts'
import { mergedHistory } from './parts.ts'
import type { HistoryPart } from './parts.ts'
import { ringMemory } from './rings.ts'

/** Clients share this many threads at most; a probe's clients share one, since its samples go from one to another. */
const CLIENT_THREADS_MAX = 8
/** Between "all are ready" and the first event. */
const LEAD_NS = 30_000_000
const POLL_MS = 10
/** Real time a finished run goes on at most, to see the replicas converge. */
const SETTLE_MS = 500
/** Threads that have not said goodbye this long after a stop are ended. */
const GOODBYE_MS = 5_000
/** A machine that needs longer than this to start the threads can't run them either. */
const START_MS_MAX = 60_000
/** Faults by hand are numbered from here, beyond all planned ones. */
const HAND_FAULTS_FROM = 1_000_000

export interface LiveInput {
  topology: Topology
  options: PlanOptions
  plan: Plan
  /** The built entry of `engine-thread.ts`. */
  threadUrl: URL
}

export interface LiveResult {
  history: History
  live: LiveFigures
  /** Why the run could not go on, where it could not; the record ends there. */
  failure: string | null
}

export interface LiveProgress {
  /** Engine time. */
  nowNs: Ns
  /** How much of the load is done, 0 … 1. */
  share: number
  isPaused: boolean
}

/** Which thread runs each place: a thread per replica, then the clients'. */
function threadsOf(plan: Plan): number[] {
  const clients = plan.places.length - plan.replicaCount
  const clientThreads = plan.workload.kind === 'probe' ? 1 : Math.min(clients, CLIENT_THREADS_MAX)
  return plan.places.map(({ id }) =>
    id < plan.replicaCount ? id : plan.replicaCount + ((id - plan.replicaCount) % clientThreads),
  )
}

/**
 * One live run: starts a thread per replica and some for the clients, lets them go together, replaces those that
 * crash, passes on what a person clicks, and gathers what all of them recorded. No thread outlives it.
 */
export class LiveSession {
  readonly #input: LiveInput
  readonly #threadOf: readonly number[]
  readonly #threads: number
  readonly #rings
  readonly #controlMemory
  readonly #control: Control
  readonly #workers = new Map<number, Worker>()
  readonly #ports = new Map<number, MessagePort>()
  readonly #exits: Promise<void>[] = []
  readonly #parts: HistoryPart[] = []
  readonly #lateness: { messages: Counts; timers: Counts }[] = []
  readonly #byHand: PlannedFault[] = []
  #failure: string | null = null
  #stoppedEarly: string | null = null
  #startNs: Ns | null = null
  #startMs = 0
  #endedNs: Ns = 0
  #pausedNs: Ns = 0
  #pausedAtNs: Ns | null = null

  constructor(input: LiveInput) {
    this.#input = input
    this.#threadOf = threadsOf(input.plan)
    this.#threads = Math.max(...this.#threadOf) + 1
    this.#rings = ringMemory(this.#threads)
    this.#controlMemory = controlMemory(this.#threads)
    this.#control = new Control(this.#controlMemory)
  }

  /** Runs to the end of the plan, a stop or a failure. To be called once. */
  async run(): Promise<LiveResult> {
    try {
      await this.#start()
      while (this.#goesOn() && !this.#allIdle()) await sleep(POLL_MS)
      const settleUntilNs = sharedClockNs() + SETTLE_MS * 1e6
      while (this.#goesOn() && !this.#converged() && sharedClockNs() < settleUntilNs) await sleep(POLL_MS)
    } finally {
      await this.#end()
    }
    return this.#result()
  }

  /** Ends the run soon; what was recorded until then is kept, with the reason. */
  stop(reason: string): void {
    this.#stoppedEarly ??= reason
  }

  /** Lets engine time stand still, on all threads at the same instant. */
  pause(): void {
    if (this.#pausedAtNs !== null || this.#startNs === null) return
    this.#pausedAtNs = sharedClockNs()
    this.#tellAll({ type: 'pause', atSharedNs: this.#pausedAtNs })
  }

  resume(): void {
    if (this.#pausedAtNs === null) return
    const atSharedNs = sharedClockNs()
    this.#pausedNs += atSharedNs - this.#pausedAtNs
    this.#pausedAtNs = null
    this.#tellAll({ type: 'resume', atSharedNs })
  }

  /** Begins a fault now. Returns its number, for `lift`. */
  inject(spec: FaultSpec): number {
    const index = HAND_FAULTS_FROM + this.#byHand.length
    const fault: PlannedFault = { index, spec, atNs: this.#nowNs(), untilNs: null }
    this.#byHand.push(fault)
    this.#tellAll({ type: 'fault', fault, starts: true })
    return index
  }

  /** Ends a fault that `inject` began. */
  lift(index: number): void {
    const fault = this.#byHand.find((each) => each.index === index)
    if (fault === undefined || fault.untilNs !== null) return
    fault.untilNs = this.#nowNs()
    this.#tellAll({ type: 'fault', fault, starts: false })
  }

  get progress(): LiveProgress {
    const shares = this.#clientThreads().map((thread) => this.#control.share(thread))
    const share = Math.min(1, shares.reduce((sum, each) => sum + each, 0) / shares.length)
    return { nowNs: this.#nowNs(), share, isPaused: this.#pausedAtNs !== null }
  }

  #nowNs(): Ns {
    if (this.#startNs === null) return 0
    const sharedNs = this.#pausedAtNs ?? sharedClockNs()
    const { timeScale } = this.#input.plan.topology.run
    return Math.max(0, Math.floor((sharedNs - this.#startNs - this.#pausedNs) / timeScale))
  }

  #tellAll(command: Command): void {
    for (const [thread, port] of this.#ports) {
      port.postMessage(command)
      this.#control.command(thread)
    }
  }

  async #start(): Promise<void> {
    const beganNs = sharedClockNs()
    for (let thread = 0; thread < this.#threads; thread++) this.#spawn(thread, null)
    while (this.#control.readyCount < this.#threads && this.#goesOn()) {
      if (sharedClockNs() - beganNs > START_MS_MAX * 1e6) {
        this.#failure ??= `its ${this.#threads} threads did not start within a minute`
      }
      await sleep(1)
    }
    this.#startMs = (sharedClockNs() - beganNs) / 1e6
    const startNs = sharedClockNs() + LEAD_NS
    this.#control.go(startNs)
    this.#startNs = startNs
  }

  #goesOn(): boolean {
    return this.#failure === null && this.#stoppedEarly === null
  }

  #clientThreads(): number[] {
    return [...new Set(this.#threadOf.slice(this.#input.plan.replicaCount))]
  }

  #allIdle(): boolean {
    return this.#clientThreads().every((thread) => this.#control.isIdle(thread))
  }

  #converged(): boolean {
    return this.#input.plan.shards.every(({ replicas }) => {
      const digests = new Set(replicas.map((place) => this.#control.digest(this.#threadOf[place])))
      return digests.size === 1
    })
  }

  #spawn(thread: number, resume: Resume | null): void {
    const { topology, options, threadUrl } = this.#input
    const { port1, port2 } = new MessageChannel()
    const workerData: EngineThreadData = {
      topology,
      options,
      thread,
      threadOf: this.#threadOf,
      rings: this.#rings,
      control: this.#controlMemory,
      // Clients never crash, so the last thread hears of every fault.
      recordsFaults: thread === this.#threads - 1,
      spins: this.#threads <= 2 * availableParallelism() + 2,
      resume,
      commands: port2,
      pausedNs: this.#pausedNs,
    }
    const worker = new Worker(threadUrl, { workerData, transferList: [port2], name: this.#nameOf(thread) })
    port1.unref()
    this.#workers.set(thread, worker)
    this.#ports.set(thread, port1)
    if (this.#pausedAtNs !== null) {
      port1.postMessage({ type: 'pause', atSharedNs: this.#pausedAtNs } satisfies Command)
      this.#control.command(thread)
    }
    let saidGoodbye = false
    worker.on('message', (message: FromThread) => {
      saidGoodbye = true
      this.#parts.push(message.part)
      this.#lateness.push(message.lateness)
      if (message.type === 'failed') this.#failure ??= `${this.#nameOf(thread)} failed: ${message.message}`
      if (message.type !== 'crashed' || this.#control.stopped) return
      // The place of a crashed process is kept by a fresh thread, which refuses connections until it may boot.
      port1.close()
      this.#spawn(thread, { atNs: this.#nowNs(), durable: message.durable, byHand: this.#byHand })
    })
    worker.on('error', (error) => (this.#failure ??= `${this.#nameOf(thread)} failed: ${error.message}`))
    this.#exits.push(
      new Promise((resolve) => {
        worker.once('exit', (code) => {
          if (this.#workers.get(thread) === worker) this.#workers.delete(thread)
          if (!saidGoodbye && !this.#control.stopped) {
            this.#failure ??= `${this.#nameOf(thread)} ended unasked, with code ${code}`
          }
          resolve()
        })
      }),
    )
  }

  #nameOf(thread: number): string {
    const places = this.#input.plan.places.filter(({ id }) => this.#threadOf[id] === thread)
    return `the thread of ${places.map(({ name }) => name).join(', ')}`
  }

  /** Stops every thread and waits until all are gone; those that do not go are ended. */
  async #end(): Promise<void> {
    this.#endedNs = this.#nowNs()
    this.#control.stop()
    const patience = new AbortController()
    await Promise.race([
      Promise.all(this.#exits),
      sleep(GOODBYE_MS, undefined, { signal: patience.signal }).catch(() => undefined),
    ])
    patience.abort()
    await Promise.all([...this.#workers.values()].map((worker) => worker.terminate()))
    for (const port of this.#ports.values()) port.close()
  }

  #result(): LiveResult {
    const { plan } = this.#input
    const stoppedEarly = this.#failure ?? this.#stoppedEarly
    if (this.#parts.length === 0)
      throw new Error(`The live run recorded nothing: ${stoppedEarly ?? 'no thread ran'}.`)
    return {
      history: mergedHistory(plan, this.#parts, { endedNs: this.#endedNs, stoppedEarly }),
      live: fidelityOf(plan, this.#lateness, { threads: this.#threads, startMs: this.#startMs }),
      failure: this.#failure,
    }
  }
}

/** Runs a plan live; tells the progress ten times a second; stops when the signal aborts. */
export async function runLive(
  input: LiveInput & { onProgress(share: number): void; signal: AbortSignal },
): Promise<LiveResult> {
  const session = new LiveSession(input)
  const stop = () => session.stop('it was stopped by hand')
  if (input.signal.aborted) stop()
  input.signal.addEventListener('abort', stop)
  const ticker = setInterval(() => input.onProgress(session.progress.share), 100)
  try {
    return await session.run()
  } finally {
    clearInterval(ticker)
    input.signal.removeEventListener('abort', stop)
  }
}
