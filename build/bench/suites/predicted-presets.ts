import { presets } from '../../../main/host/presets.ts'
import { metricsOf } from '../../../shared/metrics/index.ts'
import type { LatencySummary } from '../../../shared/metrics/types.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { canPredict, predict } from '../../../shared/predict/index.ts'
import type { PredictedLatency } from '../../../shared/predict/types.ts'
import { protocolOf, strategies } from '../../../shared/protocols/registry.ts'
import { simulate } from '../../../shared/simulator/index.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import type { Report } from '../figure.ts'

const QUANTILES = ['p50', 'p90', 'p99'] as const

/**
 * The presets that have a model, without their faults: how far the quantiles that the simulator measures are from the
 * predicted ones, at the median and at p90, where the model's silence on queues hardly tells; p99 stands in the note.
 */
export function predictedPresets(quick: boolean, report: Report): void {
  for (const { id, text } of [...presets.values()].slice(0, quick ? 8 : undefined)) {
    const parsed = parseTopology(text, strategies)
    if (!parsed.ok) throw new Error(`${id} has problems`)
    const topology = { ...parsed.value, faults: [], expect: [] }
    if (canPredict(topology) !== null) continue
    const plan = buildPlan(topology)
    const { latencyMs } = predict(topology, plan, { trials: quick ? 20_000 : 300_000 })
    const measured = metricsOf(simulate(plan, protocolOf(topology.replication.strategy))).latencyMs
    const ratios = (['read', 'write'] as const).flatMap((operation) =>
      ratiosOf(operation, measured[operation], latencyMs[operation]),
    )
    const off = ratios.filter(({ p }) => p !== 'p99').map(({ ratio }) => Math.abs(ratio - 1))
    report({
      name: `${id}: measured and predicted latency differ by at most`,
      value: Math.max(...off) * 100,
      unit: '%',
      note: ratios.map(({ operation, p, ratio }) => `${operation} ${p} ${ratio.toFixed(3)}×`).join(', '),
    })
  }
}

function ratiosOf(operation: string, measured: LatencySummary, predicted: PredictedLatency) {
  return QUANTILES.flatMap((p) => {
    const ms = measured[p]
    return ms === null || predicted[p] === 0 ? [] : [{ operation, p, ratio: ms / predicted[p] }]
  })
}
