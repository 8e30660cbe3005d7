import { initialReplicas, inOrder } from '../changes.ts'
import { quoted } from '../problems.ts'
import type { StrategyManifest } from '../strategy.ts'
import { mendFor } from '../suggest.ts'
import type { Problem, Topology } from '../types.ts'

/** Whether replicas can join and leave as the file says: who they are, in turn, and enough of them left. */
export function checkChanges(topology: Topology, strategy: StrategyManifest): Problem[] {
  const { changes = [], partitioning, replicas, replication } = topology
  if (changes.length === 0) return []
  if (strategy.changesMembers !== true) {
    return [
      {
        path: '$.changes',
        sentence: `The members of a shard cannot change while ${strategy.title} runs. Take the changes out, or choose "raft" or "leaderless".`,
      },
    ]
  }
  const problems: Problem[] = []
  const names = replicas.map(({ id }) => id)
  const present = new Set(initialReplicas(topology).map(({ id }) => id))
  const { n } = replication.params
  const copies = typeof n === 'number' ? n : 1
  const leastOf = partitioning.scheme === 'none' ? copies : (partitioning.replicationFactor ?? copies)
  if (present.size < leastOf) {
    problems.push({
      path: '$.changes',
      sentence: `${present.size} replicas are there when the run begins, and each shard is to have ${leastOf}. Let fewer join later.`,
    })
  }
  inOrder(changes).forEach(({ change: { kind, replica }, index }) => {
    const path = `$.changes[${index}].replica`
    if (!names.includes(replica)) {
      problems.push({
        path,
        sentence: `There is no replica ${quoted(replica)}.${mendFor(replica, names, 'replica')}`,
      })
    } else if (kind === 'join') {
      if (present.has(replica)) {
        problems.push({
          path,
          sentence: `${quoted(replica)} joins although it is there. Let it leave before.`,
        })
      }
      present.add(replica)
    } else if (!present.delete(replica)) {
      problems.push({
        path,
        sentence: `${quoted(replica)} leaves although it is not there. Let it join before.`,
      })
    } else if (present.size < leastOf) {
      problems.push({
        path,
        sentence: `Once ${quoted(replica)} has left there are ${present.size} replicas, and each shard is to have ${leastOf}. Keep it, or lower replicationFactor.`,
      })
    }
  })
  return problems
}
