import type { Manifest } from '../contract.ts'
import { check, warn } from './check.ts'
import { explain } from './explain.ts'
import { KINDS } from './messages.ts'
import { PARAMS } from './params.ts'

export const manifest: Manifest = {
  id: 'chain',
  title: 'Chain replication with apportioned queries (CRAQ)',
  summary:
    'Writes enter at the head and pass every node to the tail, which confirms them. Any node answers linearizable reads ' +
    'of keys that are not being written; for others it asks the tail. One node that fails stops writes until it is left out.',
  roles: ['head', 'middle', 'tail', 'spare'],
  params: PARAMS,
  kinds: KINDS,
  order: 'ordered',
  tokens: 'session',
  redirects: 'by-operation',
  facts: [
    { kind: 'head-failed', label: 'Heads lost', help: 'Configurations without the former head.' },
    {
      kind: 'middle-failed',
      label: 'Middle nodes lost',
      help: 'Configurations without a node from the middle.',
    },
    { kind: 'tail-failed', label: 'Tails lost', help: 'Configurations without the former tail.' },
    { kind: 'joining', label: 'Newcomers', help: 'Replicas that entered as the new tail.' },
    {
      kind: 'joined',
      label: 'Newcomers settled',
      help: 'New tails that had all that was committed before them.',
    },
    { kind: 'state-sent', label: 'States sent', help: 'State transfers to replicas that lacked too much.' },
    { kind: 'state-installed', label: 'States installed', help: 'State transfers that a replica adopted.' },
    {
      kind: 'resent',
      label: 'Updates sent again',
      help: 'Updates of which the successor was not heard in time.',
    },
    { kind: 'clean-read', label: 'Clean reads', help: 'Linearizable reads that a node answered by itself.' },
    {
      kind: 'dirty-read',
      label: 'Version queries',
      help: 'Linearizable reads for which a node had to ask the tail, because a write of the key was under way.',
    },
    { kind: 'early-read', label: 'Early reads', help: 'Reads that may have returned what is not committed.' },
    {
      kind: 'cut-off-read',
      label: 'Reads while cut off',
      help: 'Reads answered by a replica without touch to the masters, from what it had.',
    },
  ],
  check,
  warn,
  explain,
}
