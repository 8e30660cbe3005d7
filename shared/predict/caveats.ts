import { msOfNs } from '../base/time.ts'
import type { PlaceId, Plan } from '../plan/types.ts'
import type { Topology } from '../topology/types.ts'
import type { LeaderModel } from './leader-routes.ts'
import type { LeaderlessParams } from './leaderless-params.ts'

/** What the slowest of all trials took. */
export interface SlowestNs {
  readNs: number
  writeNs: number
}

/** A condition under which something is left out, and the sentence that says so. */
type Caveat = readonly [isSo: boolean, sentence: string]

/** What the model leaves out of a leaderless topology, one sentence each, what matters most first. */
export function leaderlessCaveats(plan: Plan, params: LeaderlessParams, slowestNs: SlowestNs): string[] {
  const { topology } = plan
  const given = topology.replication.params
  const asked = params.readFanout === 'all' ? 'every write and every read' : 'every write'
  return saidOf([
    ...loadCaveats(topology),
    [
      params.durability === 'fsync' && hasDisks(topology),
      'Each acknowledgement waits for an fsync of its own; a write that finds the disk busy really waits for the next one.',
    ],
    ...linkCaveats(plan),
    timeoutCaveat(topology, slowestNs),
    [
      given.readRepair === 'blocking',
      'Blocking read repair is left out: a read that finds replicas behind really waits for them to catch up.',
    ],
    [
      given.antiEntropy === true || given.readRepair === 'async',
      'Read repair and anti-entropy are left out; they can only make a version visible sooner.',
    ],
    [
      params.readFanout === 'quorum' &&
        typeof given.speculativeRetryMs === 'number' &&
        given.speculativeRetryMs > 0,
      'The speculative retry is left out; it shortens the tail of reads.',
    ],
    sessionCaveat(topology),
    [
      given.conflicts !== 'siblings' && clocksDiffer(topology),
      'Clocks are taken to agree; where they do not, a newer write with an older timestamp stays invisible.',
    ],
    [
      params.readScope !== 'any' || params.writeScope !== 'any',
      'Resilience, load and k-staleness are those of quorums among all replicas of the shard, wherever they are.',
    ],
    [
      params.w < params.n || (params.readFanout === 'all' && params.r < params.n),
      `The load counts the replicas that an operation waits for; ${asked} is sent to all ${params.n}.`,
    ],
  ])
}

/** The same of a topology whose writes one replica orders. */
export function leaderCaveats(plan: Plan, model: LeaderModel, slowestNs: SlowestNs): string[] {
  const { topology } = plan
  const { leader, members, read, shows } = model
  const given = topology.replication.params
  return saidOf([
    ...loadCaveats(topology),
    [
      topology.workload.kind === 'mix' &&
        read.by === 'contact' &&
        members.some((place) => shows(place).isTold),
      'Followers are taken to hear of each commit at once; while more is under way they hear of it with what follows.',
    ],
    [true, `The first replica, ${plan.places[leader].name}, is taken to lead all the time.`],
    [
      hasDisks(topology),
      'Each write waits for an fsync of its own; one that finds the disk busy really waits for the next.',
    ],
    [
      typeof given.batchDelayMs === 'number' && given.batchDelayMs > 0,
      'The batch delay is left out: writes really wait for it.',
    ],
    [
      typeof given.shipEveryMs === 'number' && given.shipEveryMs > 0,
      'The log is taken to leave at any time within its interval; without much load it leaves at the end of it.',
    ],
    ...linkCaveats(plan),
    timeoutCaveat(topology, slowestNs),
    sessionCaveat(topology),
  ])
}

function saidOf(caveats: readonly Caveat[]): string[] {
  return caveats.flatMap(([isSo, sentence]) => (isSo ? [sentence] : []))
}

function loadCaveats({ faults, workload, replicas }: Topology): Caveat[] {
  return [
    [faults.length > 0, 'Faults are left out: every replica is up and every link works.'],
    [
      workload.kind === 'mix',
      'P(fresh | t) is for a read that follows a single write of its key; writes of the same key that overlap it are left out.',
    ],
    [
      replicas.some(({ service }) => service.perMessageMs !== 0),
      'Each message takes its service time, but none waits in a queue: near saturation, real latency is longer.',
    ],
  ]
}

function hasDisks({ replicas }: Topology): boolean {
  return replicas.some(({ disk }) => disk.fsync !== 0)
}

function timeoutCaveat({ replication }: Topology, { readNs, writeNs }: SlowestNs): Caveat {
  const timeoutMs = replication.params.requestTimeoutMs
  return [
    typeof timeoutMs === 'number' && msOfNs(Math.max(readNs, writeNs)) > timeoutMs,
    `Some operations would take longer than the request timeout of ${String(timeoutMs)} ms; here they are simply slow.`,
  ]
}

function sessionCaveat({ consistency: { session, read } }: Topology): Caveat {
  return [
    session.length > 0 || /^(read-your-writes|monotonic-reads)$/.test(read),
    'Session guarantees are left out: a read that finds less than its session has seen really waits.',
  ]
}

function linkCaveats(plan: Plan): Caveat[] {
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
