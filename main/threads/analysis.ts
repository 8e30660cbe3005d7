import type { History } from '../../shared/history/types.ts'
import { metricsOf, type MetricsOptions } from '../../shared/metrics/index.ts'
import type { Metrics } from '../../shared/metrics/types.ts'
import type { Plan } from '../../shared/plan/types.ts'
import { runVerdicts } from '../../shared/report/guarantees.ts'
import type { RunVerdicts } from '../../shared/report/guarantees.ts'
import { predict, type PredictOptions } from '../../shared/predict/index.ts'
import type { Prediction } from '../../shared/predict/types.ts'
import { partOf } from './parts.ts'
import type { HistoryPart } from './parts.ts'

/** What is worked out of a history where it was recorded. */
export interface AnalysisOptions {
  metrics: MetricsOptions
  /** null where no model predicts the topology. */
  prediction: PredictOptions | null
  /** Names of the guarantees to judge; all that can be where left out. */
  guarantees?: readonly string[]
}

/** A history fit to be posted, with what was worked out of it. */
export interface AnalysedRecord {
  part: HistoryPart
  metrics: Metrics
  prediction: Prediction | null
  verdicts: RunVerdicts
}

/** For ten million operations this takes seconds, in which a host must answer: so it belongs on a thread of its own. */
export function analysed(
  history: History,
  plan: Plan,
  { metrics, prediction, guarantees }: AnalysisOptions,
  keepsOperations: boolean,
): AnalysedRecord {
  return {
    metrics: metricsOf(history, metrics),
    prediction: prediction === null ? null : predict(plan.topology, plan, prediction),
    verdicts: runVerdicts(history, plan.topology, guarantees),
    part: partOf(history, keepsOperations),
  }
}
