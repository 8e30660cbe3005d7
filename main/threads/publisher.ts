import { parentPort } from 'node:worker_threads'
import type { Ns } from '../../shared/base/time.ts'
import type { ReplicaCounters } from '../../shared/history/counters.ts'
import type { PlaceId } from '../../shared/plan/types.ts'
import { looksOf, MessageWatch, replicaCounters } from '../../shared/simulator/index.ts'
import type { Simulation } from '../../shared/simulator/index.ts'
import type { Board } from './board.ts'
import { sharedClockNs } from './control.ts'
import type { Control } from './control.ts'
import type { EngineThreadData, FromThread } from './engine-messages.ts'

/** How old may be what others see of a thread: faults that name a role go by it. */
const PUBLISH_EVERY_NS = 5_000_000
/** A replica of many shards takes longer to look at, and is looked at less often: this share of the time at most. */
const SHARE_MAX = 0.02
/** Facts for the event log are told in bundles, and where they come in floods, the first of each bundle. */
const TELL_EVERY_NS = 50_000_000
const TOLD_MAX = 20

/** Says on the board, and to the main thread, what a thread's places are at. */
export class Publisher {
  readonly #thread: number
  readonly #simulation: Simulation
  readonly #board: Board
  readonly #control: Control
  /** Replicas among the thread's places, with what their earlier lives had come to. */
  readonly #replicas: readonly { place: PlaceId; earlier: ReplicaCounters }[]
  readonly #watch = new MessageWatch()
  #workingNs: Ns
  #publishAtNs: Ns = -Infinity
  /** Something may have changed since it was last published. */
  #isStale = true
  #tellAtNs: Ns = -Infinity
  #faultsTold = 0
  #notesTold = 0

  constructor(data: EngineThreadData, simulation: Simulation, board: Board, control: Control) {
    this.#thread = data.thread
    this.#simulation = simulation
    this.#board = board
    this.#control = control
    this.#replicas = simulation.plan.places
      .filter(({ id, kind }) => kind === 'replica' && data.threadOf[id] === data.thread)
      .map(({ id: place }) => ({ place, earlier: board.replica(place) }))
    this.#workingNs = board.workingNs(data.thread)
    this.#watch.pace(1 / simulation.plan.topology.run.timeScale, data.threads)
  }

  /** When the next turn should come at the latest, by the shared clock, for others to see what has changed. */
  get dueNs(): Ns {
    return this.#isStale ? this.#publishAtNs : Infinity
  }

  /** One turn of the thread's loop is over. `worked`: it found something to do. */
  turn(beganNs: Ns, endedNs: Ns, worked: boolean): void {
    if (worked) {
      this.#workingNs += endedNs - beganNs
      this.#isStale = true
    }
    if (endedNs < this.#publishAtNs || !this.#isStale) return
    this.#isStale = false
    this.#control.publish(this.#thread, {
      idle: this.#simulation.idle,
      share: this.#simulation.progress().share,
    })
    this.#board.setWorkingNs(this.#thread, this.#workingNs)
    if (this.#replicas.length > 0) this.#look()
    this.#watchOrNot()
    if (endedNs >= this.#tellAtNs) this.#tell(endedNs)
    const nowNs = sharedClockNs()
    this.#publishAtNs = nowNs + Math.max(PUBLISH_EVERY_NS, (nowNs - endedNs) / SHARE_MAX)
  }

  #look(): void {
    const looks = looksOf(this.#simulation)
    for (const { place, earlier } of this.#replicas) {
      this.#board.setLooks(
        place,
        looks.filter((look) => look.place === place),
      )
      this.#board.setReplica(place, replicaCounters(this.#simulation, place), earlier)
    }
  }

  /** A replica crashed: it plays no role any more, before anybody can still take it for a leader. */
  gone(): void {
    this.#look()
    this.#tell(sharedClockNs())
  }

  /** Nothing is picked while nobody looks. */
  #watchOrNot(): void {
    const { network } = this.#simulation
    if (this.#control.isWatched === (network.watch !== null)) return
    network.watch = network.watch === null ? this.#watch : null
    this.#watch.take()
  }

  #tell(nowNs: Ns): void {
    const { faults, notes } = this.#simulation.recorder
    const messages = this.#watch.take()
    if (faults.length > this.#faultsTold || notes.length > this.#notesTold || messages.length > 0) {
      const message: FromThread = {
        type: 'told',
        faults: faults.slice(this.#faultsTold),
        notes: notes.slice(this.#notesTold, this.#notesTold + TOLD_MAX),
        messages,
      }
      parentPort?.postMessage(message)
      this.#faultsTold = faults.length
      this.#notesTold = notes.length
      this.#tellAtNs = nowNs + TELL_EVERY_NS
    }
  }
}
