import type { Manifest } from '../contract.ts'
import { check, warn } from './check.ts'
import { explain } from './explain.ts'
import { KINDS } from './messages.ts'
import { PARAMS } from './params.ts'

export const manifest: Manifest = {
  id: 'single-leader',
  title: 'Single leader (PostgreSQL, MySQL)',
  summary:
    'One leader takes all writes and ships its log to followers, which answer reads. Writes wait for followers or not; ' +
    'when the leader is gone a follower is promoted, or nobody is.',
  roles: ['leader', 'follower', 'witness'],
  params: PARAMS,
  kinds: KINDS,
  order: 'ordered',
  tokens: 'session',
  changesMembers: true,
  facts: [
    { kind: 'candidacy', label: 'Candidacies', help: 'Followers that asked to take over.' },
    { kind: 'promoted', label: 'Promotions', help: 'Followers that became the leader.' },
    { kind: 'stepped-down', label: 'Leaders gone', help: 'Leaders that learned of a later one.' },
    {
      kind: 'degraded',
      label: 'Degradations',
      help: 'Times that semi-synchronous replication gave up waiting.',
    },
    {
      kind: 'restored',
      label: 'Restorations',
      help: 'Times that followers had caught up and it waited again.',
    },
    {
      kind: 'discarded-write',
      label: 'Writes discarded',
      help: 'Writes that a former leader threw away to follow.',
    },
    { kind: 'lost-write', label: 'Writes lost', help: 'Those of them that it knew to be acknowledged.' },
    {
      kind: 'rewound',
      label: 'Rewinds',
      help: 'Replicas whose log went back to where it left the leader’s.',
    },
    { kind: 'copy-sent', label: 'Copies begun', help: 'Full copies that a leader began to send.' },
    { kind: 'streamed', label: 'Keys copied', help: 'Keys of the copies that standbys began with.' },
    { kind: 'streamed-bytes', label: 'Bytes copied', help: 'The size of the messages that brought them.' },
    { kind: 'rebuilt', label: 'Rebuilds', help: 'Replicas that a full copy replaced.' },
    {
      kind: 'past-lost',
      label: 'Sessions refused',
      help: 'Operations refused since what their session had seen was lost.',
    },
    {
      kind: 'cut-off-read',
      label: 'Reads while cut off',
      help: 'Reads answered by a replica without a leader.',
    },
  ],
  check,
  warn,
  explain,
}
