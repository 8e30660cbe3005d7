import { Worker } from 'node:worker_threads'
import type { History } from '../../shared/history/types.ts'
import type { PlanOptions } from '../../shared/plan/build.ts'
import type { Plan } from '../../shared/plan/types.ts'
import type { Topology } from '../../shared/topology/types.ts'
import type { AnalysedRecord, AnalysisOptions } from './analysis.ts'
import type { AnalysisThreadData } from './analysis-thread.ts'
import type { LiveRecord } from './live-record.ts'

export interface AnalysisInput {
  topology: Topology
  options: PlanOptions
  plan: Plan
  analysis: AnalysisOptions
  /** Whether the operations are wanted too, or only what was worked out of them. */
  keepsOperations: boolean
  /** The built entry of `analysis-thread.ts`. */
  threadUrl: URL
  /** Aborts where nobody wants the result any more. */
  signal?: AbortSignal
}

export type AnalysedRun = Omit<AnalysedRecord, 'part'> & { history: History }

/** Works out the figures of a live run's record on a thread of its own; takes the record over. */
export async function analyse(record: LiveRecord, input: AnalysisInput): Promise<AnalysedRun> {
  const { topology, options, plan, analysis, keepsOperations, threadUrl, signal } = input
  const records = record.takeParts()
  const { end } = record
  const workerData: AnalysisThreadData = { topology, options, analysis, keepsOperations, records, end }
  const worker = new Worker(threadUrl, {
    workerData,
    transferList: records,
    name: `analysis of ${topology.name}`,
  })
  const abort = () => void worker.terminate()
  signal?.addEventListener('abort', abort)
  try {
    const { part, ...rest } = await new Promise<AnalysedRecord>((resolve, reject) => {
      let analysed: AnalysedRecord | null = null
      let failure: Error | null = null
      worker.on('message', (message: AnalysedRecord) => (analysed = message))
      worker.on('messageerror', (error) => (failure ??= error))
      worker.on('error', (error) => (failure ??= error))
      worker.once('exit', (code) => {
        if (analysed !== null) resolve(analysed)
        else reject(new Error(`its record could not be analysed: ${failure?.message ?? `exit code ${code}`}`))
      })
    })
    return { ...rest, history: { ...part, keyName: (key) => plan.keyName(key) } }
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}
