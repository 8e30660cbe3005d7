import type { PredictionAnswer } from '../../../shared/ipc/contract.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { canPredict, predict } from '../../../shared/predict/index.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import { parseTopology } from '../../../shared/topology/parse.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { asSentence } from '../run.ts'

const TRIALS = 20_000
/** One trial draws about four latencies per replica of a key: so many draws take a tenth of a second. */
const DRAWS_MAX = 1_000_000
/** Below this a median has no three digits. */
const TRIALS_MIN = 1_000
/** Pairs of client and replica beyond which working out the routes takes longer than somebody typing will wait. */
const PAIRS_MAX = 40_000

/** A quick prediction, at every pause in typing; never rejects for what a file says. */
export function predictQuickly(text: string): PredictionAnswer {
  const parsed = parseTopology(text, strategies)
  if (!parsed.ok) return { prediction: null, reason: 'The file has problems; a prediction needs it whole.' }
  const topology = parsed.value
  const reason = canPredict(topology) ?? tooLarge(topology)
  if (reason !== null) return { prediction: null, reason }
  try {
    const plan = buildPlan(topology)
    const copies = plan.shards[0]?.replicas.length ?? 1
    const trials = Math.max(TRIALS_MIN, Math.min(TRIALS, Math.floor(DRAWS_MAX / (4 * copies))))
    return { prediction: predict(topology, plan, { trials }), reason: null }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { prediction: null, reason: asSentence(`The prediction failed: ${why}`) }
  }
}

function tooLarge({ replicas, clients }: Topology): string | null {
  if (replicas.length * clients.length <= PAIRS_MAX) return null
  return 'The topology is too large to be predicted while you type: run it, and the report has the prediction.'
}
