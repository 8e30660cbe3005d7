import { msOfNs, NS_PER_S } from '../base/time.ts'
import type { History } from '../history/types.ts'
import { fractionOf } from './summary.ts'
import type { LoadMetrics } from './types.ts'

/**
 * Who worked how much. Counts are of the whole run, warm-up included, as traffic is counted; `busy` is the share of
 * the bins between the end of the warm-up and when the clients stopped.
 */
export function loadOf(history: History): LoadMetrics {
  const { traffic, places, replicaCount } = history
  const { binNs, bins } = traffic
  const total = (column: Float64Array, place: number, from = 0, to = bins): number => {
    let sum = 0
    for (let bin = from; bin < to; bin++) sum += column[bin * places.length + place]
    return sum
  }
  const busyFrom = Math.min(Math.floor(history.warmupNs / binNs), bins)
  const busyTo = Math.min(Math.ceil(Math.min(history.issuedUntilNs, history.endedNs) / binNs), bins)
  const busyNs = Math.min(busyTo * binNs, history.endedNs) - busyFrom * binNs
  const replicas = places.slice(0, replicaCount)
  const operations = history.ops.count
  const messages = traffic.byKind.reduce((sum, kind) => sum + kind.messages, 0)
  const bytes = traffic.byKind.reduce((sum, kind) => sum + kind.bytes, 0)
  return {
    replicas: replicas.map(({ name }, place) => ({
      id: name,
      operations: total(traffic.requests, place),
      messagesIn: total(traffic.messagesIn, place),
      messagesOut: total(traffic.messagesOut, place),
      bytesIn: total(traffic.bytesIn, place),
      bytesOut: total(traffic.bytesOut, place),
      busy: busyNs > 0 ? Math.min(1, total(traffic.busyNs, place, busyFrom, busyTo) / busyNs) : 0,
    })),
    shards: shardLoad(history),
    messagesPerOperation: fractionOf(messages, operations),
    bytesPerOperation: fractionOf(bytes, operations),
    byKind: traffic.byKind.map((kind) => ({ ...kind })),
    dropped: { ...traffic.dropped },
    duplicated: traffic.duplicated,
    series: {
      binMs: msOfNs(binNs),
      tMs: Array.from({ length: bins }, (_, bin) => msOfNs(bin * binNs)),
      messagesInPerS: Object.fromEntries(
        replicas.map(({ name }, place) => [
          name,
          ratesOf(history, (bin) => traffic.messagesIn[bin * places.length + place]),
        ]),
      ),
    },
  }
}

/** Counts per bin as rates per second. */
function ratesOf({ traffic: { bins, binNs }, endedNs }: History, countOf: (bin: number) => number): number[] {
  return Array.from({ length: bins }, (_, bin) => {
    // The last bin ends with the record.
    const widthNs = Math.min(binNs, endedNs - bin * binNs)
    return widthNs > 0 ? (countOf(bin) * NS_PER_S) / widthNs : 0
  })
}

/** A key space in one piece has no shards to tell apart. */
function shardLoad(history: History): LoadMetrics['shards'] {
  const { shards, traffic } = history
  if (shards.length < 2) return []
  // Where ranges may split there are numbers for shards that were never born.
  const isThere = shards.map(({ replicas }) => replicas.length > 0)
  const asked = shards.map(() => 0)
  traffic.asked.forEach((count, at) => (asked[at % shards.length] += count))
  const total = asked.reduce((sum, count) => sum + count, 0)
  return shards
    .map(({ id, replicas, from, bornNs, endedNs }, at) => ({
      id,
      replicas: [...replicas],
      asked: asked[at],
      share: fractionOf(asked[at], total) ?? 0,
      askedPerS: ratesOf(history, (bin) => traffic.asked[bin * shards.length + at]),
      ...(from === undefined ? {} : { from: history.keyName(from) }),
      ...(bornNs === undefined ? {} : { bornMs: msOfNs(bornNs) }),
      ...(endedNs === undefined || endedNs === null ? {} : { endedMs: msOfNs(endedNs) }),
    }))
    .filter((_, at) => isThere[at])
}
