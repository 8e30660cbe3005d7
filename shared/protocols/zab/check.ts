import { factorOf } from '../../plan/placement.ts'
import { quorumTrip, tenths, TRIP_MARGIN } from '../quorum-trip.ts'
import type { Problem, Topology } from '../../topology/types.ts'

const PARAMS = '$.replication.params'

type Add = (path: string, sentence: string) => void

/** What spans fields: observers against replicas, levels that are not offered. */
export function check(topology: Topology): Problem[] {
  const problems: Problem[] = []
  const add: Add = (path, sentence) => problems.push({ path, sentence })
  checkObservers(topology, add)
  checkReads(topology, add)
  return problems
}

/**
 * Time limits against the links. A new leader and its quorum synchronise in two round trips, the epoch first (phases 1 and 2
 * of the paper, the connection left out); from then on a ping and its answer take one.
 */
export function warn(topology: Topology): Problem[] {
  const { tickMs, initLimit, syncLimit, observers } = topology.replication.params as Record<string, number>
  const trip = quorumTrip(topology, observers)
  if (trip === null) return []
  const problems: Problem[] = []
  const limits = [
    ['initLimit', initLimit, 2, 'synchronise with a new leader'],
    ['syncLimit', syncLimit, 1, 'hear from each other'],
  ] as const
  for (const [name, limit, trips, what] of limits) {
    const leastMs = trips * trip.ms
    if (limit * tickMs >= TRIP_MARGIN * leastMs) continue
    problems.push({
      path: `${PARAMS}.${name}`,
      sentence:
        `A quorum takes ${tenths(leastMs)} ms at best to ${what}, by the links of ${trip.replica}, and ` +
        `${name} leaves it ${tenths(limit * tickMs)} ms: servers may elect for ever. Raise ${name} or tickMs.`,
    })
  }
  return problems
}

function checkObservers(topology: Topology, add: Add): void {
  const observers = Number(topology.replication.params['observers'])
  const members = factorOf(topology)
  if (observers < members) return
  const mend = members === 1 ? 'Set observers to 0.' : `Lower observers to ${members - 1} or less.`
  const group = members === topology.replicas.length ? 'there are' : 'each shard has'
  add(
    `${PARAMS}.observers`,
    `observers is ${observers}, and ${group} ${members} replicas, so nobody would have a vote. ${mend}`,
  )
}

function checkReads({ replication, consistency }: Topology, add: Add): void {
  const { reads } = replication.params
  const { read, onPartition } = consistency
  const isStrong = read === 'linearizable' || read === 'bounded-staleness'
  if (isStrong && reads === 'local') {
    add(
      `${PARAMS}.reads`,
      `Local reads can be stale by any time, so they are not ${wordOf(read)}. Set reads to "auto", or ask for ` +
        '"sequential", the strongest level that local reads have.',
    )
  } else if (isStrong && reads === 'sync') {
    add(
      `${PARAMS}.reads`,
      "A sync as ZooKeeper has it isn't confirmed by a quorum: a leader that was deposed without knowing answers it, and " +
        `the read after it is stale, so it is not ${wordOf(read)}. Set reads to "quorum-sync" or "auto", or ask for "sequential".`,
    )
  }
  if (onPartition === 'consistency' || !isStrong) return
  add(
    '$.consistency.read',
    read === 'linearizable'
      ? 'Servers that are cut off from the quorum cannot give linearizable answers, and "availability" asks them to ' +
          'answer. Use "sequential", the strongest level that lasts there, or set onPartition to "consistency".'
      : 'Nothing bounds the age of what a server has that is cut off from the quorum, and "availability" asks it to ' +
          'answer. Use "sequential", or set onPartition to "consistency".',
  )
}

function wordOf(read: 'linearizable' | 'bounded-staleness'): string {
  return read === 'linearizable' ? 'linearizable' : 'bounded'
}
