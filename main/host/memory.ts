import { getHeapStatistics } from 'node:v8'
import type { Plan } from '../../shared/plan/types.ts'
import { registry } from '../../shared/protocols/registry.ts'
import { formatBytes, formatCount, formatMs } from '../../shared/report/numbers.ts'
import { compileDistribution } from '../../shared/topology/distributions.ts'
import type { Problem } from '../../shared/topology/types.ts'
import type { RunKind } from './run.ts'

/** What the machine has left for this process. */
export interface MachineMemory {
  /** Free, or what a container's limit leaves. */
  availableBytes: number
  /** Taken by this process, all of its threads together. */
  residentBytes: number
  /** Objects of one thread may take so much. */
  heapBytes: number
}

export function machineMemory(): MachineMemory {
  return {
    availableBytes: process.availableMemory(),
    residentBytes: process.memoryUsage.rss(),
    heapBytes: getHeapStatistics().heap_size_limit,
  }
}

const MIB = 2 ** 20

/**
 * What things take, as peaks of resident memory: measured with Node 20 on runs of 20 thousand to 1.2 million
 * operations and of 25 to 200 threads, and rounded up. The columns of a history take 71 bytes an operation and, while
 * they grow, those of the old and the new capacity at once; a live run's are gathered from its threads and merged.
 */
const OPERATION_BYTES: Readonly<Record<RunKind, number>> = { simulated: 200, live: 400 }
/** What a read of a dotted order covered, and what a write was told: objects. Far more where writes race for a key. */
const CONTEXT_BYTES = 350
/** A key that was written, at each replica that holds it. */
const KEY_BYTES = 200
const THREAD_BYTES = 12 * MIB
/** Each thread counts the messages of every place, in 240 bins of six figures. */
const THREAD_BYTES_PER_PLACE = 240 * 6 * 8
/** Beside all that: code, the plan, the report. */
const BASE_BYTES = 80 * MIB
/** Rings of a live run: all of them together, or the smallest there are. */
const TRANSPORT_BYTES_MAX = 128 * MIB
const RING_BYTES_MIN = 4160

/** No answer comes sooner, on links without latency. */
const ANSWER_MS_MIN = 0.02
/** Closed loops of a live run together: no machine of today gets through more in real time. */
const LIVE_CLOSED_PER_S_MAX = 100_000

/** No run may claim more of what is free: the estimate is one, and others need memory too. */
const SHARE_MAX = 0.8
/** Of what is free, the heap of a simulation may take so much. */
const HEAP_SHARE = 0.75

export interface MemoryNeed {
  operations: number
  threads: number
  /** Operations, and what is worked out of them. */
  historyBytes: number
  /** What the replicas hold. */
  stateBytes: number
  threadBytes: number
  totalBytes: number
  /** The largest part that lies in the heap of one thread. */
  heapBytes: number
}

/** What a run of this plan takes at its peak. Rough: within a factor of two for the loads it was measured with. */
export function memoryNeed(plan: Plan, kind: RunKind): MemoryNeed {
  const { replication, clients } = plan.topology
  const operations = operationsOf(plan, kind)
  // A strategy that nobody knows is for the run to refuse.
  const protocol = registry.get(replication.strategy)
  const order = protocol?.orderOf?.(protocol.configure(replication.params)) ?? protocol?.manifest.order
  const contextBytes = order === 'dotted' ? operations * CONTEXT_BYTES : 0
  const copies = Math.max(0, ...plan.shards.map(({ replicas }) => replicas.length))
  const keyBytes = keysWritten(plan, operations) * KEY_BYTES
  const places = plan.places.length
  // Clients share eight threads at most.
  const threads = kind === 'live' ? plan.replicaCount + Math.min(8, clients.length) : 1
  const ringBytes = kind === 'live' ? Math.max(TRANSPORT_BYTES_MAX, threads * threads * RING_BYTES_MIN) : 0
  const need = {
    operations,
    threads,
    historyBytes: operations * OPERATION_BYTES[kind] + contextBytes,
    stateBytes: keyBytes * copies,
    threadBytes: threads * (THREAD_BYTES + places * THREAD_BYTES_PER_PLACE) + ringBytes,
  }
  return {
    ...need,
    totalBytes: BASE_BYTES + need.historyBytes + need.stateBytes + need.threadBytes,
    // One thread simulates all replicas; live, each has its own, and the record is gathered on another.
    heapBytes: kind === 'live' ? Math.max(keyBytes, contextBytes) : need.stateBytes + contextBytes,
  }
}

/** Why this machine cannot hold a run, with the field to lower, or null. `memory` is what is left now. */
export function obstacleInMemory(plan: Plan, kind: RunKind, memory: MachineMemory): Problem | null {
  const need = memoryNeed(plan, kind)
  const limitBytes = memory.availableBytes * SHARE_MAX
  if (need.totalBytes > limitBytes) {
    const free = `and ${formatBytes(memory.availableBytes)} are free here`
    const takes = `needs about ${formatBytes(need.totalBytes)} of memory, ${free}`
    return largestPart(plan, kind, need, limitBytes, takes)
  }
  const heapBytes = kind === 'live' ? memory.heapBytes : simulationHeapBytes(memory)
  if (need.heapBytes > heapBytes) {
    const takes =
      `needs about ${formatBytes(need.heapBytes)} for the objects of one thread, ` +
      `and Node.js allows ${formatBytes(heapBytes)}`
    return largestPart(plan, kind, { ...need, threadBytes: 0 }, heapBytes, takes)
  }
  return null
}

