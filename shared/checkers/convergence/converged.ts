import { NS_PER_MS } from '../../base/time.ts'
import type { Checker, Evidence, Operations, ReplicaStates, Verdict } from '../contract.ts'
import { clause, evidence } from '../evidence/index.ts'
import { GRACE_MS, finalReads, READS_GRACE_MS, quietFrom } from './quiet.ts'

/** Eventual convergence, judged by the replicas' sampled states where the record has them, and by the last reads. */
export const convergence: Checker = {
  name: 'convergence',
  title: 'Convergence',
  definition: `When no write or fault has disturbed them for ${GRACE_MS / 1000} s, all replicas that are up hold the same state; once a key has not been written for ${READS_GRACE_MS / 1000} s, all its reads return the same.`,
  models: ['register', 'cas-register', 'counter', 'set', 'append-list', 'kv'],
  sources: [
    'Terry et al.: "Managing Update Conflicts in Bayou", SOSP 1995 (eventual consistency)',
    'Shapiro, Preguiça, Baquero, Zawirski: "Conflict-Free Replicated Data Types", SSS 2011 (strong convergence)',
  ],
  check: judge,
}

function judge(ops: Operations): Verdict {
  const quiet = quietFrom(ops)
  const undecided = (reason: string): Verdict => ({ status: 'undecided', reason, figures: {} })
  if (quiet === Infinity)
    return undecided('a fault that keeps replicas apart lasted to the end of the record')
  const divided = dividedRead(ops)
  if (divided !== null) {
    if (ops.hasTimes) return { status: 'violated', evidence: divided, figures: {} }
    return undecided(
      'the last reads differ, but the record has no times to tell how long nothing was written',
    )
  }
  const states = ops.replicas ?? null
  if (states === null)
    return finalReads(ops).some((reads) => reads.length > 1)
      ? { status: 'holds', figures: {} }
      : undecided(
          `the record has no states of replicas, and no two reads of a key after ${READS_GRACE_MS / 1000} s of quiet`,
        )
  return judgeStates(states, quiet)
}

function judgeStates(states: ReplicaStates, quiet: number): Verdict {
  const division = lastDivision(states)
  if (typeof division === 'number')
    return { status: 'holds', figures: { convergedAfterMs: Math.max(0, division - quiet) / NS_PER_MS } }
  const quietMs = (states.endedAt - quiet) / NS_PER_MS
  const { shard, one, other } = division
  const told = `${states.names[one]} and ${states.names[other]} hold different states of shard ${shard}`
  const figures = { quietMs }
  if (quietMs < GRACE_MS)
    return {
      status: 'undecided',
      reason: `${told}, but the record ends ${quietMs} ms after the last disturbance`,
      figures,
    }
  return {
    status: 'violated',
    evidence: evidence(`${told} ${quietMs} ms after the last write or fault`, [], { anomaly: 'divergence' }),
    figures,
  }
}

interface Division {
  readonly shard: number
  readonly one: number
  readonly other: number
}

/** Two replicas that are up and differ in the samples `from` up to `to`, all of one instant; null if there are none. */
function divisionIn(
  { replica, shard, up, digest }: ReplicaStates,
  from: number,
  to: number,
): Division | null {
  const first = new Map<number, number>()
  for (let sample = from; sample < to; sample++) {
    if (up[sample] === 0) continue
    const known = first.get(shard[sample])
    if (known === undefined) first.set(shard[sample], sample)
    else if (digest[known] !== digest[sample])
      return { shard: shard[sample], one: replica[known], other: replica[sample] }
  }
  return null
}

/** How the replicas differ at the last instant, or since when they do not. */
function lastDivision(states: ReplicaStates): Division | number {
  const { at, count } = states
  let since = Infinity
  for (let to = count; to > 0;) {
    let from = to
    while (from > 0 && at[from - 1] === at[to - 1]) from--
    const division = divisionIn(states, from, to)
    if (division !== null) return to === count ? division : since
    since = at[to - 1]
    to = from
  }
  return since
}

/** Two reads of a key that differ although all had long been quiet. */
function dividedRead(ops: Operations): Evidence | null {
  for (const reads of finalReads(ops)) {
    const other = reads.find((row) => contentOf(ops, row) !== contentOf(ops, reads[0]))
    if (other === undefined) continue
    const told = `${clause(ops, reads[0])}, and ${clause(ops, other)}`
    const sentence = `${told}, though nothing had been written there for ${READS_GRACE_MS / 1000} s before either`
    return evidence(sentence, [reads[0], other], { anomaly: 'divergence' })
  }
  return null
}

/** What a read returned, to compare. */
function contentOf(ops: Operations, row: number): string {
  if (ops.model === 'counter') return String(ops.amount[row])
  if (ops.model === 'set' || ops.model === 'append-list') return [...ops.lists[ops.result[row]]].join(' ')
  return [...(ops.siblings.get(row) ?? [ops.result[row]])].sort((a, b) => a - b).join(' ')
}
