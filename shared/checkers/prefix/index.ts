import type { Checker, Evidence, Operations, Verdict } from '../contract.ts'
import { listed } from '../../base/listed.ts'
import { clause, edge, evidence } from '../evidence/index.ts'
import { sequential } from '../sequential/index.ts'
import { splitProcesses } from './split.ts'
import type { Split } from './split.ts'

/** Operations told one by one; of larger violations only how many there are. */
const TOLD_MAX = 12

export const consistentPrefix: Checker = {
  name: 'consistent-prefix',
  title: 'Consistent prefix',
  definition:
    'There is one order of all writes, in which those of a session follow one another and what it had read; every session reads from ever longer prefixes of it. A session may miss its own writes, other than those of a compare-and-set.',
  models: ['register', 'cas-register'],
  sources: [
    'Terry: "Replicated Data Consistency Explained through Baseball", CACM 2013',
    'Burckhardt: "Principles of Eventual Consistency", 2014, section 5.4 (consistent prefix)',
    'Gibbons, Korach: "Testing Shared Memories", SIAM J. Comput. 1997 (what remains is sequential consistency)',
  ],
  check,
}

/** What is sequential has the prefix property; what is not may still have it, with reads set free from own writes. */
function check(ops: Operations, stepsMax: number): Verdict {
  if (ops.siblings.size > 0)
    return {
      status: 'undecided',
      reason: 'some reads returned several values at once, which no prefix of one order of writes holds',
      figures: {},
    }
  if (sequential.check(ops, Math.ceil(stepsMax / 4)).status === 'holds')
    return { status: 'holds', figures: { method: 'sequential' } }
  const parts = splitProcesses(ops)
  const verdict = sequential.check(parts.ops, stepsMax)
  if (verdict.status !== 'violated') return verdict
  return { ...verdict, evidence: translated(ops, parts, verdict.evidence) }
}

/** The evidence about the original's operations. */
function translated(ops: Operations, { ops: split, original, tokens }: Split, found: Evidence): Evidence {
  const rowOf = (row: number): number => original[row]
  const rows = new Set(found.operations.map(rowOf).filter((row) => row !== -1))
  const edges = found.edges
    .filter(({ from, to }) => rowOf(from) !== -1 && rowOf(to) !== -1)
    .map(({ from, to, kind, text }) => edge(rowOf(from), rowOf(to), kind, text))
  // A token in the proof stands for the read and the write of one session that it joins.
  const used = new Set<number>()
  for (const row of found.operations) if (rowOf(row) === -1) used.add(split.key[row] - ops.keyCount)
  for (const token of used) {
    const [before, after] = tokens[token]
    rows.add(before).add(after)
    if (before !== after) edges.push(edge(before, after, 'process', 'came before it in the same process'))
  }
  const told =
    rows.size > TOLD_MAX
      ? `these ${rows.size} operations`
      : listed([...rows].sort((a, b) => a - b).map((row) => clause(ops, row)))
  return evidence(`no one order of the writes explains all of ${told}`, rows, {
    anomaly: found.anomaly,
    edges,
    legalPrefix: found.legalPrefix.map(rowOf).filter((row) => row !== -1),
    cycle: found.cycle.map(rowOf).filter((row) => row !== -1),
  })
}
