import { msOfNs } from '../../base/time.ts'
import { factorOf } from '../../plan/placement.ts'
import type { Problem, Topology } from '../../topology/types.ts'
import { majorityTrip, tenths } from '../quorum-trip.ts'
import { configure } from './config.ts'
import { RULES } from './rules.ts'

const PARAMS = '$.replication.params'

/** What spans fields: time limits against each other, and levels that a way of reading does not have. */
export function check(topology: Topology): Problem[] {
  const problems: Problem[] = []
  const add = (path: string, sentence: string) => problems.push({ path, sentence })
  checkTimes(topology, add)
  checkLength(topology, add)
  checkReads(topology, add)
  checkPartition(topology, add)
  return problems
}

/**
 * Time limits against the links. What a node says of itself goes to a majority of the masters and comes back, and the next
 * such word follows an interval later: by then the node must not be suspected yet, and its lease not be over.
 */
export function warn(topology: Topology): Problem[] {
  const params = configure(topology.replication.params)
  const trip = majorityTrip(topology, 'farthest', (members) => ({
    askers: members.slice(0, params.chainLength || members.length),
    voters: members.slice(0, params.masters),
  }))
  if (trip === null) return []
  const heartbeatMs = msOfNs(params.heartbeatNs)
  const leastMs = heartbeatMs + trip.ms
  const limits = [
    ['suspectAfterMs', msOfNs(params.suspectAfterNs), 'It is left out of the chain again and again.'],
    [
      'leaseMs',
      msOfNs(RULES.leaseLastsNs(params.leaseNs, params.clockDriftPpm)),
      'Between two leases it answers nothing by itself.',
    ],
  ] as const
  return limits
    .filter(([, limitMs]) => limitMs < leastMs)
    .map(([name, limitMs, what]) => ({
      path: `${PARAMS}.${name}`,
      sentence:
        `${trip.replica} hears from the masters every ${heartbeatMs} ms, ${tenths(trip.ms)} ms late (its round trip), and ` +
        `${name} leaves it ${tenths(limitMs)} ms. ${what} Raise ${name}, or lower heartbeatMs.`,
    }))
}

type Add = (path: string, sentence: string) => void

function checkTimes({ replication }: Topology, add: Add): void {
  const { heartbeatMs, suspectAfterMs, leaseMs } = replication.params as Record<string, number>
  if (heartbeatMs >= suspectAfterMs) {
    add(
      `${PARAMS}.heartbeatMs`,
      `A heartbeat every ${heartbeatMs} ms cannot keep nodes from being suspected after ${suspectAfterMs} ms of ` +
        'silence. Make suspectAfterMs several times heartbeatMs.',
    )
  }
  if (heartbeatMs >= leaseMs) {
    add(
      `${PARAMS}.leaseMs`,
      `A lease of ${leaseMs} ms ends before the next heartbeat, after ${heartbeatMs} ms, renews it. Make leaseMs ` +
        'several times heartbeatMs.',
    )
  }
}

function checkLength(topology: Topology, add: Add): void {
  const length = Number(topology.replication.params['chainLength'])
  const members = factorOf(topology)
  if (length <= members) return
  const group = members === topology.replicas.length ? 'there are' : 'each shard has'
  add(
    `${PARAMS}.chainLength`,
    `chainLength is ${length}, and ${group} ${members} replicas. Lower it to ${members} or less; 0 means all.`,
  )
}

/** Versions that are not committed may vanish with the nodes that have them: no level but "eventual" allows for that. */
function checkReads({ replication, consistency }: Topology, add: Add): void {
  const { reads } = replication.params
  const { read, session } = consistency
  if (reads === 'newest-known' || reads === 'bounded-inconsistency') {
    if (read !== 'eventual') {
      add(
        `${PARAMS}.reads`,
        `Reads of versions that may never be committed are not ${read}: what one returned can be gone for the next. ` +
          'Set reads to "auto", or ask for "eventual", the only level that such reads have.',
      )
    } else if (session.length > 0) {
      add(
        `${PARAMS}.reads`,
        `Reads of versions that may never be committed cannot keep to ${session[0]}. Set reads to "auto" or "committed".`,
      )
    }
  }
  if (reads !== 'committed') return
  if (read === 'linearizable') {
    add(
      `${PARAMS}.reads`,
      'A replica may not know yet that a newer version is committed, so such reads are not linearizable. Set reads to ' +
        '"auto", or ask for "sequential", the strongest level that they have.',
    )
  } else if (read === 'bounded-staleness') {
    add(
      `${PARAMS}.reads`,
      'Nothing bounds how late a replica learns that a version is committed. Set reads to "auto", or ask for "sequential".',
    )
  }
}

function checkPartition({ consistency }: Topology, add: Add): void {
  const { read, onPartition } = consistency
  if (onPartition === 'consistency') return
  if (read === 'linearizable') {
    add(
      '$.consistency.read',
      'Replicas that are cut off from the masters cannot give linearizable answers, and "availability" asks them to ' +
        'answer. Use "sequential", the strongest level that lasts there, or set onPartition to "consistency".',
    )
  } else if (read === 'bounded-staleness') {
    add(
      '$.consistency.read',
      'Nothing bounds the age of what a replica has that is cut off from the masters, and "availability" asks it to ' +
        'answer. Use "sequential", or set onPartition to "consistency".',
    )
  }
}
