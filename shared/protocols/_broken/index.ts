import { CHAIN_BUGS } from './chain.ts'
import { DENIAL_BUGS } from './controls.ts'
import { LEADERLESS_BUGS } from './leaderless.ts'
import { MULTI_LEADER_BUGS } from './multi-leader.ts'
import type { PlantedBug } from './planted-bug.ts'
import { ELECTION_BUGS } from './raft-elections.ts'
import { LOG_BUGS } from './raft-logs.ts'
import { READ_BUGS } from './raft-reads.ts'
import { SNAPSHOT_BUGS } from './raft-snapshots.ts'
import { TIMESTAMP_BUGS } from './raft-timestamps.ts'
import { SPLIT_BUGS } from './raft-splits.ts'
import { SINGLE_LEADER_BUGS } from './single-leader.ts'
import { TTL_CACHE_BUGS } from './ttl-cache.ts'
import { ZAB_BUGS } from './zab.ts'

/** Every planted bug, by strategy. None is in the registry of what ships. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...ELECTION_BUGS,
  ...LOG_BUGS,
  ...SNAPSHOT_BUGS,
  ...READ_BUGS,
  ...TIMESTAMP_BUGS,
  ...SPLIT_BUGS,
  ...DENIAL_BUGS,
  ...SINGLE_LEADER_BUGS,
  ...MULTI_LEADER_BUGS,
  ...ZAB_BUGS,
  ...LEADERLESS_BUGS,
  ...CHAIN_BUGS,
  ...TTL_CACHE_BUGS,
]
