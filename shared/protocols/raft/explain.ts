import type { Mechanism } from '../../topology/strategy.ts'
import type { Topology } from '../../topology/types.ts'
import { seenWords } from '../positions.ts'
import { configure, readRules } from './config.ts'
import type { ReadRules } from './config.ts'
import { timestampSentence, writeSentence } from './timestamps/explain.ts'

/** By what means a topology's consistency is kept, in a sentence each. */
export function explain({ replication, consistency }: Topology): Mechanism {
  const params = configure(replication.params)
  const rules = readRules(params, consistency)
  const sentences = [timestampSentence(params, rules) ?? readSentence(rules), writeSentence(params)]
  return { read: sentences.filter((each) => each !== null).join(' '), partition: partitionSentence(rules) }
}

function readSentence(rules: ReadRules): string | null {
  switch (rules.path) {
    case 'log':
      return 'A read is an entry of the log, like a write.'
    case 'index':
      return 'The leader notes its commit index, makes sure by a round of heartbeats that it still leads, and answers once it has applied so far.'
    case 'lease':
      return 'The leader answers at once while its lease lasts: a majority has promised to elect no other.'
    case 'follower-index':
      return "The replica asked learns the leader's commit index, confirmed by a round of heartbeats, and answers once it has applied so far."
    case 'bounded':
      return 'The replica asked answers if it had everything committed so long ago; else it asks the leader how far it must have applied.'
    case 'snapshot':
      return null
    case 'local': {
      const seen = seenWords(rules)
      return seen === ''
        ? 'The replica asked answers from what it has applied, which is a prefix of the log.'
        : `The replica asked answers once it has applied the log position that the session has ${seen} up to.`
    }
  }
}

function partitionSentence({ answersCutOff, path }: ReadRules): string {
  if (answersCutOff)
    return 'Replicas without a leader answer reads from what they have, however old, as far as that satisfies the session; writes need a majority.'
  if (path === 'snapshot')
    return 'Replicas without a majority answer reads at timestamps at which they are safe, which they soon are at none within the bound; everything else waits for a leader until its time is over, and fails for certain.'
  return 'Replicas without a majority answer nothing: requests wait for a leader until their time is over, and fail for certain.'
}
