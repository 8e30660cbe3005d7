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
    case 'tail':
      return 'The tail answers, which has what every node of the chain has.'
    case 'apportioned':
      return 'Any node with a lease answers if it holds one version of the key; with several it asks the tail which is committed.'
    case 'bounded':
      return 'Any node answers with its committed version if no newer one was on its way so short a time ago; else it asks the tail.'
    case 'newest':
      return 'Any node answers with the newest version it has, committed or not.'
    case 'limited':
      return 'Any node answers with the newest version it has, committed or not, within limits of time and number.'
    case 'committed': {
      const seen = seenWords(rules)
      return seen === ''
        ? 'Any node answers with its committed version.'
        : `Any node answers with its committed version, once everything is committed there that the session has ${seen}.`
    }
  }
}

function partitionSentence({ answersCutOff }: ReadRules): string {
  if (answersCutOff)
    return 'Replicas without a lease answer reads with what is committed there; writes need the head, the masters and every node of the chain.'
  return 'Replicas without a lease answer nothing: requests wait until their time is over, and fail for certain; writes need every node of the chain.'
}
