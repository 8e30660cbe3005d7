import { initialReplicas, inOrder } from '../changes.ts'
import { quoted } from '../problems.ts'
import type { StrategyManifest } from '../strategy.ts'
import { mendFor } from '../suggest.ts'
import type { Problem, Topology } from '../types.ts'

/** Schemes whose shards stay what they are when replicas come and go; only where they live changes. */
const FIXED_SHARDS: readonly Topology['partitioning']['scheme'][] = ['none', 'range', 'hash', 'slots', 'jump']

/** Whether replicas can join and leave as the file says: who they are, in turn, and enough of them left. */
export function checkChanges(topology: Topology, strategy: StrategyManifest): Problem[] {
  const { changes = [], partitioning, replicas } = topology
  if (changes.length === 0) return []
  if (strategy.changesMembers !== true) {
    return [
      {
        path: '$.changes',
        sentence: `The members of a shard cannot change while ${strategy.title} runs. Take the changes out, or choose "raft".`,
      },
    ]
  }
  if (!FIXED_SHARDS.includes(partitioning.scheme)) {
    return [
      {
        path: '$.partitioning.scheme',
        sentence:
          `A replica that joins or leaves cuts the shards of "${partitioning.scheme}" anew, which no strategy does while ` +
          'it runs. Take the changes out, or choose "hash", "range", "slots" or "jump", whose shards stay what they are.',
      },
    ]
  }
  const problems: Problem[] = []
  const names = replicas.map(({ id }) => id)
  const present = new Set(initialReplicas(topology).map(({ id }) => id))
  const leastOf = partitioning.scheme === 'none' ? 1 : (partitioning.replicationFactor ?? 1)
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
