import type { PlaceId, Plan } from '../plan/types.ts'
import { configure, readRules } from '../protocols/raft/config.ts'
import type { Topology } from '../topology/types.ts'
import { diskOf } from './leader-routes.ts'
import type { LeaderModel } from './leader-routes.ts'
import type { Ways } from './ways.ts'

/** Why Raft set so has no model, as a sentence; null where it has one. */
export function raftRefusal({ replication, consistency }: Topology): string | null {
  const params = configure(replication.params)
  if (params.timestamps !== 'none') return 'No model predicts Raft with timestamps yet: run it instead.'
  if (readRules(params, consistency).path === 'bounded') {
    return 'No model predicts reads of bounded staleness yet: run it instead.'
  }
  return null
}

/** Raft after its first election: the first replica leads, which stands for it at once. */
export function raftModel({ topology, shards }: Plan, ways: Ways): LeaderModel {
  const params = configure(topology.replication.params)
  const { path } = readRules(params, topology.consistency)
  const members = shards[0].replicas
  const voters = members.slice(0, members.length - params.learners)
  const count = Math.floor(voters.length / 2) + 1
  const [leader] = members
  const own = diskOf(ways, leader)
  const isParallel = params.parallelDiskWrite
  return {
    leader,
    members,
    forwards: params.requestsAtFollowers === 'forward',
    kinds: {
      append: 'raft.appendEntries',
      ack: 'raft.appendEntriesReply',
      notice: 'raft.heartbeat',
      forward: 'raft.forward',
      forwardReply: 'raft.forwardReply',
    },
    write: {
      before: isParallel ? [] : own,
      own: isParallel ? own : [],
      follower: (place: PlaceId) => diskOf(ways, place),
      groups: [{ members: voters, count }],
    },
    shows: (place) =>
      place === leader ? { after: 'commit', isTold: false, by: [] } : { after: 'both', isTold: true, by: [] },
    read: readOf(path, voters, count),
  }
}

function readOf(path: string, members: readonly PlaceId[], count: number): LeaderModel['read'] {
  const kinds = {
    out: 'raft.heartbeat',
    back: 'raft.heartbeatReply',
    ask: 'raft.readIndex',
    told: 'raft.readIndexReply',
  }
  const round = { by: 'round', count, members, kinds } as const
  switch (path) {
    case 'log':
      return { by: 'log' }
    case 'lease':
      return { by: 'leader' }
    case 'index':
      return { ...round, at: 'leader' }
    case 'follower-index':
      return { ...round, at: 'contact' }
    default:
      return { by: 'contact' }
  }
}
