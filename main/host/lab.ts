import { availableParallelism } from 'node:os'
import { assert } from '../../shared/base/assert.ts'
import { err, ok, type Result } from '../../shared/base/result.ts'
import type { Problem, Topology } from '../../shared/topology/types.ts'
import { machineMemory, obstacleInMemory, type MachineMemory } from './memory.ts'
import { planRun } from './planned-run.ts'
import { asSentence, LabRun, type Run, type RunOptions, type Work } from './run.ts'
import { liveWork } from './run-live.ts'
import { simulatedWork } from './run-simulated.ts'

/** The built entries of the lab's threads. Only a program's entry knows where they are. */
export interface ThreadEntries {
  /** Folder of the engines, one for each strategy (`main/threads/engine-program.ts`). */
  readonly engines: URL
  readonly simulation: URL
  /** Works out the figures of a live run. */
  readonly analysis: URL
}

export interface LabOptions {
  /** How many simulated runs go on at once, others waiting for their turn; as many as there are cores unless said. */
  simulationsMax?: number
  /** What the machine has left; asked before and during each run. */
  memory?: () => MachineMemory
}

/** Threads share no directory of ranges: clients of one would never hear of what has split in another. */
const SPLITS_LIVE: Problem = {
  path: '$.partitioning.split',
  sentence:
    'Ranges split in simulated runs only, where all clients see one directory of them. Simulate it, or take the splits out.',
}

function splitsLive({ partitioning }: Topology, { kind }: RunOptions): boolean {
  return kind === 'live' && partitioning.split !== undefined
}

/**
 * The lab without a window: runs side by side, each on threads of its own. Simulated runs share the cores; a live run
 * keeps real time and so is the only one of its kind. No run outlives its lab.
 */
export class Lab {
  readonly #threads: ThreadEntries
  readonly #simulationsMax: number
  readonly #memory: () => MachineMemory
  readonly #runs = new Map<string, LabRun>()
  /** Runs that are not over, closed ones included, in the order in which they were opened. */
  readonly #underWay = new Set<LabRun>()
  #opened = 0
  #isDisposed = false

  constructor(threads: ThreadEntries, options: LabOptions = {}) {
    const { simulationsMax = availableParallelism(), memory = machineMemory } = options
    assert(simulationsMax >= 1, () => `a lab of ${simulationsMax} simulations at once`)
    this.#threads = threads
    this.#simulationsMax = simulationsMax
    this.#memory = memory
  }

  /** Runs that were not closed yet, by id, in the order in which they were opened. */
  get runs(): ReadonlyMap<string, Run> {
    return this.#runs
  }

  /** Why a run cannot be here and now, with the field of the topology to lower or to take out; null where it can. */
  obstacleTo(topology: Topology, options: RunOptions): Problem | null {
    if (splitsLive(topology, options)) return SPLITS_LIVE
    return obstacleInMemory(planRun(topology, options).plan, options.kind ?? 'simulated', this.#memory())
  }

  /**
   * Starts a run, or queues it. Refused, with a sentence, where it is live and another live run is under way, or where
   * the machine cannot hold it.
   */
  open(topology: Topology, options: RunOptions): Result<Run, string> {
    assert(!this.#isDisposed, 'no run can be opened in a lab that was disposed of')
    const { kind = 'simulated' } = options
    const other = kind === 'live' ? this.#liveRun() : undefined
    if (other !== undefined) {
      return err(
        `"${other.name}" (${other.id}) is running live, and two live runs would spoil each other's timing: stop it first.`,
      )
    }
    if (splitsLive(topology, options)) return err(SPLITS_LIVE.sentence)
    const planned = planRun(topology, options)
    const obstacle = obstacleInMemory(planned.plan, kind, this.#memory())
    if (obstacle !== null) return err(obstacle.sentence)
    let work: Work
    try {
      work =
        kind === 'live' ? liveWork(planned, this.#threads) : simulatedWork(planned, this.#threads.simulation)
    } catch (error) {
      // What the threads of a live run share is made at once, and may be more than the system gives.
      return err(
        asSentence(`The run cannot begin: ${error instanceof Error ? error.message : String(error)}`),
      )
    }
    const run = new LabRun({
      id: `run-${++this.#opened}`,
      kind,
      name: topology.name,
      work,
      memory: this.#memory,
      onOver: (over) => this.#ended(over),
    })
    this.#runs.set(run.id, run)
    this.#underWay.add(run)
    if (kind === 'live') run.begin()
    else this.#beginWaiting()
    return ok(run)
  }

  /** Forgets a run and, where it is not over, ends it without a result. Settles when its threads are gone. */
  async close(id: string): Promise<void> {
    const run = this.#runs.get(id)
    this.#runs.delete(id)
    await run?.abandon()
  }

  /** Closes every run; settles when no thread is left. */
  async dispose(): Promise<void> {
    this.#isDisposed = true
    this.#runs.clear()
    await Promise.all([...this.#underWay].map((run) => run.abandon()))
  }

  #liveRun(): LabRun | undefined {
    return [...this.#underWay].find(({ kind }) => kind === 'live')
  }

  #ended(run: LabRun): void {
    this.#underWay.delete(run)
    this.#beginWaiting()
  }

  #beginWaiting(): void {
    const simulated = [...this.#underWay].filter(({ kind }) => kind === 'simulated')
    let free = this.#simulationsMax - simulated.filter(({ hasBegun }) => hasBegun).length
    for (const run of simulated) if (!run.hasBegun && free-- > 0) run.begin()
  }
}
