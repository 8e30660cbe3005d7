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
          Array.from({ length: bins }, (_, bin) => {
            // The last bin ends with the record.
            const widthNs = Math.min(binNs, history.endedNs - bin * binNs)
            return widthNs > 0 ? (traffic.messagesIn[bin * places.length + place] * NS_PER_S) / widthNs : 0
          }),
        ]),
      ),
    },
  }
}
