import type { WorkloadSpec } from '../topology/types.ts'
import { ycsbHashDecimal } from './ycsb-hash.ts'

/**
 * How a workload's keys are called. Mixes name them as YCSB's hashed insert order does, "user" and the hash of the key
 * number, so that neighbours in the sequence are strangers in the key space. The hash is injective over the lab's keys
 * (no two of the first 2^25 share one), hence so is the name. A probe's keys are its samples: "p0", "p1", ….
 */
export function keyNameOf(workload: WorkloadSpec): (key: number) => string {
  return workload.kind === 'probe' ? (key) => `p${key}` : (key) => `user${ycsbHashDecimal(key)}`
}
