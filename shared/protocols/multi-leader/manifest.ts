import type { Manifest } from '../contract.ts'
import { check } from './check.ts'
import { explain } from './explain.ts'
import { KINDS } from './messages.ts'
import { PARAMS } from './params.ts'

export const manifest: Manifest = {
  id: 'multi-leader',
  title: 'Multi-leader (CouchDB, BDR, circular replication)',
  summary:
    'Every replica takes reads and writes, answers at once, and tells the others later. Writes that did not know of ' +
    'one another conflict, and are resolved alike everywhere.',
  roles: ['leader', 'hub'],
  params: PARAMS,
  kinds: KINDS,
  order: 'ordered',
  tokens: 'session',
  facts: [
    {
      kind: 'conflict',
      label: 'Conflicts',
      help: 'Pairs of writes to one key at different leaders, neither of which knew of the other.',
    },
    {
      kind: 'lost-update',
      label: 'Lost updates',
      help: 'Acknowledged writes that a concurrent write with a greater timestamp wiped out.',
    },
    {
      kind: 'skew-lost',
      label: 'Lost to a slow clock',
      help: 'Acknowledged writes whose timestamp was below that of the version that they replaced.',
    },
    { kind: 'duplicate', label: 'Duplicates dropped', help: 'Updates that came a second time.' },
    { kind: 'held', label: 'Held back', help: 'Updates that came before what they depend on, and waited.' },
    { kind: 'resent', label: 'Sent again', help: 'Times that a leader sent unconfirmed updates again.' },
    {
      kind: 'relayed',
      label: 'Passed on',
      help: "Times that a leader passed on another's updates that had got stuck.",
    },
    {
      kind: 'state-sent',
      label: 'States sent',
      help: 'Whole states sent to leaders that had missed more than the log holds.',
    },
    { kind: 'state-merged', label: 'States merged', help: 'Whole states that a leader took in.' },
    {
      kind: 'tombstone-collected',
      label: 'Tombstones collected',
      help: 'Deletions forgotten once all leaders were known to have them.',
    },
    {
      kind: 'session-waited',
      label: 'Waited for the session',
      help: "Operations that waited until their session's past had arrived.",
    },
    {
      kind: 'cut-off',
      label: 'Refused, cut off',
      help: 'Operations refused by a leader that heard of no majority.',
    },
  ],
  check,
  explain,
}
