import { elect, raftCluster } from './raft-cluster.ts'
import type { Raft } from './raft-cluster.ts'
import type { DriverSetup } from './driver.ts'
import type { Timestamp } from '../clocks/timestamp.ts'
import type { OpId } from '../protocols/contract.ts'
import type { PlaceId } from '../plan/types.ts'
import { entryAt, lastIndex } from '../protocols/raft/log.ts'

/** Raft groups of three whose writes bear timestamps, stepped by hand; the first leads. */

/** Clocks begin late enough for those that are behind. */
const START_MS = 10_000

export function timestampCluster({ params, consistency, ...setup }: DriverSetup): Raft {
  const raft = raftCluster(3, {
    params: { requestsAtFollowers: 'forward', ...params },
    consistency: { read: 'linearizable', ...consistency },
    ...setup,
  })
  raft.advance(START_MS)
  elect(raft, 0)
  return raft
}

export function read(raft: Raft, place: PlaceId, key = 1): OpId {
  return raft.request(place, { f: 'read', key }, 40 + place)
}

/** The value names the session too, so that each write has one of its own. */
export function write(raft: Raft, place: PlaceId, value: number, key = 1): OpId {
  return raft.request(place, { f: 'write', key, value }, value)
}

/** The timestamp of an entry in a place's log; of the last one where none is named. */
export function stampAt(raft: Raft, place: PlaceId, index?: number): Timestamp {
  const { log } = raft.state(place)
  const { stamp } = entryAt(log, index ?? lastIndex(log))
  if (stamp === null) throw new Error('the entry bears no timestamp')
  return stamp
}
