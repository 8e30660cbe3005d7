import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { Ns } from '../../shared/base/time.ts'
import type { Plan, PlannedFault } from '../../shared/plan/types.ts'
import type { MessageBalance } from '../../shared/report/types.ts'
import type { Control } from './control.ts'
import { diskMemory } from './disk-words.ts'
import { DISK_THREADS_MAX, Disks } from './disks.ts'
import type { Command, EngineThreadData, FromThread, Goodbye, RunData, Told } from './engine-messages.ts'
import { Rings } from './rings.ts'
import type { DiskThreadData, FromDiskThread } from './serve-disks.ts'
import { threadProgram } from './thread-program.ts'
import { namesOn } from './timing.ts'
import type { Counts, ThreadTiming } from './timing.ts'

/** Files outlive the thread that writes to them. */
const WORKER_OPTIONS = { trackUnmanagedFds: false }

export interface CrewInput {
  run: RunData
  plan: Plan
  control: Control
  /** The built entries of the threads; where `disk` is null, disks are modelled. */
  urls: { engine: URL; disk: URL | null }
  /** How a thread that begins in the middle of the run finds its place in it. */
  takesOver(): TakeOver
  /** A sentence: the run cannot go on. */
  onFailure(sentence: string): void
  onTold(told: Told): void
}

/** Where the run is when a thread begins in the middle of it. */
export interface TakeOver {
  atNs: Ns
  byHand: readonly PlannedFault[]
  /** Engine time has stood still for so long, and does so since this instant of the shared clock, or not. */
  pausedNs: Ns
  pausedAtNs: Ns | null
}

/** How many threads there are that sync files. */
export function diskThreads(plan: Plan, hasRealDisks: boolean): number {
  return hasRealDisks ? Math.min(plan.replicaCount, DISK_THREADS_MAX) : 0
}

