import { NS_PER_S } from '../base/time.ts'
import { STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { availabilityOf } from './availability.ts'
import { clientIndexOf } from './clients.ts'
import { convergenceOf } from './convergence.ts'
import { latencyOf } from './latency.ts'
import { loadOf } from './load.ts'
import { replicationLagOf } from './replication-lag.ts'
import { seriesOf } from './series.ts'
import { stalenessOf } from './staleness.ts'
import type { Metrics } from './types.ts'

export interface MetricsOptions {
  /** The probe's offsets, which the history knows by number only. */
  offsetsMs?: readonly number[]
}

/**
 * Every figure of a run. Operations invoked before the end of the warm-up are left out, except that their writes count
 * as versions. Linear in the operations but for the stale reads, in a few bytes per operation on top of the history.
 */
export function metricsOf(history: History, options: MetricsOptions = {}): Metrics {
  const clients = clientIndexOf(history)
  const staleness = stalenessOf(history, clients, options.offsetsMs ?? null)
  return {
    ...countsOf(history),
    latencyMs: latencyOf(history, clients),
    staleness: staleness.metrics,
    availability: availabilityOf(history),
    load: loadOf(history),
    convergence: convergenceOf(history),
    replicationLag: replicationLagOf(history),
    facts: factsOf(history),
    series: seriesOf(history, staleness.verdicts),
  }
}

/**
 * Operations by outcome, and per second of the time from the end of the warm-up to when the clients stopped. Throughput
 * counts the operations that ended within that time, whenever they began.
 */
function countsOf(history: History): Pick<Metrics, 'operations' | 'throughput'> {
  const { ops, warmupNs } = history
  const endNs = Math.min(history.issuedUntilNs, history.endedNs)
  let [invoked, ok, failed, okInTime] = [0, 0, 0, 0]
  for (let row = 0; row < ops.count; row++) {
    const status = ops.status[row]
    if (status === STATUS.ok && ops.endedNs[row] >= warmupNs && ops.endedNs[row] <= endNs) okInTime++
    if (ops.invokedNs[row] < warmupNs) continue
    invoked++
    if (status === STATUS.ok) ok++
    else if (status === STATUS.fail) failed++
  }
  const perS = (count: number): number => (endNs > warmupNs ? (count * NS_PER_S) / (endNs - warmupNs) : 0)
  return {
    operations: { invoked, ok, failed, unknown: invoked - ok - failed, warmup: ops.count - invoked },
    throughput: { okPerS: perS(okInTime), invokedPerS: perS(invoked) },
  }
}

/** What the protocol noted, by kind, with the replicas (or coordinating clients) that noted it. */
function factsOf({ facts, places }: History): Metrics['facts'] {
  return [...facts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, counts]) => ({
      kind,
      total: counts.reduce((sum, count) => sum + count, 0),
      byReplica: Object.fromEntries(
        places.flatMap(({ name }, place) => (counts[place] > 0 ? [[name, counts[place]]] : [])),
      ),
    }))
}
