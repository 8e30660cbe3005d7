import type { Manifest } from '../contract.ts'
import { check, warn } from './check.ts'
import { explain } from './explain.ts'
import { KINDS } from './messages.ts'
import { PARAMS } from './params.ts'

export const manifest: Manifest = {
  id: 'zab',
  title: 'Zab (ZooKeeper)',
  summary:
    'A leader turns writes into a sequence of changes that a majority logs before any is applied. Every server answers ' +
    'reads from its own copy, in the order of the sequence; a session never goes back. A minority cannot write.',
  roles: ['leader', 'follower', 'observer', 'looking'],
  params: PARAMS,
  kinds: KINDS,
  order: 'ordered',
  tokens: 'session',
  facts: [
    { kind: 'election', label: 'Elections begun', help: 'Servers that began to look for a leader.' },
    { kind: 'elected', label: 'Leaders established', help: 'Leaders whose epoch a quorum took up.' },
    {
      kind: 'election-failed',
      label: 'Leaders that failed',
      help: 'Servers that were elected and gave up before a quorum had synchronised with them.',
    },
    { kind: 'stepped-down', label: 'Leaders gone', help: 'Leaders that lost the support of a quorum.' },
    { kind: 'leader-lost', label: 'Leaders lost', help: 'Followers and observers that left their leader.' },
    { kind: 'sync-diff', label: 'Syncs by difference', help: 'Servers that got what they lacked.' },
    {
      kind: 'sync-trunc',
      label: 'Syncs by truncation',
      help: 'Servers that had to drop transactions that were never committed.',
    },
    { kind: 'sync-snap', label: 'Syncs by snapshot', help: 'Servers too far behind, which got everything.' },
    { kind: 'snapshot', label: 'Snapshots', help: 'Snapshots made, each in place of a part of the log.' },
    {
      kind: 'cut-off-read',
      label: 'Reads in read-only mode',
      help: 'Reads answered by a server that followed no leader, from what it had.',
    },
    { kind: 'retransmission', label: 'Packets sent again', help: 'Packets that were lost, or late.' },
  ],
  check,
  warn,
  explain,
}
