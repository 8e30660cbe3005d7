import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { EVENT } from '../../shared/simulator/events.ts'
import type { Ns } from '../../shared/base/time.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import type { PlanOptions } from '../../shared/plan/build.ts'
import type { PlaceId, PlannedFault } from '../../shared/plan/types.ts'
import { protocolOf } from '../../shared/protocols/registry.ts'
import { Simulation } from '../../shared/simulator/index.ts'
import type { Resume } from '../../shared/simulator/index.ts'
import type { Scope } from '../../shared/simulator/scope.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { decode, Encoder } from './codec.ts'
import { Control, sharedClockNs } from './control.ts'
import type { ControlMemory } from './control.ts'
import { countsOf, LatenessRecorder } from './lateness.ts'
import type { Counts } from './lateness.ts'
import { transferable } from './parts.ts'
import type { HistoryPart } from './parts.ts'
import { Rings } from './rings.ts'
import type { RingMemory } from './rings.ts'

export interface EngineThreadData {
  topology: Topology
  options: PlanOptions
  thread: number
  /** Which thread runs each place. */
  threadOf: readonly number[]
  rings: RingMemory
  control: ControlMemory
  recordsFaults: boolean
  /** Whether there are cores enough to spin through the last tenth of a millisecond of a wait. */
  spins: boolean
  resume: Resume | null
  commands: MessagePort
  /** Engine time stood still for so long before this thread began. */
  pausedNs: Ns
}

interface Farewell {
  part: HistoryPart
  lateness: { messages: Counts; timers: Counts }
}

/** What a thread says as the last thing it does. */
export type FromThread =
  | ({ type: 'done' } & Farewell)
  | ({ type: 'crashed'; durable: Resume['durable'] } & Farewell)
  /** Something threw: the run can't go on, but what was recorded is here. */
  | ({ type: 'failed'; message: string } & Farewell)

/** What the main thread may ask of a thread while it runs. */
export type Command =
  | { type: 'fault'; fault: PlannedFault; starts: boolean }
  /** Engine time stands still from one instant of the shared clock on … */
  | { type: 'pause'; atSharedNs: Ns }
  /** … to another. */
  | { type: 'resume'; atSharedNs: Ns }

/** Real time that a thread may sleep at a stretch, so that it notices a stop that nobody woke it for. */
const SLEEP_MS_MAX = 20
/** `Atomics.wait` wakes some tens of microseconds late: a wait ends this much before its time, and spins. */
const SPIN_NS = 80_000
const PUBLISH_EVERY_NS = 5_000_000
/** Events between two looks at what has come. */
const EVENTS_PER_TURN = 2_000
/** A ring that was full is tried again after this long. */
const RETRY_NS = 200_000
/** A crashing thread gives what it had sent before this long to leave, and half-read frames to be completed. */
const FAREWELL_NS = 500_000_000

