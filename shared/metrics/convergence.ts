import { msOfNs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { OP_NAMES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import type { ConvergenceMetrics } from './types.ts'

const READ = OP_NAMES.indexOf('read')
const SCAN = OP_NAMES.indexOf('scan')

export const CONVERGENCE_DEFINITION =
  'From the last write, or the last fault lifted if that was later, to the first sample from which on all replicas of ' +
  'every shard held equal data; a replica that is down counts with what it then holds. Rounded up to the next sample.'

/** How soon the replicas agreed once nothing disturbed them any more, and how many states they held meanwhile. */
export function convergenceOf(history: History): ConvergenceMetrics {
  const { instantsNs, distinct } = distinctStates(history)
  const quietNs = lastDisturbanceNs(history)
  let equalSinceNs: Ns | null = null
  for (let at = instantsNs.length - 1; at >= 0 && distinct[at] === 1 && instantsNs[at] >= quietNs; at--) {
    equalSinceNs = instantsNs[at]
  }
  return {
    convergedAfterMs: equalSinceNs === null ? null : msOfNs(equalSinceNs - quietNs),
    equalAtEnd: distinct.at(-1) === 1,
    sampleEveryMs: msOfNs(history.sampleEveryNs),
    series: { tMs: instantsNs.map(msOfNs), distinctStates: distinct },
    definition: CONVERGENCE_DEFINITION,
  }
}

/** Per instant, ascending: how many different digests the replicas of the most divided shard had. */
function distinctStates({ samples }: History): { instantsNs: Ns[]; distinct: number[] } {
  const byInstant = new Map<Ns, Map<number, Set<number>>>()
  for (const { timeNs, shard, digest } of samples) {
    const shards = byInstant.get(timeNs) ?? new Map<number, Set<number>>()
    byInstant.set(timeNs, shards)
    const digests = shards.get(shard)
    if (digests === undefined) shards.set(shard, new Set([digest]))
    else digests.add(digest)
  }
  const instantsNs = [...byInstant.keys()].sort((a, b) => a - b)
  const distinct = instantsNs.map((timeNs) => {
    let most = 0
    for (const digests of (byInstant.get(timeNs) as Map<number, Set<number>>).values())
      most = Math.max(most, digests.size)
    return most
  })
  return { instantsNs, distinct }
}

/** When the last write ended (or began, if its outcome stayed unknown) or the last fault was lifted; 0 if neither. */
function lastDisturbanceNs({ ops, faults }: History): Ns {
  let lastNs = 0
  for (let row = 0; row < ops.count; row++) {
    const f = ops.f[row]
    if (f === READ || f === SCAN || ops.status[row] === STATUS.fail) continue
    lastNs = Math.max(lastNs, ops.status[row] === STATUS.ok ? ops.endedNs[row] : ops.invokedNs[row])
  }
  for (const { phase, timeNs } of faults) if (phase !== 'start') lastNs = Math.max(lastNs, timeNs)
  return lastNs
}
