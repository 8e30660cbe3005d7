import { operationsOf } from '../checkers/operations/index.ts'
import { checkerNamed } from '../checkers/registry.ts'
import { msOfNs } from '../base/time.ts'
import type { History } from '../history/types.ts'
import { metricsOf } from '../metrics/index.ts'
import { configure, readRules } from '../protocols/ttl-cache/config.ts'
import type { Topology } from '../topology/types.ts'

/** A checker that takes longer is left undecided, which is no violation. */
const STEPS_MAX = 2_000_000
/** Clocks of random runs drift by less than this together. */
const DRIFT_MAX = 0.02

/** How stale a read may be at most: by its copy's time to live, and what an expired one is allowed beyond it. */
export function stalenessBoundMs({ replication, consistency }: Topology): number {
  const params = configure(replication.params)
  const { atOrigin, maxAgeNs, servesStale, revalidateNs } = readRules(params, consistency)
  if (atOrigin) return 0
  const graceNs = Math.max(revalidateNs, servesStale ? params.serveStaleNs : 0)
  return msOfNs(Math.min(maxAgeNs, Math.max(params.ttlNs, params.negativeTtlNs) + graceNs)) * (1 + DRIFT_MAX)
}

/** What the checkers say of what a topology of caches asks for, and of the bound that its times to live put on staleness. */
export function ttlCacheProblems(history: History, topology: Topology): string[] {
  const { consistency, clients } = topology
  const boundMs = stalenessBoundMs(topology)
  const problems: string[] = []
  const lagMs = metricsOf(history).staleness.timeLagMs.max ?? 0
  if (lagMs > boundMs) problems.push(`a read was ${lagMs} ms stale, the bound is ${boundMs} ms`)
  // A retry that goes another way may come twice in a history, though it was done once.
  if (clients.some(({ retry }) => retry.max > 0)) return problems
  const level = consistency.read === 'linearizable' ? consistency.read : `bounded-staleness:${boundMs}`
  const names = new Set<string>([level, ...consistency.session])
  if (consistency.read !== 'bounded-staleness') names.add(consistency.read)
  const operations = operationsOf(history)
  for (const name of names) {
    const verdict = checkerNamed(name)?.check(operations, STEPS_MAX)
    if (verdict?.status === 'violated') problems.push(`${name} is violated: ${verdict.evidence.sentence}`)
  }
  return problems
}
