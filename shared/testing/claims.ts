import type { Checker } from '../checkers/contract.ts'
import { operationsOf } from '../checkers/operations/index.ts'
import { checkerNamed } from '../checkers/registry.ts'
import type { History } from '../history/types.ts'
import { accessOf } from '../protocols/leaderless/access.ts'
import type { Params } from '../protocols/leaderless/config.ts'
import type { Topology } from '../topology/types.ts'

/** A checker that takes longer is left undecided, which is no violation. */
const STEPS_MAX = 2_000_000

/**
 * What the checkers say of a topology's claims ; besides, compare-and-sets together with SERIAL reads are
 * linearizable at any level.
 */
export function leaderlessProblems(history: History, topology: Topology): string[] {
  const { consistency, replication, workload } = topology
  const params = replication.params as unknown as Params
  const { isAtomic, reads } = accessOf(params, consistency.read)
  const isOnlySwaps =
    workload.kind === 'mix' && workload.mix.read + workload.mix.compareAndSet === 1 && reads === 'serial'
  return isAtomic || isOnlySwaps
    ? claimProblems(history, { ...topology, consistency: { ...consistency, read: 'linearizable' } })
    : []
}

/**
 * What the checkers say of the consistency that a topology asks for: its level, if that is one of sessions or causal, and
 * its session guarantees. Empty where none is violated. A retry may write a value twice, which checkers of registers
 * rightly take for a violation, so runs with retries are not judged. Nor are single guarantees of sessions where nobody says
 * which version is newer: the checkers then go by causality, which takes all four of them.
 */
export function claimProblems(history: History, { consistency, clients, replication }: Topology): string[] {
  if (clients.some(({ retry }) => retry.max > 0)) return []
  if (history.order === 'dotted' && consistency.read !== 'causal') return []
  const operations = operationsOf(history)
  const names = [consistency.read, ...consistency.session].flatMap((name) =>
    name === 'causal' && replication.params['conflicts'] === 'last-writer-wins'
      ? [name, 'causal-convergent']
      : [name],
  )
  const problems: string[] = []
  for (const name of new Set<string>(names)) {
    const checker: Checker | undefined = checkerNamed(name)
    if (checker === undefined || !checker.models.includes(operations.model)) continue
    const verdict = checker.check(operations, STEPS_MAX)
    if (verdict.status === 'violated') problems.push(`${name} is violated: ${verdict.evidence.sentence}`)
  }
  return problems
}
