import { msOfNs } from '../../base/time.ts'
import { factorOf } from '../../plan/placement.ts'
import type { Problem, Topology } from '../../topology/types.ts'
import { quorumTrip, tenths, TRIP_MARGIN, type QuorumTrip } from '../quorum-trip.ts'
import { configure, readRules } from './config.ts'
import { leaseNs } from './rounds.ts'
import { checkTimestamps } from './timestamps/check.ts'

const PARAMS = '$.replication.params'

/** What spans fields: time limits against each other, learners against replicas, and levels that are not offered. */
export function check(topology: Topology): Problem[] {
  const problems: Problem[] = []
  const add = (path: string, sentence: string) => problems.push({ path, sentence })
  checkTimes(topology, add)
  checkLearners(topology, add)
  checkReads(topology, add)
  checkTimestamps(topology, add)
  return problems
}

/** Time limits against the links. */
export function warn(topology: Topology): Problem[] {
  const trip = quorumTrip(topology, Number(topology.replication.params['learners']))
  if (trip === null) return []
  const problems: Problem[] = []
  const add = (path: string, sentence: string) => problems.push({ path, sentence })
  warnOfElections(topology, trip, add)
  if (problems.length === 0) warnOfLeases(topology, trip, add)
  return problems
}

type Add = (path: string, sentence: string) => void

function checkTimes({ replication }: Topology, add: Add): void {
  const { electionTimeoutMs, heartbeatMs } = replication.params as Record<string, number>
  if (heartbeatMs >= electionTimeoutMs) {
    add(
      `${PARAMS}.heartbeatMs`,
      `A heartbeat every ${heartbeatMs} ms cannot keep followers from an election after ${electionTimeoutMs} ms ` +
        'of silence. Make electionTimeoutMs several times heartbeatMs; etcd has ten.',
    )
  }
}

function warnOfElections({ replication }: Topology, { ms, replica }: QuorumTrip, add: Add): void {
  const { electionTimeoutMs } = replication.params as Record<string, number>
  if (electionTimeoutMs >= TRIP_MARGIN * ms) return
  add(
    `${PARAMS}.electionTimeoutMs`,
    `A candidate hears from a majority after ${tenths(ms)} ms at best (the round trip of ${replica}), and others ` +
      `stand for election after ${electionTimeoutMs} to ${2 * electionTimeoutMs} ms of silence: they may elect for ever. Make ` +
      'electionTimeoutMs several times the round trip; etcd advises ten.',
  )
}

/** A lease counts from when the round was sent that renews it, and the next is confirmed an interval and a round trip later. */
function warnOfLeases({ replication, consistency }: Topology, { ms }: QuorumTrip, add: Add): void {
  const params = configure(replication.params)
  if (readRules(params, consistency).path !== 'lease') return
  const leaseMs = msOfNs(leaseNs({ params }))
  const { heartbeatMs } = replication.params as Record<string, number>
  if (leaseMs >= heartbeatMs + ms) return
  add(
    `${PARAMS}.heartbeatMs`,
    `A lease lasts ${tenths(leaseMs)} ms, and a heartbeat every ${heartbeatMs} ms that takes ${tenths(ms)} ms to be ` +
      'confirmed renews it too late: between, reads wait for a round trip. Lower heartbeatMs, or raise electionTimeoutMs.',
  )
}

function checkLearners(topology: Topology, add: Add): void {
  const learners = Number(topology.replication.params['learners'])
  const members = factorOf(topology)
  if (learners < members) return
  const mend = members === 1 ? 'Set learners to 0.' : `Lower learners to ${members - 1} or less.`
  const group = members === topology.replicas.length ? 'there are' : 'each shard has'
  add(
    `${PARAMS}.learners`,
    `learners is ${learners}, and ${group} ${members} ${members === 1 ? 'replica' : 'replicas'}, so nobody would have a vote. ${mend}`,
  )
}

function checkReads({ replication, consistency }: Topology, add: Add): void {
  const { reads, checkQuorum } = replication.params
  const { read, onPartition } = consistency
  if (reads === 'stale' && read === 'linearizable') {
    add(
      `${PARAMS}.reads`,
      'Local reads can be stale, so they are not linearizable. Set reads to "auto", or ask for "sequential", the ' +
        'strongest level that local reads have.',
    )
  }
  if (reads === 'lease' && checkQuorum !== true) {
    add(
      `${PARAMS}.checkQuorum`,
      'A lease relies on voters that stay with the leader they hear from, which is a part of checkQuorum. Turn it ' +
        'on, or set reads to "read-index".',
    )
  }
  if (onPartition === 'consistency') return
  if (read === 'linearizable') {
    add(
      '$.consistency.read',
      'Replicas that are cut off from the majority cannot give linearizable answers, and "availability" asks them to ' +
        'answer. Use "sequential", the strongest level that lasts there, or set onPartition to "consistency".',
    )
  } else if (read === 'bounded-staleness') {
    add(
      '$.consistency.read',
      'Nothing bounds the age of what a replica has that is cut off from the majority, and "availability" asks it to ' +
        'answer. Use "sequential", or set onPartition to "consistency".',
    )
  }
}
