import type { Problem, Topology } from '../../topology/types.ts'

const PARAMS = '$.replication.params'

type Add = (path: string, sentence: string) => void

/** What spans fields: the tiers against the replicas, and levels that copies cannot have on a partition. */
export function check(topology: Topology): Problem[] {
  const problems: Problem[] = []
  const add: Add = (path, sentence) => problems.push({ path, sentence })
  checkTiers(topology, add)
  checkLevels(topology, add)
  return problems
}

function checkTiers({ replication, replicas, partitioning }: Topology, add: Add): void {
  const parents = Number(replication.params['parents'])
  const members = partitioning.replicationFactor ?? replicas.length
  if (parents === 0 || parents <= members - 2) return
  add(
    `${PARAMS}.parents`,
    `Of ${members} members the first is the origin, and ${parents} parents leave no cache that would ask them. Set parents ` +
      `to ${Math.max(0, members - 2)} or less.`,
  )
}

function checkLevels({ replication, consistency }: Topology, add: Add): void {
  const { read, onPartition } = consistency
  if (onPartition === 'availability' && (read === 'linearizable' || read === 'bounded-staleness')) {
    const why =
      read === 'linearizable'
        ? 'A cache that cannot reach the origin answers from what it has under "availability"'
        : 'A cache that cannot reach the origin goes on with copies of any age under "availability"'
    add(
      '$.consistency.read',
      `${why}, so "${read}" is not kept. Use "sequential", the strongest level that copies have there, or set onPartition ` +
        'to "consistency".',
    )
  }
  if (onPartition === 'consistency' && Number(replication.params['staleWhileRevalidateMs']) > 0) {
    add(
      `${PARAMS}.staleWhileRevalidateMs`,
      'Copies that answer while they are being renewed go on when the origin cannot be reached, which "consistency" ' +
        'forbids. Set staleWhileRevalidateMs to 0, or onPartition to "availability".',
    )
  }
}
