import type { PlaceId, Plan } from '../plan/types.ts'
import { msOfNs } from '../base/time.ts'
import { behaviourOf, configure } from '../protocols/single-leader/config.ts'
import type { Topology } from '../topology/types.ts'
import { diskOf } from './leader-routes.ts'
import type { LeaderModel } from './leader-routes.ts'
import type { Sampler } from './sampler.ts'
import { some } from './ways.ts'
import type { Ways } from './ways.ts'

/** Why a single leader set so has no model, as a sentence; null where it has one. */
export function singleLeaderRefusal({ replication, consistency }: Topology): string | null {
  const { readsAt, isBounded } = behaviourOf(configure(replication.params), consistency)
  if (isBounded) return 'No model predicts reads of bounded staleness yet: run it instead.'
  if (readsAt === 'followers') return 'No model predicts reads that the leader passes on yet: run it instead.'
  return null
}

/** A single leader that is not gone: the first replica. A witness holds no data, and only grants the lease. */
export function singleLeaderModel({ topology, shards }: Plan, ways: Ways): LeaderModel {
  const params = configure(topology.replication.params)
  const { acks, readsAt, forwards } = behaviourOf(params, topology.consistency)
  const { replicas } = shards[0]
  const members = params.witness ? replicas.slice(0, -1) : replicas
  const [leader, ...followers] = members
  const isFirst = params.replication === 'synchronous' && params.syncSelection === 'first'
  const waitedFor = isFirst ? followers.slice(0, acks) : followers
  // A batch leaves so long after its first write; others of it wait for less.
  const shipping = some(ways.varying({ dist: 'uniform', min: 0, max: msOfNs(params.shipEveryNs) }))
  const applying = (place: PlaceId): Sampler[] => [
    ...shipping,
    ...longerOf(diskOf(ways, place), some(ways.varying(msOfNs(params.applyDelayNs)))),
  ]
  const votes = {
    received: () => shipping,
    written: (place: PlaceId) => [...shipping, ...diskOf(ways, place)],
    applied: applying,
  }
  return {
    leader,
    members,
    forwards,
    kinds: {
      append: 'single-leader.append',
      ack: 'single-leader.appendAck',
      notice: 'single-leader.heartbeat',
      forward: 'single-leader.forward',
      forwardReply: 'single-leader.forwardReply',
    },
    write: {
      // A follower never has what the leader could still forget.
      before: diskOf(ways, leader),
      own: [],
      follower: votes[params.acknowledge],
      groups: [{ members: [leader], count: 1 }, ...(acks === 0 ? [] : [{ members: waitedFor, count: acks }])],
    },
    shows: (place) => {
      if (place === leader) {
        const isEarly = params.visibility === 'after-commit'
        return { after: isEarly ? 'arrival' : 'commit', isTold: false, by: [] }
      }
      if (params.followersApply === 'confirmed') return { after: 'both', isTold: true, by: [] }
      return { after: 'arrival', isTold: false, by: applying(place) }
    },
    read: { by: readsAt === 'leader' ? 'leader' : 'contact' },
  }
}

/** Of two things that go on at a time the one that mostly takes longer. */
function longerOf(these: Sampler[], those: Sampler[]): Sampler[] {
  const medianNs = (samplers: readonly Sampler[]) => samplers.reduce((sum, each) => sum + each.medianNs, 0)
  return medianNs(these) >= medianNs(those) ? these : those
}
