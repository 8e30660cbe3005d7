import type { Mechanism } from '../../topology/strategy.ts'
import type { Topology } from '../../topology/types.ts'
import { seenWords } from '../positions.ts'
import { configure, readRules } from './config.ts'
import type { ReadRules } from './config.ts'

/** By what means a topology's consistency is kept, in a sentence each. */
export function explain({ replication, consistency }: Topology): Mechanism {
  const rules = readRules(configure(replication.params), consistency)
  return { read: readSentence(rules), partition: partitionSentence(rules) }
}

function readSentence(rules: ReadRules): string {
  switch (rules.path) {
    case 'quorum-sync':
      return 'The server asked syncs first: the leader answers once a quorum has answered a ping that was sent after the sync came in.'
    case 'sync':
      return 'The server asked syncs first, as ZooKeeper does: the leader answers by itself once all that it had proposed is committed.'
    case 'bounded':
      return 'The server asked answers if a sync that a quorum confirmed began so short a time ago; else it syncs first.'
    case 'local': {
      const seen = seenWords(rules)
      return seen === ''
        ? 'The server asked answers from what it has applied, which is a prefix of the order of all writes.'
        : `The server asked answers once it has applied the zxid that the session has ${seen} up to.`
    }
  }
}

function partitionSentence({ answersCutOff }: ReadRules): string {
  if (answersCutOff)
    return "Servers without a leader answer reads from what they have, as in ZooKeeper's read-only mode; writes need a quorum."
  return 'Servers without a quorum answer nothing: requests wait for a leader until their time is over, and fail for certain.'
}
