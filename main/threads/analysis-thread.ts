import { parentPort, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { Ns } from '../../shared/base/time.ts'
import { buildPlan, type PlanOptions } from '../../shared/plan/build.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { analysed } from './analysis.ts'
import type { AnalysisOptions } from './analysis.ts'
import { buffersOf, mergedHistory, partsIn } from './parts.ts'

export interface AnalysisThreadData {
  topology: Topology
  options: PlanOptions
  analysis: AnalysisOptions
  /** Whether the operations are wanted too, or only what was worked out of them. */
  keepsOperations: boolean
  /** The record of a live run, in ports that nobody has read. */
  records: readonly MessagePort[]
  end: { endedNs: Ns; stoppedEarly: string | null }
}

/** Puts the record of a live run together and works out its figures. */
function main({ topology, options, analysis, keepsOperations, records, end }: AnalysisThreadData): void {
  const plan = buildPlan(topology, options)
  const history = mergedHistory(plan, partsIn(records), end)
  const record = analysed(history, plan, analysis, keepsOperations)
  parentPort?.postMessage(record, buffersOf(record.part))
}

main(workerData as AnalysisThreadData)