/**
 * What the objects of a simulation may take. Node's own limit is for programs beside many others; here the machine's
 * memory is the limit, and is watched.
 */
export function simulationHeapBytes({ availableBytes, heapBytes }: MachineMemory): number {
  return Math.max(heapBytes, availableBytes * HEAP_SHARE)
}

/** Names the field whose lowering helps most and, where it is a plain proportion, how low. */
function largestPart(
  { topology, workload }: Plan,
  kind: RunKind,
  { operations, threads, historyBytes, stateBytes, threadBytes }: MemoryNeed,
  limitBytes: number,
  takes: string,
): Problem {
  if (threadBytes >= Math.max(historyBytes, stateBytes)) {
    const mend = 'Use fewer replicas, or simulate it: that takes one thread.'
    return { path: '$.replicas', sentence: `A live run of ${formatCount(threads)} threads ${takes}. ${mend}` }
  }
  if (stateBytes >= historyBytes) {
    const sentence = `A ${kind} run that writes so many keys ${takes}. Lower workload.keys or the number of replicas.`
    return { path: '$.workload.keys', sentence }
  }
  const run = `A ${kind} run of about ${formatCount(operations)} operations ${takes}.`
  const share = Math.max(0, limitBytes - BASE_BYTES - stateBytes - threadBytes) / historyBytes
  if (workload.kind === 'probe') {
    const samples = formatCount(Math.floor(workload.samples * share))
    return { path: '$.workload.samples', sentence: `${run} Lower workload.samples, to ${samples} or less.` }
  }
  const atMost = formatMs(roundedDown(topology.run.durationMs * share))
  return {
    path: '$.run.durationMs',
    sentence: `${run} Lower run.durationMs, to ${atMost} or less, or the rate of the clients.`,
  }
}

/** Two digits, so that what follows the advice is refused no more. */
function roundedDown(value: number): number {
  if (value < 1) return 0
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1)
  return Math.floor(value / unit) * unit
}

/**
 * How many operations a run is likely to record. A closed loop goes as fast as its answers come, which only the run
 * will tell: here they take the median round trip to a replica. Where that is too few, a `MemoryWatch` will notice.
 */
function operationsOf(plan: Plan, kind: RunKind): number {
  const { workload, topology, places, replicaCount } = plan
  if (workload.kind === 'probe') return workload.samples * workload.offsetsMs.length * 2
  const seconds = topology.run.durationMs / 1000
  let [open, closed] = [0, 0]
  topology.clients.forEach(({ loop, sessions }, index) => {
    if ('open' in loop) open += loop.open.ratePerS * seconds
    else {
      const place = replicaCount + index
      const trips = places.slice(0, replicaCount).map(({ id }) => plan.links.roundTripNs(place, id))
      const answerMs = trips.sort((a, b) => a - b)[Math.floor(trips.length / 2)] / 1e6
      const eachMs = compileDistribution(loop.closed.thinkMs).meanMs + Math.max(answerMs, ANSWER_MS_MIN)
      closed += (sessions * seconds * 1000) / eachMs
    }
  })
  if (kind === 'live') closed = Math.min(closed, LIVE_CLOSED_PER_S_MAX * seconds * topology.run.timeScale)
  // The write after the read of a read-modify-write is an operation of its own, and so is a compare-and-set after its read.
  return Math.round((open + closed) * (1 + workload.mix.readModifyWrite + workload.mix.compareAndSet))
}

function keysWritten({ workload }: Plan, operations: number): number {
  if (workload.kind === 'probe') return operations / 2
  const { update, insert, readModifyWrite, compareAndSet } = workload.mix
  const all = Object.values(workload.mix).reduce((sum, share) => sum + share, 0)
  const updates = (operations * (update + readModifyWrite + compareAndSet)) / all
  return Math.min(workload.keys, updates) + (operations * insert) / all
}

/** Free memory below this ends a run, or below a fifth of what was free when it began. */
const RESERVE_BYTES_MAX = 256 * MIB
const RESERVE_SHARE = 0.2
/** What was recorded is gathered and analysed at the end: that takes about half of what it has taken so far. */
const END_SHARE = 0.5

/** Watches how a run grows while it goes on, for what a plan takes is an estimate. */
export class MemoryWatch {
  readonly #memory: () => MachineMemory
  readonly #reserveBytes: number
  readonly #residentBytes: number

  /** To be made when the run begins. */
  constructor(memory: () => MachineMemory) {
    const { availableBytes, residentBytes } = memory()
    this.#memory = memory
    this.#reserveBytes = Math.min(RESERVE_BYTES_MAX, availableBytes * RESERVE_SHARE)
    this.#residentBytes = residentBytes
  }

  /** Why the run has to end now, while there is room to keep what it has; null while there is enough. */
  look(): string | null {
    const { availableBytes, residentBytes } = this.#memory()
    const grownBytes = Math.max(0, residentBytes - this.#residentBytes)
    if (availableBytes >= this.#reserveBytes + grownBytes * END_SHARE) return null
    const [grown, free] = [formatBytes(grownBytes), formatBytes(availableBytes)]
    return `memory was running out: it had taken ${grown}, and ${free} were free`
  }
}
