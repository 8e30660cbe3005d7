import type { WorkloadSpec } from '../topology/types.ts'

/** The share of reads among the reads and writes of a workload. A probe reads once per write. */
export function readShareOf(workload: WorkloadSpec): number {
  if (workload.kind === 'probe') return 0.5
  const { read, update, insert, scan, readModifyWrite, compareAndSet, delete: deletes } = workload.mix
  const reads = read + scan + readModifyWrite + compareAndSet
  const writes = update + insert + deletes + readModifyWrite + compareAndSet
  return reads + writes > 0 ? reads / (reads + writes) : 0.5
}
