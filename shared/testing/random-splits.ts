import { Rng } from '../base/rng.ts'
import type { StrategyManifest } from '../topology/strategy.ts'

type Json = Record<string, unknown>

const SPLITTING_PERCENT = 20

/**
 * A random topology whose ranges split and merge while clients are at work, a fifth of those that may. Drawn from a stream
 * of its own, so that everything else is as without it.
 */
export function withSplits(file: Json, manifest: StrategyManifest, seed: number, attempt: number): Json {
  const rng = Rng.stream(seed, `random-splits/${manifest.id}/${attempt}`)
  const workload = file['workload'] as Json
  const isFit =
    manifest.splitsRanges === true && workload['kind'] !== 'probe' && file['changes'] === undefined
  if (!isFit || rng.below(100) >= SPLITTING_PERCENT) return file
  const replicas = (file['replicas'] as unknown[]).length
  const { params } = file['replication'] as { params: Json }
  const hasTimestamps = (params['timestamps'] ?? 'none') !== 'none'
  const merges = !hasTimestamps && rng.below(2) === 0
  return {
    ...file,
    partitioning: {
      scheme: 'range',
      shards: merges ? rng.between(2, 4) : rng.between(1, 3),
      // Only ranges on the same replicas merge.
      replicationFactor: merges && rng.below(4) > 0 ? replicas : rng.between(1, replicas),
      split: {
        byKeys: merges ? rng.between(4, 40) : rng.between(1, 12),
        ...(rng.below(2) === 0 ? { byLoadPerS: rng.between(20, 200) } : {}),
        ...(merges ? { mergeBelow: rng.between(20, 50) / 100 } : {}),
        checkEveryMs: rng.between(20, 400),
        rangesMax: rng.between(4, 24),
        moveLeaders: rng.below(2) === 0,
      },
    },
    workload: { ...workload, insertOrder: rng.below(2) === 0 ? 'ordered' : 'alphabetical' },
  }
}
