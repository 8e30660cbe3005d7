import { Rng } from '../base/rng.ts'
import { assert } from '../base/assert.ts'
import { listed } from '../base/listed.ts'
import { msOfNs } from '../base/time.ts'
import { curveShares } from '../metrics/summary.ts'
import type { Plan } from '../plan/types.ts'
import type { Topology } from '../topology/types.ts'
import { visibilityCurve } from './grid.ts'
import type { LogCounts } from './log-counts.ts'
import { MODELS } from './models.ts'
import type { PredictedLatency, Prediction } from './types.ts'
import { simulateWars } from './wars.ts'

export interface PredictOptions {
  /** Simulated write–read pairs. With a million, a probability near one half is within 0.15 points of the limit. */
  trials?: number
  /** Default: the plan's. */
  seed?: number
}

const TRIALS = 1_000_000
const FRESH_SHARE = 0.999
/** A write that takes longer to show is said to have no t999. */
const HORIZON_MS = 3_600_000

/** Why there is no prediction for this topology, as a sentence; null where there is one. */
export function canPredict(topology: Topology): string | null {
  const { strategy } = topology.replication
  const modelling = MODELS.get(strategy)
  if (modelling === undefined) {
    return `No model predicts the strategy "${strategy}" yet; ${listed([...MODELS.keys()])} have one.`
  }
  if (topology.partitioning.scheme !== 'none') {
    return 'No model predicts a partitioned key space yet: set partitioning.scheme to "none".'
  }
  return modelling.refusal(topology)
}

/**
 * What the WARS model and quorum arithmetic say of a topology, with no queue, no fault and no repair. Deterministic by
 * seed. A bug, and so an assertion, where `canPredict` gives a reason not to.
 */
export function predict(topology: Topology, plan: Plan, options: PredictOptions = {}): Prediction {
  const refusal = canPredict(topology)
  const modelling = MODELS.get(topology.replication.strategy)
  assert(refusal === null && modelling !== undefined, () => refusal as string)
  const { trials = TRIALS, seed = plan.seed } = options
  assert(Number.isInteger(trials) && trials >= 1, () => `the number of trials is ${trials}`)
  const { name, routes, quorum, caveats } = modelling.modelOf(plan)
  const wars = simulateWars(routes.writes, routes.reads, trials, Rng.stream(seed, 'predict/wars'))
  const { readNs, writeNs, freshFromNs } = wars
  const offsetsMs = topology.workload.kind === 'probe' ? topology.workload.offsetsMs : []
  const t999Ms = msOfNs(freshFromNs.quantile(FRESH_SHARE))
  return {
    format: 'replica-lab/prediction@1',
    topology: topology.name,
    model: name,
    trials,
    latencyMs: { read: latencyOf(readNs), write: latencyOf(writeNs) },
    curves: { read: curveOf(readNs), write: curveOf(writeNs) },
    freshAtZero: freshFromNs.countAtOrBelow(0) / trials,
    visibility: visibilityCurve(freshFromNs, offsetsMs),
    t999Ms: t999Ms <= HORIZON_MS ? t999Ms : null,
    quorum,
    caveats: caveats({ readNs: readNs.max, writeNs: writeNs.max }),
  }
}

function latencyOf(ns: LogCounts): PredictedLatency {
  const at = (p: number): number => msOfNs(ns.quantile(p))
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), p999: at(0.999), mean: msOfNs(ns.mean) }
}

function curveOf(ns: LogCounts): [number, number][] {
  return curveShares(ns.count).map((p) => [p, msOfNs(ns.quantile(p))])
}
