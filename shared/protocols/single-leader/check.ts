import { factorOf, spreadOrder } from '../../plan/placement.ts'
import { initialReplicas, inOrder } from '../../topology/changes.ts'
import { msOfNs, nsOfMs } from '../../base/time.ts'
import type { Problem, ReadLevel, Topology } from '../../topology/types.ts'
import { majorityTrip, tenths, TRIP_MARGIN } from '../quorum-trip.ts'
import { configure, isLossless } from './config.ts'
import type { Params } from './config.ts'
import { RULES } from './rules.ts'

const PARAMS = '$.replication.params'

type Add = (path: string, sentence: string) => void

/** What spans fields: numbers of replicas, times against each other, levels that the settings cannot give. */
export function check(topology: Topology): Problem[] {
  const problems: Problem[] = []
  const add: Add = (path, sentence) => problems.push({ path, sentence })
  const params = configure(topology.replication.params)
  checkCounts(topology, params, add)
  checkTimes(params, add)
  checkCap(topology, params, add)
  checkLevel(topology, params, add)
  checkChanges(topology, params, add)
  return problems
}

/** The lease against the links: who wants to lead must be granted one, and who leads must have it renewed in time. */
export function warn(topology: Topology): Problem[] {
  const params = configure(topology.replication.params)
  const { witness, failover, fencing, leaseNs, heartbeatNs, clockDriftPpm } = params
  if (failover === 'off' || !fencing) return []
  const trip = majorityTrip(topology, 'nearest', (members) =>
    witness
      ? { askers: members.slice(0, -1), voters: members.slice(-1) }
      : { askers: members, voters: members },
  )
  if (trip === null) return []
  const leaseMs = msOfNs(leaseNs)
  if (leaseMs < TRIP_MARGIN * trip.ms) {
    const sentence =
      `A replica is granted a lease after ${tenths(trip.ms)} ms at best (the round trip of ${trip.replica}), and others ` +
      `want to lead after ${leaseMs} to ${2 * leaseMs} ms of silence: perhaps nobody ever does. Make leaseMs several times ` +
      'the round trip.'
    return [{ path: `${PARAMS}.leaseMs`, sentence }]
  }
  const usableMs = msOfNs(RULES.usableLease(leaseNs, clockDriftPpm))
  const heartbeatMs = msOfNs(heartbeatNs)
  if (usableMs >= heartbeatMs + trip.ms) return []
  const sentence =
    `A lease lasts ${tenths(usableMs)} ms, and a heartbeat every ${heartbeatMs} ms that takes ${tenths(trip.ms)} ms to be ` +
    'answered renews it too late: between, the leader does not serve. Lower heartbeatMs, or raise leaseMs.'
  return [{ path: `${PARAMS}.heartbeatMs`, sentence }]
}

function checkCounts(topology: Topology, params: Params, add: Add): void {
  const members = factorOf(topology)
  if (params.witness && members < 2) {
    add(
      `${PARAMS}.witness`,
      'A witness needs a replica beside it that holds the data. Add a replica (to each shard), or set witness to false.',
    )
    return
  }
  if (params.witness && (params.failover === 'off' || !params.fencing)) {
    add(
      `${PARAMS}.witness`,
      'A witness grants leases, which are not used without failover or without fencing. Set witness to false.',
    )
  }
  const followers = members - 1 - (params.witness ? 1 : 0)
  if (params.replication !== 'asynchronous' && params.syncReplicas > followers) {
    const mend = followers === 0 ? 'Set replication to "asynchronous"' : `Lower syncReplicas to ${followers}`
    add(
      `${PARAMS}.syncReplicas`,
      `syncReplicas is ${params.syncReplicas}, but the leader has ${followers} followers with data. ${mend}.`,
    )
  }
}

function checkTimes(params: Params, add: Add): void {
  if (2 * params.heartbeatNs > params.leaseNs) {
    add(
      `${PARAMS}.heartbeatMs`,
      'A lease must outlast two heartbeats, or one that is lost ends it. Make leaseMs several times heartbeatMs.',
    )
  }
  if (
    params.acknowledge === 'applied' &&
    params.followersApply === 'confirmed' &&
    params.replication !== 'asynchronous'
  ) {
    add(
      `${PARAMS}.followersApply`,
      'Followers that apply only what is confirmed cannot confirm by applying. Set followersApply to "received", or ' +
        'acknowledge to "written".',
    )
  }
  if (
    params.acknowledge === 'applied' &&
    params.applyDelayNs >= params.requestTimeoutNs &&
    params.replication !== 'asynchronous'
  ) {
    add(
      `${PARAMS}.applyDelayMs`,
      'No write can wait for followers to apply it if they put that off for longer than requestTimeoutMs. Lower ' +
        'applyDelayMs, or set acknowledge to "written".',
    )
  }
}

