import type { History } from '../../history/types.ts'
import type { ReplicaStates } from '../contract.ts'

/** Faults that can keep replicas apart for as long as they last; the others only slow them down. */
const PARTING: readonly string[] = ['partition', 'isolate', 'cut', 'pause']

/** What a run's record says about its replicas' states; null if they were never sampled. */
export function replicaStatesOf(history: History): ReplicaStates | null {
  const { samples, places, replicaCount, faults } = history
  if (samples.length === 0) return null
  const open = new Set<number>()
  let healedAt = 0
  for (const { index, phase, timeNs, spec } of faults) {
    healedAt = Math.max(healedAt, timeNs)
    if (phase === 'start' && PARTING.includes(spec.kind)) open.add(index)
    if (phase === 'end') open.delete(index)
  }
  return {
    count: samples.length,
    at: Float64Array.from(samples, (sample) => sample.timeNs),
    replica: Uint16Array.from(samples, (sample) => sample.place),
    shard: Uint32Array.from(samples, (sample) => sample.shard),
    up: Uint8Array.from(samples, (sample) => (sample.up ? 1 : 0)),
    digest: Float64Array.from(samples, (sample) => sample.digest),
    names: places.slice(0, replicaCount).map((place) => place.name),
    healedAt: open.size > 0 ? Infinity : healedAt,
    endedAt: history.endedNs,
  }
}
