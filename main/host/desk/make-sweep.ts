import { jsonSweep } from '../../../shared/report/sweep/views.ts'
import { runSweep, withoutObstacles } from '../sweep.ts'
import type { Made, MadeBy, SweepJob } from './job.ts'
import { nothingLeft, plannedSweep } from './plan-sweep.ts'
import { SWEEP_FILES, sweepEntryOf } from './sweep-entry.ts'

/** Makes the runs. Where it is stopped it has those that were done; rejects with a sentence where there is none. */
export async function makeSweep(
  { text, vary, seeds, seed, metrics, command }: SweepJob,
  { lab, id, signal, onProgress }: MadeBy,
): Promise<Made> {
  const planned = plannedSweep({ text, vary, seeds })
  if (!planned.ok) throw new Error(planned.error)
  const plan = withoutObstacles(planned.value, lab, command)
  if (plan.combinations.length === 0) throw new Error(nothingLeft(plan.refused))
  const { topology } = plan.combinations[0]
  const sweep = await runSweep(lab, plan, {
    seeds,
    ...(seed === null ? {} : { seed }),
    metrics,
    command,
    signal,
    onProgress,
  })
  if (sweep.rows.length === 0) throw new Error(sweep.failed[0]?.sentence ?? 'No run came to its end.')
  return {
    entry: sweepEntryOf(sweep, id, { text, strategy: topology.replication.strategy }),
    files: [
      { name: SWEEP_FILES.sweep, text: jsonSweep(sweep) },
      { name: SWEEP_FILES.topology, text },
    ],
  }
}
