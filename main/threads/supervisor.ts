import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ns } from '../../shared/base/time.ts'
import type { History } from '../../shared/history/types.ts'
import type { PlanOptions } from '../../shared/plan/build.ts'
import type { Plan, PlannedFault } from '../../shared/plan/types.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import type { LiveFigures } from '../../shared/report/types.ts'
import type { FaultSpec, Topology } from '../../shared/topology/types.ts'
import { Board, boardMemory } from './board.ts'
import { Control, controlMemory, sharedClockNs } from './control.ts'
import { CpuMeter } from './cpu-meter.ts'
import { Crew, diskThreads } from './crew.ts'
import type { RunData } from './engine-messages.ts'
import { EngineTime } from './engine-time.ts'
import { fidelityOf, medianLinkMs } from './fidelity.ts'
import { LiveRecord } from './live-record.ts'
import { LiveStatistics } from './live-statistics.ts'
import { ringMemory } from './rings.ts'
import { decisionMemory, HAND_FAULTS_FROM, HAND_FAULTS_MAX, RoleFaults } from './role-faults.ts'
import { optimizeLater } from './tiering.ts'
import { linkEnds, namesOn } from './timing.ts'

/** Clients share this many threads at most; a probe's clients share one, since its samples go from one to another. */
const CLIENT_THREADS_MAX = 8
/** Between "all are ready" and the first event. */
const LEAD_NS = 30_000_000
const POLL_MS = 10
/** With more than so many threads a core, those that spin keep others from their work. */
const SPINNING_THREADS_PER_CORE = 8
const STATISTICS_EVERY_MS = 100
/** Real time a finished run goes on at most, to see the replicas converge. */
const SETTLE_MS = 500
/** Threads that have not said goodbye this long after a stop are ended; with many of them on few cores it takes longer. */
const GOODBYE_MS = 5_000
const GOODBYE_MS_EACH = 100
/** A machine that needs longer than this to start the threads can't run them either. */
const START_MS_MAX = 60_000

export interface LiveInput {
  topology: Topology
  options: PlanOptions
  plan: Plan
  /** The built entry of `engine-thread.ts`. */
  threadUrl: URL
  /**
   * Replicas write to files in a folder that goes with the run, and wait for fdatasync instead of for the modelled
   * disks' time; a crash loses what was not synced, and a restart reads the file.
   */
  realDisk?: boolean
  /** The built entry of `disk-thread.ts`, for real disks; beside the engine's unless said. */
  diskThreadUrl?: URL
  /** What the strategy's replicas may be; those of the registry's protocol unless said. */
  roles?: readonly string[]
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
  readonly #run: RunData
  readonly #control: Control
  readonly #board: Board
  readonly #roleFaults: RoleFaults
  readonly #statistics: LiveStatistics
  readonly #byHand: PlannedFault[] = []
  readonly #cores = availableParallelism()
  #crew: Crew | null = null
  /** null until all threads have begun. */
  #time: EngineTime | null = null
  #failure: string | null = null
  #stoppedEarly: string | null = null

  constructor(input: LiveInput) {
    this.#input = input
    const { plan, topology, options } = input
    const roles = input.roles ?? protocolOf(plan.topology.replication.strategy).manifest.roles
    this.#run = runData(topology, options, plan, roles, diskThreads(plan, input.realDisk === true))
    this.#control = new Control(this.#run.control)
    this.#board = new Board(this.#run.board, plan, roles)
    this.#roleFaults = new RoleFaults(this.#run.decisions, plan, () => this.#board.looks)
    this.#statistics = new LiveStatistics(plan, this.#board)
  }

