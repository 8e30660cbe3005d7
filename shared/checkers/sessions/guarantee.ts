import type { Evidence, EvidenceEdge } from '../contract.ts'
import { addWitnesses } from '../causal/evidence.ts'
import type { CausalView } from '../causal/evidence.ts'
import type { Pasts } from '../causal/pasts.ts'
import { pathBetween } from '../causal/path.ts'
import { edgesOf, processEdge, sessionOf, sourceEdge, story } from '../causal/words.ts'
import { edge, evidence, valueWords } from '../evidence/index.ts'

export type SessionGuarantee =
  'read-your-writes' | 'monotonic-reads' | 'monotonic-writes' | 'writes-follow-reads'

/** A record, and the causal order of the writes of each key. */
export interface CausalRecord extends CausalView {
  readonly pasts: Pasts
}

/**
 * A read that returned something older than a write it owed: `owed` is a write of the read's key, and `because` are the
 * rows, in order, that make the session owe it.
 */
export interface Debt {
  readonly read: number
  readonly owed: number
  readonly because: readonly number[]
  /** The read did return `owed`, but saw it for the first time after what must follow it. */
  readonly late: boolean
}

/** All writes that a row returned; none where it returned the initial value. */
export function sourcesOf({ rf }: CausalView, row: number): readonly number[] {
  const first = rf.writer[row]
  if (first < 0) return []
  const others = rf.others.get(row)
  return others === undefined ? [first] : [first, ...others]
}

/** Whether everything that the row returned is causally older than the write. */
export function isOlder(record: CausalRecord, read: number, write: number): boolean {
  return sourcesOf(record, read).every((source) => record.pasts.precedes(source, write))
}

const LATE: Readonly<Record<SessionGuarantee, string>> = {
  'read-your-writes': '',
  'monotonic-reads': '',
  'monotonic-writes': 'and so saw the writes of one session in the wrong order',
  'writes-follow-reads': 'and so saw a write before what its session had read',
}

const REASONS: Readonly<Record<SessionGuarantee, string>> = {
  'read-your-writes': 'which its own write had replaced',
  'monotonic-reads': 'which is older than what it had read before',
  'monotonic-writes':
    'which is older than a write that its author made before another one, seen by this session',
  'writes-follow-reads':
    'which is older than what the author of a write seen by this session had read before making it',
}

export function debtEvidence(record: CausalRecord, guarantee: SessionGuarantee, debt: Debt): Evidence {
  const { ops, rf, chains } = record
  const { read, owed, because } = debt
  const rows = new Set<number>([read, owed, ...because])
  const edges: EvidenceEdge[] = []
  const chain = [owed, ...because.filter((row) => row !== owed), read]
  for (let i = 1; i < chain.length; i++) {
    const [from, to] = [chain[i - 1], chain[i]]
    if (sourcesOf(record, to).includes(from)) edges.push(sourceEdge(ops, from, to))
    else if (ops.process[from] === ops.process[to]) edges.push(processEdge(ops, from, to))
  }
  for (const source of sourcesOf(record, read)) {
    const path = source === owed ? [] : (pathBetween(ops, rf, chains, source, owed) ?? [])
    for (const { from, to } of path) rows.add(from).add(to)
    edges.push(...edgesOf(ops, path))
    edges.push(sourceEdge(ops, source, read))
  }
  if (debt.late) {
    const told = story(ops, [...new Set([owed, ...because, read])])
    return evidence(`${told}, ${LATE[guarantee]}`, addWitnesses(record, rows), { anomaly: guarantee, edges })
  }
  const value = valueWords(ops, ops.value[owed])
  edges.push(
    edge(read, owed, 'anti-dependency', `what ${sessionOf(ops, read)} read comes causally before ${value}`),
  )
  const told = story(ops, [...new Set([owed, ...because, read])])
  return evidence(`${told}, ${REASONS[guarantee]}`, addWitnesses(record, rows), {
    anomaly: guarantee,
    edges,
  })
}
