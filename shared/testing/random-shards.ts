import { Rng } from '../base/rng.ts'
import type { StrategyManifest } from '../topology/strategy.ts'
import { HABITS } from './random-habits.ts'

type Json = Record<string, unknown>

const SCHEMES = ['range', 'hash', 'slots', 'jump', 'rendezvous', 'consistent-hashing']
const SHARDED_PERCENT = 25

/**
 * The sections that divide the key space of a random topology, of a quarter of them, and that let replicas join and leave
 * while clients are at work. Drawn from a stream of its own, so that everything else is as without it.
 */
export function randomShards(
  manifest: StrategyManifest,
  seed: number,
  attempt: number,
  replicas: readonly string[],
  untilMs: number,
): Json {
  const rng = Rng.stream(seed, `random-shards/${manifest.id}/${attempt}`)
  if (rng.below(100) >= SHARDED_PERCENT || replicas.length < 2) return {}
  const changes = manifest.changesMembers === true && rng.below(2) === 0
  const schemes = (changes ? HABITS[manifest.id]?.changesUnder : undefined) ?? SCHEMES
  const scheme = schemes[rng.below(schemes.length)]
  if (scheme === 'none') return { changes: randomChanges(rng, replicas, untilMs) }
  const most = changes ? Math.max(1, replicas.length - 1) : replicas.length
  const partitioning = {
    scheme,
    ...(scheme === 'consistent-hashing'
      ? { virtualNodes: rng.between(1, 8) }
      : { shards: rng.between(2, 5) }),
    // Strategies with a number of copies of their own have drawn it already.
    ...(manifest.params.some(({ name }) => name === 'n') ? {} : { replicationFactor: rng.between(1, most) }),
  }
  return changes ? { partitioning, changes: randomChanges(rng, replicas, untilMs) } : { partitioning }
}

/** One replica is missing or goes, and perhaps comes back. */
function randomChanges(rng: Rng, replicas: readonly string[], untilMs: number): Json[] {
  const replica = replicas[rng.below(replicas.length)]
  const firstMs = rng.between(0, Math.max(1, Math.floor(untilMs / 2)))
  const secondMs = rng.between(firstMs + 1, Math.max(firstMs + 2, untilMs))
  const [first, second] = rng.below(2) === 0 ? ['join', 'leave'] : ['leave', 'join']
  return [
    { atMs: firstMs, kind: first, replica },
    ...(rng.below(2) === 0 ? [{ atMs: secondMs, kind: second, replica }] : []),
  ]
}
