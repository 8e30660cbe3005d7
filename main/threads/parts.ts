import type { Ns } from '../../shared/base/time.ts'
import { OperationTable } from '../../shared/history/columns.ts'
import type { History, Traffic } from '../../shared/history/types.ts'
import type { Plan } from '../../shared/plan/types.ts'

/** What one thread recorded, fit to be posted: no functions, columns cut to their length. */
export type HistoryPart = Omit<History, 'keyName' | 'ops'> & { ops: Columns & { count: number } }

const COLUMNS = [
  'process',
  'session',
  'f',
  'key',
  'value',
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
] as const satisfies readonly (keyof OperationTable)[]
type Columns = Pick<OperationTable, (typeof COLUMNS)[number]>

export function transferable(history: History): HistoryPart {
  const { ops, ...plain } = history
  const rest = Object.fromEntries(Object.entries(plain).filter(([, value]) => typeof value !== 'function'))
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, ops[name].slice(0, ops.count)]))
  return {
    ...(rest as Omit<HistoryPart, 'ops'>),
    ops: { ...(columns as unknown as Columns), count: ops.count },
  }
}

/** One history out of what all threads recorded, as if one recorder had written it. */
export function mergedHistory(
  plan: Plan,
  parts: readonly HistoryPart[],
  end: { endedNs: Ns; stoppedEarly: string | null },
): History {
  const [first] = parts
  const order = rowsInOrder(parts)
  const ops = new OperationTable(Math.max(1, order.length))
  const contexts = new Map<number, NonNullable<ReturnType<History['contexts']['get']>>>()
  const siblings = new Map<number, readonly number[]>()
  for (const [part, row] of order) {
    const { ops: from, contexts: context, siblings: values } = parts[part]
    const to = ops.add(
      from.process[row],
      from.session[row],
      from.f[row],
      from.key[row],
      from.value[row],
      from.intendedNs[row],
      from.invokedNs[row],
      from.tag[row],
    )
    for (const name of COLUMNS) ops[name][to] = from[name][row]
    const seen = context.get(row)
    if (seen !== undefined) contexts.set(to, seen)
    const several = values.get(row)
    if (several !== undefined) siblings.set(to, several)
  }
  return {
    ...first,
    ops,
    contexts,
    siblings,
    faults: parts.flatMap(({ faults }) => faults).sort((a, b) => a.timeNs - b.timeNs),
    notes: parts.flatMap(({ notes }) => notes).sort((a, b) => a.timeNs - b.timeNs),
    notesDropped: parts.reduce((sum, { notesDropped }) => sum + notesDropped, 0),
    facts: mergedFacts(parts),
    samples: commonSamples(parts),
    traffic: mergedTraffic(
      parts.map(({ traffic }) => traffic),
      plan.places.length,
    ),
    issuedUntilNs: Math.max(...parts.map(({ issuedUntilNs }) => issuedUntilNs)),
    ...end,
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

/** [part, row] of every operation, in the order of invocation. */
function rowsInOrder(parts: readonly HistoryPart[]): [number, number][] {
  const rows = parts.flatMap(({ ops }, part) =>
    Array.from({ length: ops.count }, (_, row): [number, number] => [part, row]),
  )
  const at = ([part, row]: [number, number]) => parts[part].ops.invokedNs[row]
  return rows.sort((a, b) => at(a) - at(b) || a[0] - b[0] || a[1] - b[1])
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
function mergedTraffic(all: readonly Traffic[], places: number): Traffic {
  const binNs = Math.max(...all.map((traffic) => traffic.binNs))
  const bins = Math.max(...all.map((traffic) => Math.ceil((traffic.bins * traffic.binNs) / binNs)))
  const column = (pick: (traffic: Traffic) => Float64Array): Float64Array => {
    const sum = new Float64Array(bins * places)
    for (const traffic of all) {
      pick(traffic).forEach((value, index) => {
        const bin = Math.floor((Math.floor(index / places) * traffic.binNs) / binNs)
        sum[bin * places + (index % places)] += value
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
    busyNs: column((traffic) => traffic.busyNs),
    byKind: [...kinds.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    dropped,
    duplicated,
  }
}