/** One thread of a live run: the engine of the simulator, for this thread's places, in real time. */
function main(data: EngineThreadData): void {
  const { thread, threadOf, resume } = data
  const plan = buildPlan(data.topology, data.options)
  const { timeScale } = plan.topology.run
  const protocol = protocolOf(plan.topology.replication.strategy)
  const rings = new Rings(data.rings, thread)
  const control = new Control(data.control)
  const encoder = new Encoder()
  const late = new LatenessRecorder()
  let crashed: PlaceId | null = null
  const scope: Scope = {
    has: (place) => threadOf[place] === thread,
    deliver: (atNs, to, route, bytes, body) => {
      rings.send(threadOf[to], encoder.encode(atNs, to, route, bytes, body))
      control.wakeBefore(threadOf[to], atNs)
    },
    crashed: (place) => (crashed = place),
    recordsFaults: data.recordsFaults,
    endsItself: false,
  }
  const simulation = new Simulation(plan, protocol, { scope, ...(resume === null ? {} : { resume }) })
  control.ready()
  const startNs = control.awaitGo()
  if (startNs === null) return
  const time = new EngineTime(startNs, timeScale, data.pausedNs)
  const clock = (): Ns => time.now()
  const receive = (payload: Buffer) =>
    decode(payload, (atNs, to, route, bytes, body) => simulation.receive(atNs, to, route, bytes, body))
  const isLate = (kind: number, ns: Ns) => late.record(kind === EVENT.arrive, ns * timeScale)
  let publishedNs = -Infinity
  let sleptNs = 0
  const beganNs = sharedClockNs()
  const farewell = (): Farewell => ({
    part: transferable(simulation.finish()),
    lateness: { messages: countsOf(late.messages), timers: countsOf(late.timers) },
  })

  try {
    while (!control.stopped && crashed === null) {
      if (control.hasCommands(thread)) obey(data.commands, simulation, time)
      rings.drain(receive)
      simulation.runDue(clock, EVENTS_PER_TURN, isLate)
      const flushed = rings.flush()
      const sharedNs = sharedClockNs()
      if (sharedNs - publishedNs >= PUBLISH_EVERY_NS) {
        publishedNs = sharedNs
        control.publish(thread, {
          idle: simulation.idle,
          share: simulation.progress().share,
          digest: digestOf(simulation, scope),
          busy: 1 - sleptNs / Math.max(1, sharedNs - beganNs),
        })
      }
      const nowNs = clock()
      const dueNs = simulation.agenda.peekNs()
      const dueInNs = time.isPaused ? Infinity : (dueNs - nowNs) * timeScale
      const waitNs = Math.min(dueInNs, SLEEP_MS_MAX * 1e6, flushed ? Infinity : RETRY_NS)
      const sleepNs = waitNs - (data.spins ? SPIN_NS : 0)
      if (sleepNs > 0) {
        control.sleep(thread, sleepNs / 1e6, nowNs + Math.floor(waitNs / timeScale), () => rings.hasArrivals)
        sleptNs += sharedClockNs() - sharedNs
      }
    }
    if (crashed !== null) {
      const untilNs = sharedClockNs() + FAREWELL_NS
      while ((!rings.flush() || rings.isMidFrame) && sharedClockNs() < untilNs && !control.stopped) {
        rings.drain(() => undefined)
      }
      post({ type: 'crashed', durable: simulation.durableOf(crashed), ...farewell() })
    } else post({ type: 'done', ...farewell() })
  } catch (error) {
    post({ type: 'failed', message: error instanceof Error ? error.message : String(error), ...farewell() })
  }
}

/** Engine time: the shared clock since the start, without pauses, slowed down by the run's scale. */
class EngineTime {
  readonly #startNs: Ns
  readonly #timeScale: number
  #pausedNs: Ns
  #pausedAtNs: Ns | null = null

  constructor(startNs: Ns, timeScale: number, pausedNs: Ns) {
    this.#startNs = startNs
    this.#timeScale = timeScale
    this.#pausedNs = pausedNs
  }

  get isPaused(): boolean {
    return this.#pausedAtNs !== null
  }

  now(): Ns {
    return Math.floor(
      ((this.#pausedAtNs ?? sharedClockNs()) - this.#startNs - this.#pausedNs) / this.#timeScale,
    )
  }

  pause(atSharedNs: Ns): void {
    this.#pausedAtNs ??= atSharedNs
  }

  resume(atSharedNs: Ns): void {
    if (this.#pausedAtNs !== null) this.#pausedNs += atSharedNs - this.#pausedAtNs
    this.#pausedAtNs = null
  }
}

function obey(port: MessagePort, simulation: Simulation, time: EngineTime): void {
  for (
    let received = receiveMessageOnPort(port);
    received !== undefined;
    received = receiveMessageOnPort(port)
  ) {
    const command = received.message as Command
    if (command.type === 'fault') simulation.disturb(command.fault, command.starts)
    else if (command.type === 'pause') time.pause(command.atSharedNs)
    else time.resume(command.atSharedNs)
  }
}

/** Of all replicas of this thread together; 0 where it has none or one is down. */
function digestOf(simulation: Simulation, scope: Scope): number {
  let digest = 0
  for (const { id } of simulation.plan.shards) {
    for (const { place, host } of simulation.hostsOf(id)) {
      if (scope.has(place) && host !== null) digest = (digest * 31 + host.probe().digest) % 2 ** 32
    }
  }
  return digest
}

function post(message: FromThread): void {
  parentPort?.postMessage(message)
}

main(workerData as EngineThreadData)
