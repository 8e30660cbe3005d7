import { operationsOf } from '../checkers/operations/index.ts'
import { checkerNamed } from '../checkers/registry.ts'
import type { History } from '../history/types.ts'
import { configure, isLossless } from '../protocols/single-leader/config.ts'
import type { Topology } from '../topology/types.ts'

/** A checker that takes longer is left undecided, which is no violation. */
const STEPS_MAX = 2_000_000
/** Clocks of random runs drift by less than this together. */
const DRIFT_MAX = 0.02

/**
 * What the checkers say of what a topology with one leader asks for. Where a failover may lose acknowledged writes only
 * causality and sessions are promised, and there is no one order of the writes that were lost and those that were kept.
 */
export function singleLeaderProblems(
  history: History,
  { consistency, replication, clients }: Topology,
): string[] {
  // Checkers of registers take a value that a retry wrote twice, before and after a lost write, for a violation.
  if (clients.some(({ retry }) => retry.max > 0)) return []
  const params = configure(replication.params)
  const isSafe =
    isLossless(params) && (consistency.onPartition === 'consistency' || params.failover === 'off')
  const boundMs = Number(replication.params['maxStalenessMs']) * (1 + DRIFT_MAX)
  const level = consistency.read === 'bounded-staleness' ? `bounded-staleness:${boundMs}` : consistency.read
  const names = new Set<string>([level, ...consistency.session, ...(isSafe ? ['acknowledged-writes'] : [])])
  const operations = operationsOf(history)
  const problems: string[] = []
  for (const name of names) {
    const verdict = checkerNamed(name)?.check(operations, STEPS_MAX)
    if (verdict?.status === 'violated') problems.push(`${name} is violated: ${verdict.evidence.sentence}`)
  }
  return problems
}