function checkCap({ consistency }: Topology, params: Params, add: Add): void {
  if (consistency.onPartition === 'availability') return
  if (params.replication === 'semi-synchronous' && params.degradeAfterNs > nsOfMs(0)) {
    add(
      `${PARAMS}.degradeAfterMs`,
      'Going on without followers is a choice of availability. Set degradeAfterMs to 0, or onPartition to "availability".',
    )
  }
  if (params.failover !== 'off' && !params.fencing) {
    add(
      `${PARAMS}.fencing`,
      'Without fencing two leaders may accept writes at once, which is a choice of availability. Set fencing to true, ' +
        'failover to "off", or onPartition to "availability".',
    )
  }
}

/** Standbys may come and go where nobody is ever promoted, and the leader stays. */
function checkChanges(topology: Topology, params: Params, add: Add): void {
  const { changes = [], partitioning } = topology
  if (changes.length === 0) return
  if (params.failover !== 'off') {
    add(
      '$.changes',
      'Those who grant leases and vouch for logs at a failover would have to change with the followers, which this strategy ' +
        'does not do. Set failover to "off", take the changes out, or choose "raft".',
    )
    return
  }
  if (partitioning.scheme !== 'none') {
    add(
      '$.changes',
      'In a divided key space replicas that join and leave take over what others lead, which needs a failover, and changes ' +
        'are for failover "off". Set the scheme to "none", or choose "raft".',
    )
    return
  }
  const present = initialReplicas(topology)
  const leader = present[spreadOrder(present)[0]]?.id
  let followers = present.length - 1
  const lacks = (path: string, since: string) => {
    if (params.replication === 'asynchronous' || params.syncReplicas <= followers) return
    add(
      path,
      `${since} the leader has ${followers} followers, and writes wait for ${params.syncReplicas}. Lower syncReplicas, or change fewer.`,
    )
  }
  lacks('$.changes', 'When the run begins')
  inOrder(changes).forEach(({ change: { kind, replica }, index }) => {
    const path = `$.changes[${index}].replica`
    followers += kind === 'join' ? 1 : -1
    if (kind === 'leave' && replica === leader) {
      add(path, `"${replica}" leads, and without failover nobody takes over from it. Let another leave.`)
    } else lacks(path, 'Then')
  })
}

/** Levels that speak of all sessions together, so that no acknowledged write may vanish. */
const NEEDS_ALL: readonly ReadLevel[] = [
  'linearizable',
  'sequential',
  'bounded-staleness',
  'consistent-prefix',
]

function checkLevel({ consistency }: Topology, params: Params, add: Add): void {
  const { read, onPartition } = consistency
  if (read === 'linearizable' && params.readsFrom !== 'auto' && params.readsFrom !== 'leader') {
    add(
      `${PARAMS}.readsFrom`,
      'Followers lag behind, so their reads are not linearizable. Set readsFrom to "leader", or ask for ' +
        '"bounded-staleness" or "sequential".',
    )
  }
  if (!NEEDS_ALL.includes(read)) return
  if (onPartition === 'availability' && (params.failover !== 'off' || read === 'bounded-staleness')) {
    add(
      '$.consistency.read',
      `A replica that is cut off answers from what it has under "availability", and a follower may be promoted that lacks ` +
        `the last writes, so "${read}" is not kept. Use "causal", or set onPartition to "consistency".`,
    )
    return
  }
  if (!isLossless(params)) {
    add(
      '$.consistency.read',
      `A failover may lose acknowledged writes with these settings, so "${read}" is not kept across it. Use "causal", or ` +
        'make replication "synchronous" with acknowledge "written" or "applied", or set failover to "off".',
    )
  } else if (params.failover !== 'off') checkExposure(read, params, add)
}

/** What readers can see before it is certain to survive a failover. */
function checkExposure(read: ReadLevel, params: Params, add: Add): void {
  if (params.visibility === 'after-commit') {
    add(
      `${PARAMS}.visibility`,
      `Readers of the leader see writes that a failover may still discard, so "${read}" is not kept. Set visibility to ` +
        '"after-sync", or ask for "causal".',
    )
  }
  if (read !== 'linearizable' && params.readsFrom !== 'leader' && params.followersApply === 'received') {
    add(
      `${PARAMS}.followersApply`,
      `Readers of a follower see writes that a failover may still discard, so "${read}" is not kept. Set followersApply ` +
        'to "confirmed", or ask for "causal".',
    )
  }
}
