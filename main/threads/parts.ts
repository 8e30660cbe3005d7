import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { Ns } from '../../shared/base/time.ts'
import { OperationTable } from '../../shared/history/columns.ts'
import type { History, OperationColumns, Traffic } from '../../shared/history/types.ts'
import type { Plan } from '../../shared/plan/types.ts'
import type { VersionVector } from '../../shared/protocols/contract.ts'

/** A record as it goes from one thread to another: a function cannot, and whoever has the plan can name keys. */
export type HistoryPart = Omit<History, 'keyName'> & { keyName?: undefined }

const COLUMNS = [
  'process',
  'session',
  'f',
  'key',
  'value',
  'expected',
  'result',
  'status',
  'error',
  'intendedNs',
  'invokedNs',
  'endedNs',
  'versionAt',
  'versionBy',
  'place',
  'attempts',
  'tag',
] as const satisfies readonly (keyof OperationColumns)[]

/** With its operations, or with no more than what they left besides. Columns keep their unused capacity. */
export function partOf(history: History, keepsOperations: boolean): HistoryPart {
  const plain = { ...history, keyName: undefined }
  if (keepsOperations) return { ...plain, ops: columnsOf(history.ops) }
  return { ...plain, ops: columnsOf(new OperationTable(0)), contexts: new Map(), siblings: new Map() }
}

function columnsOf(ops: OperationColumns): OperationColumns {
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, ops[name]]))
  return { ...(columns as unknown as OperationColumns), count: ops.count }
}

/** What can change hands without a copy, where the sender needs nothing back. */
export function buffersOf({ ops, traffic }: HistoryPart): ArrayBuffer[] {
  const columns = [ops, traffic].flatMap((part) => Object.values<unknown>({ ...part }))
  return columns.filter((column) => ArrayBuffer.isView(column)).map(({ buffer }) => buffer as ArrayBuffer)
}

/** What has come through ports, one part each at most; closes them. */
export function partsIn(records: readonly MessagePort[]): HistoryPart[] {
  const parts: HistoryPart[] = []
  for (const port of records) {
    const received = receiveMessageOnPort(port)
    if (received !== undefined) parts.push(received.message as HistoryPart)
    port.close()
  }
  return parts
}

/** One history out of what all threads recorded, as if one recorder had written it. */
export function mergedHistory(
  plan: Plan,
  parts: readonly HistoryPart[],
  end: { endedNs: Ns; stoppedEarly: string | null },
): History {
  const [first] = parts
  return {
    ...first,
    ...mergedOperations(parts),
    faults: parts.flatMap(({ faults }) => faults).sort((a, b) => a.timeNs - b.timeNs),
    notes: parts.flatMap(({ notes }) => notes).sort((a, b) => a.timeNs - b.timeNs),
    notesDropped: parts.reduce((sum, { notesDropped }) => sum + notesDropped, 0),
    facts: mergedFacts(parts),
    samples: commonSamples(parts),
    traffic: mergedTraffic(
      parts.map(({ traffic }) => traffic),
      plan,
    ),
    issuedUntilNs: Math.max(...parts.map(({ issuedUntilNs }) => issuedUntilNs)),
    // Some did a little more after the end was called.
    endedNs: Math.max(end.endedNs, ...parts.map(({ endedNs }) => endedNs)),
    stoppedEarly: end.stoppedEarly,
    keyName: (key) => plan.keyName(key),
  }
}

/** Samples in order, up to the last instant that every replica was looked at: threads do not stop all at once. */
function commonSamples(parts: readonly HistoryPart[]): History['samples'] {
  const samples = parts.flatMap((part) => part.samples)
  const last = new Map<number, Ns>()
  for (const { place, timeNs } of samples) last.set(place, Math.max(last.get(place) ?? 0, timeNs))
  const until = Math.min(...last.values())
  return samples
    .filter(({ timeNs }) => timeNs <= until)
    .sort((a, b) => a.timeNs - b.timeNs || a.shard - b.shard || a.place - b.place)
}

/**
 * All operations in the order of invocation, earlier parts first where two began at once. Each part is in that order
 * already, and only a handful have any, so that finding the next among their heads is as good as anything cleverer.
 */