/** The threads of a live run: starts them, replaces those whose replica crashed, and hears what each says at its end. */
export class Crew {
  /** Of every thread that said goodbye. */
  readonly timings: ThreadTiming[] = []
  /** By every thread that ran places and said goodbye. */
  readonly records: MessagePort[] = []
  fsync: Counts = []
  readonly #input: CrewInput
  /** By the names that sentences call them. */
  readonly #workers = new Map<Worker, string>()
  readonly #ports = new Map<number, MessagePort>()
  readonly #exits: Promise<void>[] = []
  readonly #disks: Disks | null
  readonly #diskMemory
  /** Crashed threads that nobody has replaced. */
  readonly #vacant = new Set<number>()
  readonly #balance: MessageBalance = {
    sent: 0,
    duplicated: 0,
    delivered: 0,
    dropped: 0,
    inFlight: 0,
    lost: 0,
  }
  #isSettled = true

  constructor(input: CrewInput) {
    this.#input = input
    const { plan, urls } = input
    this.#disks = urls.disk === null ? null : new Disks(plan.replicaCount)
    this.#diskMemory = diskMemory(this.#disks === null ? 0 : plan.replicaCount)
  }

  start(): void {
    const { run, plan, urls } = this.#input
    for (let thread = 0; thread < run.threads; thread++) this.#spawn(thread, null, 0)
    const count = diskThreads(plan, this.#disks !== null)
    for (let index = 0; index < count; index++) this.#spawnDisk(urls.disk as URL, index, count)
  }

  tellAll(command: Command): void {
    for (const thread of this.#ports.keys()) this.#tell(thread, command)
  }

  #tell(thread: number, command: Command): void {
    this.#ports.get(thread)?.postMessage(command)
    this.#input.control.command(thread)
  }

  #spawn(thread: number, resume: EngineThreadData['resume'], pausedNs: number): void {
    const { run, urls, plan } = this.#input
    const commands = new MessageChannel()
    const records = new MessageChannel()
    const fd = this.#disks?.fds[thread]
    const workerData: EngineThreadData = {
      ...run,
      thread,
      // Clients never crash, so the last thread hears of every fault.
      recordsFaults: thread === run.threads - 1,
      resume,
      commands: commands.port2,
      records: records.port2,
      pausedNs,
      disk:
        fd === undefined
          ? null
          : { fd, memory: this.#diskMemory, syncThread: run.threads + (thread % diskThreads(plan, true)) },
    }
    const name = `the thread of ${namesOn(plan, run.threadOf, thread)}`
    const transferList = [commands.port2, records.port2]
    const worker = threadProgram(urls.engine).worker(workerData, { ...WORKER_OPTIONS, transferList, name })
    this.#adopt(worker, name)
    this.#ports.set(thread, commands.port1)
    this.records.push(records.port1)
    let saidGoodbye = false
    worker.on('message', (message: FromThread) => {
      if (message.type === 'code') return
      if (message.type === 'told') {
        this.#input.onTold(message)
        return
      }
      saidGoodbye = true
      this.#takeLeave(thread, message)
    })
    worker.once('exit', (code) => {
      if (saidGoodbye) return
      // It handed nothing in, and its port may have gone with it: such a one could not be passed on.
      this.records.splice(this.records.indexOf(records.port1), 1)
      records.port1.close()
      // Nobody needs to wait for it to fall quiet.
      this.#input.control.quiet()
      this.#isSettled = false
      if (!this.#input.control.stopped) this.#input.onFailure(`${name} ended unasked, with code ${code}`)
    })
  }

  #adopt(worker: Worker, name: string): void {
    this.#workers.set(worker, name)
    worker.on('error', (error) => this.#input.onFailure(`${name} failed: ${error.message}`))
    this.#exits.push(
      new Promise((resolve) => {
        worker.once('exit', () => {
          this.#workers.delete(worker)
          resolve()
        })
      }),
    )
  }

  #takeLeave(thread: number, message: Goodbye): void {
    const { control } = this.#input
    this.timings.push(message.timing)
    this.#isSettled &&= message.isSettled
    const { sent, duplicated, delivered, dropped } = message.balance
    this.#balance.sent += sent
    this.#balance.duplicated += duplicated
    this.#balance.delivered += delivered
    this.#balance.dropped += dropped
    this.#balance.inFlight += message.inFlight
    this.#ports.get(thread)?.close()
    this.#ports.delete(thread)
    if (message.type === 'failed') this.#input.onFailure(message.sentence)
    if (message.type !== 'crashed') return
    if (control.stopped) {
      control.quiet()
      this.#vacant.add(thread)
      this.#balance.inFlight += message.arrivals.length
      return
    }
    // The place of a crashed process is kept by a fresh thread, which refuses connections until it may boot.
    const { atNs, byHand, pausedNs, pausedAtNs } = this.#input.takesOver()
    this.#spawn(thread, { ...message.resume, atNs, byHand, arrivals: message.arrivals }, pausedNs)
    if (pausedAtNs !== null) this.#tell(thread, { type: 'pause', atSharedNs: pausedAtNs })
  }

  #spawnDisk(url: URL, index: number, count: number): void {
    const { run, plan } = this.#input
    const all = (this.#disks as Disks).fds.map((fd, place) => ({ place, name: plan.places[place].name, fd }))
    const workerData: DiskThreadData = {
      thread: run.threads + index,
      control: run.control,
      disks: this.#diskMemory,
      serves: all.filter(({ place }) => place % count === index),
    }
    const name = `disk thread ${index + 1}`
    const worker = new Worker(url, { ...WORKER_OPTIONS, workerData, name })
    this.#adopt(worker, name)
    let saidGoodbye = false
    worker.on('message', (message: FromDiskThread) => {
      saidGoodbye = true
      this.fsync.push(...message.fsync)
      if (message.type === 'disk-failed') this.#input.onFailure(message.message)
    })
    worker.once('exit', (code) => {
      if (!saidGoodbye && !this.#input.control.stopped)
        this.#input.onFailure(`${name} ended unasked, with code ${code}`)
    })
  }

  /** Waits for all threads to end, which have been told to, and ends those that don't within `msMax`. */
  async end(msMax: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, msMax)))
    await Promise.race([Promise.all(this.#exits), patience])
    clearTimeout(timer)
    for (const name of this.#workers.values()) {
      this.#input.onFailure(`${name} did not stop when it was told to, and its record is missing`)
    }
    await Promise.all([...this.#workers.keys()].map((worker) => worker.terminate()))
    for (const port of this.#ports.values()) port.close()
    this.#disks?.dispose()
  }

  /** What became of all messages; null where some threads did not live to say. Only after the end. */
  get messages(): MessageBalance | null {
    if (!this.#isSettled) return null
    for (const thread of this.#vacant) {
      // Nobody has read what was still sent there.
      new Rings(this.#input.run.rings, thread).drain(() => this.#balance.inFlight++)
    }
    this.#vacant.clear()
    const { sent, duplicated, delivered, dropped, inFlight } = this.#balance
    return { ...this.#balance, lost: sent + duplicated - delivered - dropped - inFlight }
  }
}
