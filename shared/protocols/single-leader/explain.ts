import type { Mechanism } from '../../topology/strategy.ts'
import type { Topology } from '../../topology/types.ts'
import { seenWords } from '../positions.ts'
import { behaviourOf, configure } from './config.ts'
import type { Behaviour, Params } from './config.ts'

/** By what means a topology's consistency is kept, in a sentence each. */
export function explain({ replication, consistency }: Topology): Mechanism {
  const params = configure(replication.params)
  const behaviour = behaviourOf(params, consistency)
  return { read: readSentence(behaviour), partition: partitionSentence(behaviour, params) }
}

function readSentence(behaviour: Behaviour): string {
  const { readsAt, isBounded, needsLease } = behaviour
  if (readsAt === 'leader')
    return `The leader answers${needsLease ? ' under its lease' : ''}, from what it has confirmed.`
  if (isBounded)
    return 'A follower answers if it had everything acknowledged so long ago by its own clock; else the leader does.'
  const seen = seenWords(behaviour)
  const who = readsAt === 'followers' ? 'A follower' : 'The replica asked'
  return seen === ''
    ? `${who} answers at once from what it has applied.`
    : `${who} answers once it has applied the log position that the session has ${seen} up to.`
}

function partitionSentence({ answersCutOff, acks, degrades }: Behaviour, { failover }: Params): string {
  if (!answersCutOff) {
    const writes = acks > 0 ? 'synchronous writes wait for their followers, ' : ''
    const heir = failover === 'off' ? 'nobody is promoted' : 'only a follower that has all is promoted'
    return `Replicas that hear of no leader answer nothing; ${writes}${heir}.`
  }
  const writes = degrades ? ', and a leader without followers goes on alone' : ''
  const heir =
    failover === 'off'
      ? 'nobody is promoted, so writes need the leader'
      : 'the follower that has most among those that answer is promoted, which may lose acknowledged writes'
  return `Replicas that are cut off answer reads from what they have; ${heir}${writes}.`
}
