import { readsFrom, INITIAL } from '../causal/reads-from.ts'
import { OUTCOME } from '../contract.ts'
import type { Checker, Operations, Verdict } from '../contract.ts'
import { clause, edge, evidence, realTime } from '../evidence/index.ts'
import { finalReads, isMutation } from './quiet.ts'

/** Lost updates in the plain sense: what was confirmed is gone, though nothing came after it. */
export const acknowledgedWrites: Checker = {
  name: 'acknowledged-writes',
  title: 'Acknowledged writes survive',
  definition:
    'When it has not been written for a while, a key holds no write that had ended before another, acknowledged write of the key began.',
  models: ['register', 'cas-register'],
  sources: [
    'Kingsbury: "Call Me Maybe" (Jepsen), 2013: writes that were acknowledged and are gone after the heal',
  ],
  check: judge,
}

/** An acknowledged write that is gone: rows of the write, of what was kept instead (`INITIAL` for the beginning), of the read. */
export interface LostWrite {
  readonly write: number
  readonly kept: number
  readonly read: number
}

/** Every acknowledged write that is gone, by key, and how many keys could be judged. */
export function lostWrites(ops: Operations): { acknowledged: number; judged: number; lost: LostWrite[] } {
  const rf = readsFrom(ops)
  const reads = finalReads(ops)
  const writes: number[][] = Array.from({ length: ops.keyCount }, () => [])
  let acknowledged = 0
  for (let row = 0; row < ops.count; row++) {
    if (!isMutation(ops, row) || ops.status[row] !== OUTCOME.ok || rf.writes[row] === 0) continue
    writes[ops.key[row]].push(row)
    acknowledged++
  }
  const lost: LostWrite[] = []
  let judged = 0
  for (let key = 0; key < ops.keyCount; key++) {
    // The last word on a key; where several values are left, one of them will do.
    const read = reads[key].at(-1)
    if (read === undefined || writes[key].length === 0) continue
    const kept = [rf.writer[read], ...(rf.others.get(read) ?? [])].filter((row) => row >= INITIAL)
    if (kept.length === 0) continue
    judged++
    for (const write of writes[key]) {
      const isGone = kept.every((row) => row === INITIAL || ops.endedAt[row] < ops.invokedAt[write])
      if (isGone) lost.push({ write, kept: kept[0], read })
    }
  }
  return { acknowledged, judged, lost }
}

function judge(ops: Operations): Verdict {
  const { acknowledged, judged, lost } = lostWrites(ops)
  const figures = { acknowledgedWrites: acknowledged, judgedKeys: judged, lostWrites: lost.length }
  if (lost.length > 0) {
    const { write, kept, read } = lost[0]
    const rows = [write, kept, read].filter((row) => row >= 0)
    const others = lost.length === 1 ? '' : `; ${lost.length - 1} more writes were lost`
    const edges = [edge(read, write, 'anti-dependency', 'the write was never overwritten, and yet not seen')]
    if (kept >= 0)
      edges.push(edge(kept, read, 'reads-from', 'the read found this write'), realTime(ops, kept, write))
    const sentence = `${clause(ops, write)}, which was acknowledged, and yet in the end ${clause(ops, read)}${others}`
    return {
      status: 'violated',
      evidence: evidence(sentence, rows, { anomaly: 'lost write', edges }),
      figures,
    }
  }
  if (judged === 0 && acknowledged > 0)
    return {
      status: 'undecided',
      reason: 'no key was read when it had not been written for some seconds',
      figures,
    }
  return { status: 'holds', figures }
}
