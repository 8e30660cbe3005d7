import { EVENTS_KEPT, STATISTICS_KEPT } from '../../../shared/ipc/contract.ts'
import type { InputOf, OutputOf, RunStarted } from '../../../shared/ipc/contract.ts'
import type { RunStatus } from '../../../shared/ipc/contract.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { expectedOperations } from '../../../shared/workload/expected.ts'
import type { Lab } from '../lab.ts'
import { RunError, type RunOptions, type RunResult } from '../run.ts'
import { commandFileOf } from './file-names.ts'
import type { Library } from './library.ts'
import { RunDesk } from './run-desk.ts'
import type { Emit } from './types.ts'

/** Runs that are over and still listed, for a window that was reloaded; the library has all of them. */
const OVER_KEPT = 20
/** Beyond so many operations a run keeps its report only: some hundred megabytes of columns help nobody. */
const HISTORY_OPERATIONS_MAX = 8_000_000

/** Runs under way, and what they tell, whichever window began them. */
export class Runs {
  readonly #lab: Lab
  readonly #library: Library
  readonly #emit: Emit
  readonly #runs = new Map<string, RunDesk>()
  /** Settles when a run's result is in the library. */
  readonly #ends = new Set<Promise<void>>()

  constructor(lab: Lab, library: Library, emit: Emit) {
    this.#lab = lab
    this.#library = library
    this.#emit = emit
  }

  get isBusy(): boolean {
    return this.#ends.size > 0
  }

  start(request: InputOf<'runs.start'>): RunStarted {
    const parsed = parseTopology(request.text, strategies)
    if (!parsed.ok) return { problems: parsed.error }
    const topology = parsed.value
    const { seed, durationMs, runtime } = request
    const realDisk = request.realDisk && runtime === 'live'
    const options: RunOptions = {
      kind: runtime,
      realDisk,
      ...(seed === null ? {} : { seed }),
      ...(durationMs === null ? {} : { durationMs }),
      command: commandOf(topology.name, request),
      keepsHistory: operationsOf(topology, durationMs) <= HISTORY_OPERATIONS_MAX,
    }
    const opened = this.#lab.open(topology, options)
    if (!opened.ok) return { refused: opened.error }
    const run = opened.value
    const desk = new RunDesk(run, request, topology, this.#emit)
    this.#runs.set(run.id, desk)
    const end = this.#follow(desk, request.text).finally(() => this.#ends.delete(end))
    this.#ends.add(end)
    return { runId: run.id }
  }

  list(): RunStatus[] {
    return [...this.#runs.values()].map((run) => run.status)
  }

  get(runId: string): RunDesk {
    const run = this.#runs.get(runId)
    if (run === undefined) throw new Error('There is no such run any more.')
    return run
  }

  past(runId: string): OutputOf<'runs.past'> {
    const { statistics, events } = this.get(runId)
    return { statistics: statistics.slice(-STATISTICS_KEPT), events: events.slice(-EVENTS_KEPT) }
  }

  /** Stops everything; settles when what there is of it is in the library. */
  async close(): Promise<void> {
    for (const run of this.#runs.values()) run.stop()
    await Promise.all(this.#ends)
  }

  async #follow(desk: RunDesk, text: string): Promise<void> {
    const { run } = desk
    let result: RunResult | null = null
    let failure: string | null = null
    try {
      result = await run.result
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
      if (error instanceof RunError) result = error.partial
    }
    let entryId: string | null = null
    if (result !== null) {
      try {
        const { report, history } = result
        entryId = (await this.#library.add({ report, history, topologyText: text })).id
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        failure ??= `The run is over, but it could not be kept: ${reason}`
      }
    }
    desk.over(entryId, failure)
    await this.#lab.close(run.id)
    const over = [...this.#runs.values()].filter(({ isOver }) => isOver)
    for (const old of over.slice(0, -1)) old.forgetStream()
    for (const { run: old } of over.slice(0, -OVER_KEPT)) this.#runs.delete(old.id)
  }
}

/** The command that repeats the run, had its topology been saved under its name. */
function commandOf(name: string, { runtime, seed, durationMs, realDisk }: InputOf<'runs.start'>): string {
  return [
    'replica-lab run',
    commandFileOf(name),
    ...(runtime === 'live' ? ['--live'] : []),
    ...(seed === null ? [] : [`--seed ${seed}`]),
    ...(durationMs === null ? [] : [`--duration ${durationMs}`]),
    ...(realDisk && runtime === 'live' ? ['--real-disk'] : []),
  ].join(' ')
}

function operationsOf({ workload, clients, run }: Topology, durationMs: number | null): number {
  if (workload.kind === 'probe') return 2 * workload.samples * workload.offsetsMs.length
  return expectedOperations(clients, durationMs ?? run.durationMs)
}
