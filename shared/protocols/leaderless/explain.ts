import type { Mechanism } from '../../topology/strategy.ts'
import type { Topology } from '../../topology/types.ts'
import { accessOf } from './access.ts'
import { configure } from './config.ts'

/** By what means a topology's consistency is kept, in a sentence each. */
export function explain({ replication, consistency }: Topology): Mechanism {
  const { reads } = accessOf(configure(replication.params), consistency.read)
  const { r } = replication.params as { r: number }
  return {
    read: readSentence(reads, r, consistency),
    partition:
      consistency.onPartition === 'consistency'
        ? 'A coordinator that reaches too few members of a key declines; the side with enough of them goes on.'
        : 'A coordinator that reaches any member answers with what it has and accepts writes; what conflicts is resolved after the heal.',
  }
}

function readSentence(
  reads: ReturnType<typeof accessOf>['reads'],
  r: number,
  { read, session }: Topology['consistency'],
): string {
  switch (reads) {
    case 'abd':
      return 'A read asks a quorum, and writes the newest version back to one before it answers (Attiya, Bar-Noy and Dolev).'
    case 'serial':
      return 'A read is a round of Paxos for its key, which completes what an earlier one has left half done.'
    case 'quorum': {
      const newest = `The newest of ${r === 1 ? 'the first reply' : `${r} replies`}`
      return read === 'eventual' && session.length === 0
        ? `${r === 1 ? 'The first reply' : newest} is the answer.`
        : `${r === 1 ? 'The first reply' : newest}; where that is older than what the session has seen of the key, all its members are asked.`
    }
  }
}