  /** Runs to the end of the plan, a stop or a failure, and puts the history together. To be called once. */
  async run(): Promise<LiveResult> {
    const record = await this.record()
    const { live, failure } = record
    return { history: record.history(this.#input.plan), live, failure }
  }

  /** The same, with the record as the threads left it. */
  async record(): Promise<LiveRecord> {
    const crew = (this.#crew = this.#hire())
    const ticker = setInterval(() => this.#sample(), STATISTICS_EVERY_MS)
    const use: { startMs: number; cpu: CpuMeter } = { startMs: 0, cpu: new CpuMeter(this.#cores) }
    const end: { endedNs: Ns; stoppedEarly: string | null } = { endedNs: 0, stoppedEarly: null }
    let optimizeAsUsual: (() => void) | null = null
    try {
      use.startMs = await this.#ready(crew)
      optimizeAsUsual = optimizeLater()
      this.#go()
      use.cpu = new CpuMeter(this.#cores)
      await this.#untilDone()
    } finally {
      optimizeAsUsual?.()
      end.endedNs = this.#nowNs()
      this.#control.stop()
      await crew.end(GOODBYE_MS + GOODBYE_MS_EACH * this.#run.threads)
      clearInterval(ticker)
      this.#sample()
    }
    end.stoppedEarly = this.#failure ?? this.#stoppedEarly
    if (crew.timings.length === 0) {
      for (const port of crew.records) port.close()
      throw new Error(`The live run recorded nothing: ${end.stoppedEarly ?? 'no thread ran'}.`)
    }
    return new LiveRecord(crew.records, end, this.#figures(crew, use.cpu.read(), use.startMs), this.#failure)
  }

  async #untilDone(): Promise<void> {
    while (this.#goesOn() && !this.#allIdle()) await sleep(POLL_MS)
    const settleUntilNs = sharedClockNs() + SETTLE_MS * 1e6
    while (this.#goesOn() && !this.#board.isConverged && sharedClockNs() < settleUntilNs) {
      await sleep(POLL_MS)
    }
  }

  /** Ends the run soon; what was recorded until then is kept, with the reason. */
  stop(reason: string): void {
    this.#stoppedEarly ??= reason
  }

  /** Lets engine time stand still, on all threads at the same instant. */
  pause(): void {
    if (this.#time === null || this.#time.isPaused) return
    const atSharedNs = sharedClockNs()
    this.#time.pause(atSharedNs)
    this.#crew?.tellAll({ type: 'pause', atSharedNs })
  }

  resume(): void {
    if (this.#time === null || !this.#time.isPaused) return
    const atSharedNs = sharedClockNs()
    this.#time.resume(atSharedNs)
    this.#crew?.tellAll({ type: 'resume', atSharedNs })
  }

  /**
   * Begins a fault now. Returns its number, for `lift`. A role that it names is played by whoever does so now; where
   * nobody does, nothing is struck.
   */
  inject(spec: FaultSpec): number {
    const index = HAND_FAULTS_FROM + this.#byHand.length
    if (this.#byHand.length >= HAND_FAULTS_MAX)
      throw new Error(`A run takes ${HAND_FAULTS_MAX} faults by hand.`)
    const fault: PlannedFault = { index, spec, atNs: this.#nowNs(), untilNs: null }
    this.#byHand.push(fault)
    // Decided here, so that it is what the clicking person saw; threads find the decision.
    if ('replica' in spec && this.#input.plan.places.every(({ name }) => name !== spec.replica)) {
      this.#roleFaults.strikes(fault)
    }
    this.#crew?.tellAll({ type: 'fault', fault, starts: true })
    return index
  }

  /** Ends a fault that `inject` began. */
  lift(index: number): void {
    const fault = this.#byHand.find((each) => each.index === index)
    if (fault === undefined || fault.untilNs !== null) return
    fault.untilNs = this.#nowNs()
    this.#crew?.tellAll({ type: 'fault', fault, starts: false })
  }

  /** Whether statistics are to carry messages on their way. */
  watchMessages(isWatched: boolean): void {
    this.#control.setWatched(isWatched)
  }

  get progress(): LiveProgress {
    return { nowNs: this.#nowNs(), share: this.#share(), isPaused: this.#time?.isPaused ?? false }
  }

  /** What the run was at a tenth of a second ago at most; null before the first sample. */
  statistics(): RunStatistics | null {
    return this.#statistics.latest
  }

  /** Tells statistics ten times a second. Returns what ends it. */
  onStatistics(listener: (statistics: RunStatistics) => void): () => void {
    return this.#statistics.onSample(listener)
  }

  /** Tells faults as they begin and end, and what protocols note. Returns what ends it. */
  onEvents(listener: (events: RunEvent[]) => void): () => void {
    return this.#statistics.onEvents(listener)
  }

  #hire(): Crew {
    const { plan, threadUrl, realDisk, diskThreadUrl } = this.#input
    const disk = realDisk === true ? (diskThreadUrl ?? new URL('disk-thread.mjs', threadUrl)) : null
    return new Crew({
      run: this.#run,
      plan,
      control: this.#control,
      urls: { engine: threadUrl, disk },
      takesOver: () => this.#takesOver(),
      onFailure: (sentence) => (this.#failure ??= sentence),
      onTold: (told) => this.#statistics.hear(told),
    })
  }

  /** Returns how long all threads took to be ready, in ms. */
  async #ready(crew: Crew): Promise<number> {
    const beganNs = sharedClockNs()
    crew.start()
    const threads = this.#run.threads + diskThreads(this.#input.plan, this.#input.realDisk === true)
    while (this.#control.readyCount < threads && this.#goesOn()) {
      if (sharedClockNs() - beganNs > START_MS_MAX * 1e6) {
        this.#failure ??= `its ${threads} threads did not start within a minute`
      }
      await sleep(1)
    }
    return (sharedClockNs() - beganNs) / 1e6
  }

  #go(): void {
    const startNs = sharedClockNs() + LEAD_NS
    this.#control.go(startNs)
    this.#time = new EngineTime(startNs, this.#input.plan.topology.run.timeScale)
  }

  #takesOver() {
    const pausedNs = this.#time?.pausedNs ?? 0
    return { pausedNs, pausedAtNs: this.#time?.pausedAtNs ?? null, atNs: this.#nowNs(), byHand: this.#byHand }
  }

  #nowNs(): Ns {
    return Math.max(0, this.#time?.now() ?? 0)
  }

  #goesOn(): boolean {
    return this.#failure === null && this.#stoppedEarly === null
  }

  #clientThreads(): number[] {
    return [...new Set(this.#run.threadOf.slice(this.#input.plan.replicaCount))]
  }

  #allIdle(): boolean {
    return this.#clientThreads().every((thread) => this.#control.isIdle(thread))
  }

  #share(): number {
    const shares = this.#clientThreads().map((thread) => this.#control.share(thread))
    return Math.min(1, shares.reduce((sum, each) => sum + each, 0) / shares.length)
  }

  #sample(): void {
    if (this.#time !== null) this.#statistics.sample(this.#nowNs(), this.#share())
  }

  #figures(crew: Crew, cpu: LiveFigures['cpu'], startMs: number): LiveFigures {
    const { plan, realDisk } = this.#input
    const { threadOf, threads } = this.#run
    const endOf = linkEnds(plan, threadOf)
    const nameOfEnd = (place: number) => {
      const { name } = plan.places[place]
      const others = plan.places.filter(({ id }) => endOf(id) === place).length - 1
      return others === 0 ? name : `${name} and ${others} more`
    }
    return fidelityOf({
      timeScale: plan.topology.run.timeScale,
      medianLinkMs: medianLinkMs(plan),
      threads: crew.timings,
      namesOn: (thread) => namesOn(plan, threadOf, thread),
      nameOfEnd,
      threadCount: threads,
      cores: this.#cores,
      cpu,
      startMs,
      messages: this.#failure === null ? crew.messages : null,
      fsync: realDisk === true ? crew.fsync : null,
    })
  }
}

function runData(
  topology: Topology,
  options: PlanOptions,
  plan: Plan,
  roles: readonly string[],
  diskThreadCount: number,
): RunData {
  const threadOf = threadsOf(plan)
  const threads = Math.max(...threadOf) + 1
  return {
    topology,
    options,
    threadOf,
    threads,
    roles,
    rings: ringMemory(threads),
    control: controlMemory(threads, diskThreadCount),
    board: boardMemory(plan, threads),
    decisions: decisionMemory(plan),
    spins: threads <= SPINNING_THREADS_PER_CORE * availableParallelism(),
  }
}
