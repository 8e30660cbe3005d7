import { availableParallelism } from 'node:os'
import { assert } from '../../shared/base/assert.ts'
import { err, ok, type Result } from '../../shared/base/result.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { planRun } from './planned-run.ts'
import { LabRun, type Run, type RunOptions } from './run.ts'
import { liveWork } from './run-live.ts'
import { simulatedWork } from './run-simulated.ts'

/** The built entries of the lab's threads. Only a program's entry knows where they are. */
export interface ThreadEntries {
  readonly engine: URL
  readonly simulation: URL
}

export interface LabOptions {
  /** How many simulated runs go on at once, others waiting for their turn; as many as there are cores unless said. */
  simulationsMax?: number
}

/**
 * The lab without a window: runs side by side, each on threads of its own. Simulated runs share the cores; a live run
 * keeps real time and so is the only one of its kind. No run outlives its lab.
 */
export class Lab {
  readonly #threads: ThreadEntries
  readonly #simulationsMax: number
  readonly #runs = new Map<string, LabRun>()
  /** Runs that are not over, closed ones included, in the order in which they were opened. */
  readonly #underWay = new Set<LabRun>()
  #opened = 0
  #isDisposed = false

  constructor(threads: ThreadEntries, { simulationsMax = availableParallelism() }: LabOptions = {}) {
    assert(simulationsMax >= 1, () => `a lab of ${simulationsMax} simulations at once`)
    this.#threads = threads
    this.#simulationsMax = simulationsMax
  }

  /** Runs that were not closed yet, by id, in the order in which they were opened. */
  get runs(): ReadonlyMap<string, Run> {
    return this.#runs
  }

  /** Starts a run, or queues it. Refused, with a sentence, where it is live and another live run is under way. */
  open(topology: Topology, options: RunOptions): Result<Run, string> {
    assert(!this.#isDisposed, 'no run can be opened in a lab that was disposed of')
    const { kind = 'simulated' } = options
    const other = kind === 'live' ? this.#liveRun() : undefined
    if (other !== undefined) {
      return err(
        `"${other.name}" (${other.id}) is running live, and two live runs would spoil each other's timing: stop it first.`,
      )
    }
    const planned = planRun(topology, options)
    const work =
      kind === 'live'
        ? liveWork(planned, this.#threads.engine)
        : simulatedWork(planned, this.#threads.simulation)
    const run = new LabRun(`run-${++this.#opened}`, kind, topology.name, work, (over) => this.#ended(over))
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
