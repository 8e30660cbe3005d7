import type { Mechanism } from '../../topology/strategy.ts'
import type { Topology } from '../../topology/types.ts'
import { accessOf } from './access.ts'
import { configure } from './config.ts'
import type { Params } from './config.ts'

/** By what means a topology's consistency is kept, in a sentence each. */
export function explain({ replication, consistency }: Topology): Mechanism {
  const params = configure(replication.params)
  const { reads } = accessOf(params, consistency.read)
  return {
    read: readSentence(reads, params, consistency),
    partition:
      consistency.onPartition === 'consistency'
        ? 'A coordinator that reaches too few members of a key declines; the side with enough of them goes on.'
        : 'A coordinator that reaches any member answers with what it has and accepts writes; what conflicts is resolved after the heal.',
  }
}

function readSentence(
  reads: ReturnType<typeof accessOf>['reads'],
  { r, w, readFanout, speculativeRetryNs }: Params,
  { read, session }: Topology['consistency'],
): string {
  switch (reads) {
    case 'abd':
      return `A read asks every member, takes ${r === 1 ? 'the first reply' : `the newest of the first ${r} replies`}, and sees to it that ${w} hold that before it answers (Attiya, Bar-Noy and Dolev).`
    case 'serial':
      return 'A read is a round of Paxos for its key, which completes what an earlier one has left half done.'
    case 'quorum': {
      const asked =
        readFanout === 'all' || speculativeRetryNs > 0
          ? ''
          : ` No more than ${r} ${r === 1 ? 'is' : 'are'} asked, so that one of them out of reach costs the read.`
      const newest = `The newest of ${r === 1 ? 'the first reply' : `${r} replies`}`
      return read === 'eventual' && session.length === 0
        ? `${r === 1 ? 'The first reply' : newest} is the answer.${asked}`
        : `${r === 1 ? 'The first reply' : newest}; where that is older than what the session has seen of the key, all its members are asked.${asked}`
    }
  }
}
