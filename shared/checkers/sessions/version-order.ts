import { FUNCTIONS, NO_RANK, OUTCOME } from '../contract.ts'
import type { Evidence, Operations } from '../contract.ts'
import { processEdge, story } from '../causal/words.ts'
import { edge, evidence } from '../evidence/index.ts'
import { isWrite } from '../causal/write-index.ts'
import type { SessionGuarantee } from './guarantee.ts'

const READ = FUNCTIONS.indexOf('read')

/** Which earlier operation of the session on the key binds which later one. */
const BINDS: Readonly<Record<SessionGuarantee, { earlier: 'read' | 'write'; later: 'read' | 'write' }>> = {
  'read-your-writes': { earlier: 'write', later: 'read' },
  'monotonic-reads': { earlier: 'read', later: 'read' },
  'monotonic-writes': { earlier: 'write', later: 'write' },
  'writes-follow-reads': { earlier: 'read', later: 'write' },
}

/**
 * For records that know the version order: two operations of a session on one key of which the later made or returned
 * an older version than the earlier, or null. O(n).
 */
export function rankViolation(
  ops: Operations,
  ranks: Uint32Array,
  guarantee: SessionGuarantee,
): Evidence | null {
  const { earlier, later } = BINDS[guarantee]
  const highest = new Map<number, number>()
  for (let row = 0; row < ops.count; row++) {
    const reads = ops.f[row] === READ
    if (ops.status[row] !== OUTCOME.ok || ranks[row] === NO_RANK || !(reads || isWrite(ops, row))) continue
    const kind = reads ? 'read' : 'write'
    const at = ops.process[row] * ops.keyCount + ops.key[row]
    const before = highest.get(at)
    if (kind === later && before !== undefined && ranks[row] < ranks[before])
      return rankEvidence(ops, guarantee, before, row)
    if (kind === earlier && (before === undefined || ranks[row] > ranks[before])) highest.set(at, row)
  }
  return null
}

function rankEvidence(ops: Operations, guarantee: SessionGuarantee, before: number, row: number): Evidence {
  const what = BINDS[guarantee].later === 'read' ? 'an older version' : 'a version that is ordered before it'
  return evidence(`${story(ops, [before, row])}, ${what}`, [before, row], {
    anomaly: guarantee,
    edges: [
      processEdge(ops, before, row),
      edge(row, before, 'version-order', 'its version is the older one'),
    ],
    cycle: [before, row],
  })
}