function mergedOperations(parts: readonly HistoryPart[]): Pick<History, 'ops' | 'contexts' | 'siblings'> {
  const sources = parts.filter(({ ops }) => ops.count > 0)
  const total = sources.reduce((sum, { ops }) => sum + ops.count, 0)
  /** By row of the whole: which source it comes from, and its row there. */
  const sourceOf = new Uint16Array(total)
  const rowIn = new Uint32Array(total)
  const heads = sources.map(() => 0)
  for (let row = 0; row < total; row++) {
    let best = -1
    let bestNs = Infinity
    for (let source = 0; source < sources.length; source++) {
      const { ops } = sources[source]
      if (heads[source] === ops.count || !(ops.invokedNs[heads[source]] < bestNs)) continue
      best = source
      bestNs = ops.invokedNs[heads[source]]
    }
    sourceOf[row] = best
    rowIn[row] = heads[best]++
  }
  const ops = new OperationTable(Math.max(1, total))
  ops.count = total
  for (const name of COLUMNS) {
    const columns = sources.map((part) => part.ops[name])
    const to = ops[name]
    if (columns.length === 1) to.set(columns[0].subarray(0, total))
    else for (let row = 0; row < total; row++) to[row] = columns[sourceOf[row]][rowIn[row]]
  }
  const contexts = new Map<number, VersionVector>()
  const siblings = new Map<number, readonly number[]>()
  if (sources.some((part) => part.contexts.size + part.siblings.size > 0)) {
    for (let row = 0; row < total; row++) {
      const source = sources[sourceOf[row]]
      const context = source.contexts.get(rowIn[row])
      if (context !== undefined) contexts.set(row, context)
      const several = source.siblings.get(rowIn[row])
      if (several !== undefined) siblings.set(row, several)
    }
  }
  return { ops, contexts, siblings }
}

function mergedFacts(parts: readonly HistoryPart[]): History['facts'] {
  const merged = new Map<string, Float64Array>()
  for (const { facts } of parts) {
    for (const [kind, counts] of facts) {
      const sum = merged.get(kind)
      if (sum === undefined) merged.set(kind, Float64Array.from(counts))
      else counts.forEach((count, place) => (sum[place] += count))
    }
  }
  return merged
}

/** Threads that heard of more time have wider bins; all are brought to the widest. */
function mergedTraffic(all: readonly Traffic[], { places, shards }: Plan): Traffic {
  const binNs = Math.max(...all.map((traffic) => traffic.binNs))
  const bins = Math.max(...all.map((traffic) => Math.ceil((traffic.bins * traffic.binNs) / binNs)))
  const column = (pick: (traffic: Traffic) => Float64Array, width = places.length): Float64Array => {
    const sum = new Float64Array(bins * width)
    for (const traffic of all) {
      pick(traffic).forEach((value, index) => {
        const bin = Math.floor((Math.floor(index / width) * traffic.binNs) / binNs)
        sum[bin * width + (index % width)] += value
      })
    }
    return sum
  }
  const kinds = new Map<string, { kind: string; label: string; messages: number; bytes: number }>()
  const dropped = { loss: 0, partition: 0, down: 0, overflow: 0 }
  let duplicated = 0
  for (const traffic of all) {
    for (const each of traffic.byKind) {
      const sum = kinds.get(each.kind)
      if (sum === undefined) kinds.set(each.kind, { ...each })
      else {
        sum.messages += each.messages
        sum.bytes += each.bytes
      }
    }
    dropped.loss += traffic.dropped.loss
    dropped.partition += traffic.dropped.partition
    dropped.down += traffic.dropped.down
    dropped.overflow += traffic.dropped.overflow
    duplicated += traffic.duplicated
  }
  return {
    binNs,
    bins,
    messagesOut: column((traffic) => traffic.messagesOut),
    messagesIn: column((traffic) => traffic.messagesIn),
    bytesOut: column((traffic) => traffic.bytesOut),
    bytesIn: column((traffic) => traffic.bytesIn),
    requests: column((traffic) => traffic.requests),
    asked: column((traffic) => traffic.asked, shards.length),
    busyNs: column((traffic) => traffic.busyNs),
    byKind: [...kinds.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    dropped,
    duplicated,
  }
}
