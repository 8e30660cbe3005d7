import { join } from 'node:path'
import { administer, leaveLog, termsOf } from '../../testing/raft-cluster.ts'
import type { Raft } from '../../testing/raft-cluster.ts'
import { fieldsOf, placeOf, testTranscripts } from '../../testing/transcripts.ts'
import { protocol } from './index.ts'
import { lastIndex } from './log.ts'
import { configurationOf } from './state.ts'

/**
 * Golden transcripts (see shared/testing/transcripts.ts). Commands of Raft's own:
 *
 *   log PLACE TERM,TERM,… [term=T]   the log that leaders of those terms have left at a place, which is in term T
 *   transfer PLACE to=PLACE · members PLACE voters=0,1,2 learners=3
 *   show                       each replica that is up: role, term, commit index, terms of its log, voters
 */

const numbers = (text: string | undefined) =>
  text === undefined || text === '' ? [] : text.split(',').map(Number)

testTranscripts(join(import.meta.dirname, 'testdata'), {
  protocol,
  params: { campaignAtStart: false },
  commands: {
    log: (raft, [place, terms, ...words]) => {
      const { term } = fieldsOf(words)
      const last = numbers(terms).at(-1)
      leaveLog(
        raft as unknown as Raft,
        placeOf(raft, place),
        numbers(terms),
        term === undefined ? last : Number(term),
      )
      raft.log.length = 0
    },
    transfer: (raft, [place, ...words]) => {
      const to = placeOf(raft, fieldsOf(words)['to'] ?? '')
      administer(raft as unknown as Raft, placeOf(raft, place), { type: 'transfer', to })
    },
    members: (raft, [place, ...words]) => {
      const { voters, learners } = fieldsOf(words)
      const change = { type: 'members', voters: numbers(voters), learners: numbers(learners) } as const
      administer(raft as unknown as Raft, placeOf(raft, place), change)
    },
    show: (raft) => {
      for (const place of raft.members) {
        if (!raft.isUp(place)) continue
        const state = raft.state(place)
        const { voters, outgoing } = configurationOf(state)
        const group = `voters ${voters.join()}${outgoing.length > 0 ? ` and ${outgoing.join()}` : ''}`
        const log = termsOf(raft as unknown as Raft, place).join(' ')
        const base = state.log.offset > 0 ? `…${state.log.offset} ` : ''
        const upTo = `commit ${state.commitIndex} of ${lastIndex(state.log)}`
        raft.log.push(`r${place} ${state.role}, term ${state.term}, ${upTo}, log ${base}${log}, ${group}`)
      }
    },
  },
  shorten: (line) =>
    line
      .replace(
        /\{term (\d+), op \{([^}]*)\}, process -?\d+, sequence \d+\}/g,
        (_, term: string, op: string) => {
          const field = (name: string) => new RegExp(`\\b${name} (\\w+)`).exec(op)?.[1] ?? ''
          return `${term}:${field('f')} k${field('key')}=${field('value')}`
        },
      )
      .replace(/\{term (\d+), process 0, sequence 0\}/g, '$1:first')
      .replace(/\{term (\d+), process 0, sequence 0, configuration (\{[^}]*\})\}/g, '$1:$2'),
})
