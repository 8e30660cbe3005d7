import { assert } from '../base/assert.ts'
import type { Ns } from '../base/time.ts'
import type { Plan } from '../plan/types.ts'
import { PRELOADED } from '../protocols/contract.ts'
import type { Fact, Outcome, VersionVector } from '../protocols/contract.ts'
import { OperationTable } from './columns.ts'
import { OperationTally } from './counters.ts'
import { TrafficRecorder } from './traffic.ts'
import { ERROR_CODES, OP_NAMES, STATUS } from './types.ts'
import type { FaultEvent, History, HistoryShard, NoteEvent, ReplicaSample } from './types.ts'

/** Facts with a text beyond this many are counted, not kept. */
const NOTES_MAX = 20_000

const OP_CODE = new Map<string, number>(OP_NAMES.map((name, index) => [name, index]))
const ERROR_CODE = new Map<string | null, number>(ERROR_CODES.map((code, index) => [code, index]))

/** How a run is set up, as far as its record must say. */
export interface RecorderSetup {
  plan: Plan
  runtime: History['runtime']
  order: History['order']
  /** Registers where left out. */
  model?: History['model'] | undefined
  /** Session slot → place index of its client. */
  sessions: Uint32Array
  kinds: readonly { kind: string; label: string }[]
  /** Counts along; where left out, the recorder has a tally of its own. */
  tally?: OperationTally | undefined
}

/** Writes down a run as it happens; `finish` hands over the History. One recorder per run or per client worker. */
export class Recorder {
  readonly traffic: TrafficRecorder
  readonly tally: OperationTally
  readonly #setup: RecorderSetup
  readonly #ops = new OperationTable()
  readonly #contexts = new Map<number, VersionVector>()
  readonly #siblings = new Map<number, readonly number[]>()
  readonly #faults: FaultEvent[] = []
  readonly #notes: NoteEvent[] = []
  #notesDropped = 0
  readonly #facts = new Map<string, Float64Array>()
  #samples: ReplicaSample[] = []
  readonly #shards = new Map<number, HistoryShard>()

  constructor(setup: RecorderSetup) {
    this.#setup = setup
    this.tally = setup.tally ?? new OperationTally()
    const { places, shards, splits, durationNs } = setup.plan
    for (const { id, replicas } of shards) {
      const names = replicas.map((place) => places[place].name)
      const from = splits?.starts[id]
      this.#shards.set(id, { id, replicas: names, ...(from === undefined ? {} : { from }) })
    }
    this.traffic = new TrafficRecorder(places.length, shards.length, durationNs, setup.kinds)
  }

  get operations(): number {
    return this.#ops.count
  }

  /** What is on record so far; grows while the run goes on. */
  get faults(): readonly FaultEvent[] {
    return this.#faults
  }

  get notes(): readonly NoteEvent[] {
    return this.#notes
  }

  /** An operation begins. `tag` is a probe's offset index plus one, else 0; `expected` is a cas's. Returns its row. */
  invoke(
    process: number,
    session: number,
    f: string,
    key: number,
    value: number,
    intendedNs: Ns,
    invokedNs: Ns,
    tag: number,
    expected = 0,
  ): number {
    const code = OP_CODE.get(f)
    assert(code !== undefined, () => `no operation is called ${f}`)
    this.tally.begin()
    return this.#ops.add(process, session, code, key, value, intendedNs, invokedNs, tag, expected)
  }

  /** An operation ends, with what its client knows. `place` is the replica that answered, or -1. */
  end(row: number, outcome: Outcome, place: number, attempts: number, endedNs: Ns): void {
    const ops = this.#ops
    ops.status[row] = STATUS[outcome.status]
    ops.error[row] = ERROR_CODE.get(outcome.error) ?? 0
    ops.result[row] = outcome.value
    ops.endedNs[row] = endedNs
    this.tally.end(ops.status[row], ops.f[row], endedNs - ops.intendedNs[row])
    if (outcome.version !== null) {
      ops.versionAt[row] = outcome.version.at
      ops.versionBy[row] = outcome.version.by
    }
    if (place >= 0) ops.place[row] = place
    ops.attempts[row] = Math.min(attempts, 255)
    if (outcome.context !== null) this.#contexts.set(row, outcome.context)
    if (outcome.siblings !== null && outcome.siblings.length > 1) this.#siblings.set(row, outcome.siblings)
  }

  fault(event: FaultEvent): void {
    this.#faults.push(event)
  }

  note(timeNs: Ns, place: number, fact: Fact): void {
    let counts = this.#facts.get(fact.kind)
    if (counts === undefined) {
      counts = new Float64Array(this.#setup.plan.places.length)
      this.#facts.set(fact.kind, counts)
    }
    counts[place] += fact.count ?? 1
    if (fact.text === undefined) return
    if (this.#notes.length >= NOTES_MAX) this.#notesDropped++
    else
      this.#notes.push({
        timeNs,
        place: this.#setup.plan.places[place].name,
        kind: fact.kind,
        text: fact.text,
      })
  }

  /** A shard begins in the middle of the run. */
  shardBorn(id: number, replicas: readonly number[], bornNs: Ns, from: number): void {
    const names = replicas.map((place) => this.#setup.plan.places[place].name)
    this.#shards.set(id, { id, replicas: names, from, bornNs, endedNs: null })
  }

  /** A shard ends: its keys are another's now. */
  shardEnded(id: number, endedNs: Ns): void {
    const shard = this.#shards.get(id)
    if (shard !== undefined) this.#shards.set(id, { ...shard, endedNs })
  }

  sample(sample: ReplicaSample): void {
    this.#samples.push(sample)
  }

  /** Keeps every other instant of the samples: the run outlasts the spacing chosen for it. */
  thinSamples(keepEveryNs: Ns): void {
    this.#samples = this.#samples.filter((sample) => sample.timeNs % keepEveryNs === 0)
  }

  finish(end: { issuedUntilNs: Ns; endedNs: Ns; sampleEveryNs: Ns; stoppedEarly: string | null }): History {
    const { plan, runtime, order, sessions } = this.#setup
    const preloaded = plan.workload.kind === 'mix' ? plan.workload.keys : 0
    const model = this.#setup.model ?? 'register'
    const beginsEmpty = model === 'counter' || model === 'set' || preloaded === 0
    return {
      model,
      order,
      runtime,
      places: plan.places.map(({ name, kind, region }) => ({ name, kind, region })),
      replicaCount: plan.replicaCount,
      shards: plan.shards.map(({ id }) => this.#shards.get(id) as HistoryShard),
      sessions,
      initial: beginsEmpty ? null : PRELOADED,
      preloaded,
      ops: this.#ops,
      contexts: this.#contexts,
      siblings: this.#siblings,
      faults: this.#faults,
      notes: this.#notes,
      notesDropped: this.#notesDropped,
      facts: this.#facts,
      samples: this.#samples,
      sampleEveryNs: end.sampleEveryNs,
      traffic: this.traffic.finish(),
      issuedUntilNs: end.issuedUntilNs,
      endedNs: end.endedNs,
      warmupNs: plan.warmupNs,
      stoppedEarly: end.stoppedEarly,
      keyName: (key) => plan.keyName(key),
    }
  }
}
