import { LIMITS } from '../limits.ts'
import { quoted, type ProblemList } from '../problems.ts'
import { items, member, numberOf, textOf } from './loose.ts'

/**
 * What of the partitioning depends on more than one field. Fields that another scheme reads are let stand, so that
 * trying a scheme and going back loses nothing.
 */
export function checkPartitioning(file: unknown, problems: ProblemList): void {
  const partitioning = member(file, 'partitioning')
  const scheme = textOf(partitioning, 'scheme')
  if (scheme === null || scheme === 'none') return
  const replicas = items(member(file, 'replicas')).length
  checkFactor(file, numberOf(partitioning, 'replicationFactor'), replicas, problems)
  checkHash(scheme, textOf(partitioning, 'hash'), problems)
  if (scheme === 'range') checkRanges(partitioning, problems)
  const points = (numberOf(partitioning, 'virtualNodes') ?? 0) * replicas
  if (scheme === 'consistent-hashing' && points > LIMITS.ringPoints) {
    const most = Math.floor(LIMITS.ringPoints / replicas)
    problems.add(
      ['partitioning', 'virtualNodes'],
      `The ring would have ${points} points, more than ${LIMITS.ringPoints}. Take at most ${most} per replica.`,
    )
  }
}

function checkFactor(file: unknown, factor: number | null, replicas: number, problems: ProblemList): void {
  if (factor === null) return
  const at = ['partitioning', 'replicationFactor']
  const n = numberOf(member(member(file, 'replication'), 'params'), 'n')
  if (n !== null && n !== factor) {
    const sentence = `The strategy keeps n = ${n} replicas of a key, not ${factor}. Leave one of the two out.`
    problems.add(at, sentence)
  } else if (replicas > 0 && factor > replicas) {
    problems.add(at, `There are ${replicas} replicas, fewer than ${factor}. Take ${replicas} or fewer.`)
  }
}

function checkHash(scheme: string, hash: string | null, problems: ProblemList): void {
  if (hash !== 'crc16' || scheme === 'slots') return
  const sentence = `CRC16 tells 65,536 values apart, which serves "slots" alone. Use "murmur3" for ${quoted(scheme)}.`
  problems.add(['partitioning', 'hash'], sentence)
}

function checkRanges(partitioning: unknown, problems: ProblemList): void {
  const ranges = member(partitioning, 'ranges')
  if (!Array.isArray(ranges)) return
  const bounds = items(ranges)
  bounds.forEach((bound, index) => {
    const before = bounds[index - 1]
    if (index === 0 || typeof bound !== 'string' || typeof before !== 'string' || before < bound) return
    const sentence = `The bounds ascend, but ${quoted(bound)} does not come after ${quoted(before)}. Sort them.`
    problems.add(['partitioning', 'ranges', index], sentence)
  })
  const shards = numberOf(partitioning, 'shards')
  if (shards !== null && shards !== bounds.length + 1) {
    const sentence = `With ${bounds.length} bounds there are ${bounds.length + 1} ranges, not ${shards}. Leave "shards" out.`
    problems.add(['partitioning', 'shards'], sentence)
  }
}
