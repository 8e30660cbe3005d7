import { listed } from '../../base/listed.ts'
import { formatMs, formatPercent } from '../numbers.ts'
import type { GuaranteeResult } from '../types.ts'
import type { Pacelc, PacelcEvidence, PartitionFinding, Side, Visibility } from './types.ts'

/** A side that has settled goes on answering where it answers at least this share of what was tried there. */
export const ANSWERING = 0.9

type Status = GuaranteeResult['status'] | null

/** What the class is made of. */
export interface Findings {
  /** Replicas that hold a shard: the most of any shard. */
  copies: number
  /** Whether the topology claims one order of all operations for its reads, without claiming the latest. */
  claimsSequential: boolean
  partitions: readonly PartitionFinding[]
  visibility: Visibility
  /** Verdicts of the probes without faults. */
  linearizableInCalm: Status
  sequentialInCalm: Status
  linearizableUnderPartition: Status
  readBeyondNearestMs: number | null
  writeBeyondNearestMs: number | null
}

/**
 * The measured class (decision 50). Partition: A where each side of each partition went on answering, at the price of
 * linearizability if it answered reads alone; else C. Else: C where all was linearizable, or sequential where that is
 * what the topology claims; else L.
 */
export function pacelcOf(findings: Findings): Pacelc {
  const { copies, partitions } = findings
  const isSingle = copies < 2
  const isAvailable = !isSingle && partitions.length > 0 && isAvailableThroughout(findings)
  const isOrdered = findings.linearizableInCalm === 'holds' || keepsSequential(findings)
  const evidence: PacelcEvidence = {
    partition: isSingle ? SINGLE : partitionSentence(findings),
    else: isSingle ? SINGLE_ELSE : elseSentence(findings),
    sides: partitions.flatMap(({ probe, sides }) =>
      sides.map(({ label, settled }) => ({
        probe,
        label,
        readsAnswered: settled.reads.fraction,
        writesAnswered: settled.writes.fraction,
      })),
    ),
    linearizableUnderPartition: findings.linearizableUnderPartition,
    linearizableInCalm: findings.linearizableInCalm,
    sequentialInCalm: findings.sequentialInCalm,
    staleFractionInCalm: findings.visibility.staleFraction,
    readBeyondNearestMs: findings.readBeyondNearestMs,
    writeBeyondNearestMs: findings.writeBeyondNearestMs,
  }
  return {
    partition: isAvailable ? 'A' : 'C',
    else: isOrdered ? 'C' : 'L',
    cap: isSingle ? 'CA' : isAvailable ? 'AP' : 'CP',
    evidence,
  }
}

const SINGLE =
  'There is one copy of each key, so that no partition can come between replicas; clients that are cut off from it get no answer.'
const SINGLE_ELSE = 'There is one copy of each key, and nothing to agree on.'

function keepsSequential({ claimsSequential, sequentialInCalm }: Findings): boolean {
  return claimsSequential && sequentialInCalm === 'holds'
}

function isAvailableThroughout(findings: Findings): boolean {
  if (refusing(findings, 'reads').length > 0) return false
  return refusing(findings, 'writes').length === 0 || findings.linearizableUnderPartition === 'violated'
}

/** Sides that had settled and still did not answer. What nobody tried says nothing. */
function refusing({ partitions }: Findings, of: 'reads' | 'writes'): Side[] {
  const refuses = ({ settled }: Side): boolean => (settled[of].fraction ?? 1) < ANSWERING
  return partitions.flatMap(({ sides }) => sides.filter(refuses))
}

const ORDER_WORDS: Readonly<Record<'holds' | 'violated' | 'undecided', string>> = {
  holds: 'all that was answered is linearizable',
  violated: 'what was answered is not linearizable',
  undecided: 'whether what was answered is linearizable is undecided',
}

function partitionSentence(findings: Findings): string {
  if (findings.partitions.length === 0) return 'No partition can come between replicas that hold data.'
  const order = ORDER_WORDS[findings.linearizableUnderPartition ?? 'undecided']
  const [reads, writes] = [refusing(findings, 'reads'), refusing(findings, 'writes')]
  if (reads.length + writes.length === 0)
    return `Each side of each partition went on answering reads and writes; ${order}.`
  if (reads.length === 0) {
    const clauses = writes.map(
      (side) => `${side.label} answered ${formatPercent(side.settled.writes.fraction)} of the writes`,
    )
    return `Each side of each partition went on answering reads, though ${listed(clauses)}; ${order}.`
  }
  const clauses = [...new Set([...reads, ...writes])].map(
    ({ label, settled }) =>
      `${label} answered ${formatPercent(settled.reads.fraction)} of the reads and ${formatPercent(settled.writes.fraction)} of the writes`,
  )
  return `Once a partition had settled, ${listed(clauses)}; ${order}.`
}

function elseSentence(findings: Findings): string {
  const { linearizableInCalm, sequentialInCalm, visibility } = findings
  const stale =
    visibility.staleFraction === null ? '' : `, ${formatPercent(visibility.staleFraction)} of the reads stale`
  const price = [
    findings.readBeyondNearestMs === null ? '' : `a read ${formatMs(findings.readBeyondNearestMs)}`,
    findings.writeBeyondNearestMs === null ? '' : `a write ${formatMs(findings.writeBeyondNearestMs)}`,
  ].filter((text) => text !== '')
  const cost =
    price.length === 0
      ? ''
      : ` Where it is farthest, ${listed(price)} more than the round trip to the nearest replica takes.`
  if (linearizableInCalm === 'holds') return `Under contention in calm, all was linearizable.${cost}`
  if (keepsSequential(findings)) {
    return `Under contention in calm, all sessions saw one order of all operations, though some late${stale}.${cost}`
  }
  const judged =
    linearizableInCalm === 'violated' ? 'was not linearizable' : 'could not be shown to be linearizable'
  const weaker = sequentialInCalm === 'violated' ? ', nor sequential' : ''
  return `Under contention in calm, what was answered ${judged}${weaker}${stale}.${cost}`
}
