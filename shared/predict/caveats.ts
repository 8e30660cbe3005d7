import { msOfNs } from '../base/time.ts'
import type { PlaceId, Plan } from '../plan/types.ts'
import type { Topology } from '../topology/types.ts'
import type { LeaderlessParams } from './params.ts'

/** What the model leaves out of this topology, one sentence each, what matters most first. */
export function caveatsOf(
  plan: Plan,
  params: LeaderlessParams,
  slowestNs: { readNs: number; writeNs: number },
): string[] {
  const { topology } = plan
  const given = topology.replication.params
  const caveats: string[] = []
  const say = (condition: boolean, sentence: string): void => {
    if (condition) caveats.push(sentence)
  }
  say(topology.faults.length > 0, 'Faults are left out: every replica is up and every link works.')
  say(
    topology.workload.kind === 'mix',
    'P(fresh | t) is for a read that follows a single write of its key; writes of the same key that overlap it are left out.',
  )
  say(
    topology.replicas.some(({ service }) => service.perMessageMs !== 0),
    'Each message takes its service time, but none waits in a queue: near saturation, real latency is longer.',
  )
  say(
    params.durability === 'fsync' && topology.replicas.some(({ disk }) => disk.fsync !== 0),
    'Each acknowledgement waits for an fsync of its own; a write that finds the disk busy really waits for the next one.',
  )
  for (const [found, sentence] of linkCaveats(plan)) say(found, sentence)
  const timeoutMs = given.requestTimeoutMs
  if (typeof timeoutMs === 'number') {
    say(
      msOfNs(Math.max(slowestNs.readNs, slowestNs.writeNs)) > timeoutMs,
      `Some operations would take longer than the request timeout of ${timeoutMs} ms; here they are simply slow.`,
    )
  }
  say(
    given.readRepair === 'blocking',
    'Blocking read repair is left out: a read that finds replicas behind really waits for them to catch up.',
  )
  say(
    given.antiEntropy === true || given.readRepair === 'async',
    'Read repair and anti-entropy are left out; they can only make a version visible sooner.',
  )
  say(
    params.readFanout === 'quorum' &&
      typeof given.speculativeRetryMs === 'number' &&
      given.speculativeRetryMs > 0,
    'The speculative retry is left out; it shortens the tail of reads.',
  )
  say(
    topology.consistency.session.length > 0 ||
      /^(read-your-writes|monotonic-reads)$/.test(topology.consistency.read),
    'Session guarantees are left out: a read that finds less than its session has seen really waits.',
  )
  say(
    given.conflicts !== 'siblings' && clocksDiffer(topology),
    'Clocks are taken to agree; where they do not, a newer write with an older timestamp stays invisible.',
  )
  say(
    params.readScope !== 'any' || params.writeScope !== 'any',
    'Resilience, load and k-staleness are those of quorums among all replicas of the shard, wherever they are.',
  )
  const asked = params.readFanout === 'all' ? 'every write and every read' : 'every write'
  say(
    params.w < params.n || (params.readFanout === 'all' && params.r < params.n),
    `The load counts the replicas that an operation waits for; ${asked} is sent to all ${params.n}.`,
  )
  return caveats
}

function linkCaveats(plan: Plan): [boolean, string][] {
  let [loss, bandwidth, order] = [false, false, false]
  const members = plan.shards[0].replicas
  const look = (from: PlaceId, to: PlaceId): void => {
    if (from === to) return
    const link = plan.links.between(from, to)
    loss ||= link.lossPpm > 0 || link.reorderPpm > 0
    bandwidth ||= link.nsPerByte > 0
    order ||= link.ordered && link.oneWay.constantNs === null
  }
  for (let place = 0; place < plan.places.length; place++) {
    for (const member of members) {
      look(place, member)
      look(member, place)
    }
  }
  return [
    [loss, 'Lost and held-back messages are left out.'],
    [bandwidth, 'Bandwidth is left out: messages take no time to send.'],
    [order, 'Each message takes its own draw of the latency, although the links keep messages in order.'],
  ]
}

function clocksDiffer({ replicas, clients }: Topology): boolean {
  return [...replicas, ...clients].some(({ clock }) => clock.offsetMs !== 0 || clock.driftPpm !== 0)
}
