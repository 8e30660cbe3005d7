import type { Mechanism } from '../../topology/strategy.ts'
import type { Topology } from '../../topology/types.ts'
import { sessionRules } from './config.ts'

/** By what means a topology's consistency is kept, in a sentence each. */
export function explain({ consistency }: Topology): Mechanism {
  const rules = sessionRules(consistency)
  const reads = waits('a read waits', rules.readsWaitForWrites, rules.readsWaitForReads)
  const writes = waits('a write waits', rules.writesWaitForWrites, rules.writesWaitForReads)
  const clauses = [reads, writes].filter((clause) => clause !== '')
  return {
    read:
      clauses.length === 0
        ? 'Any leader answers at once from what it has.'
        : `${capital(clauses.join(', and '))}; updates take effect in causal order at every leader.`,
    partition:
      consistency.onPartition === 'availability'
        ? 'Every leader goes on with reads and writes; what conflicts is resolved after the heal.'
        : 'A leader that has heard of no majority for a while refuses reads and writes, so that conflicts across the cut end there.',
  }
}

function waits(head: string, forWrites: boolean, forReads: boolean): string {
  const seen = [forWrites ? 'written' : '', forReads ? 'read' : ''].filter((each) => each !== '')
  return seen.length === 0
    ? ''
    : `${head} until the leader asked has what the session has ${seen.join(' and ')}`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
