import type { Manifest } from '../contract.ts'
import { check } from './check.ts'
import { explain } from './explain.ts'
import { KINDS } from './messages.ts'
import { PARAMS } from './params.ts'

export const manifest: Manifest = {
  id: 'leaderless',
  title: 'Leaderless (Dynamo, Cassandra, Riak)',
  summary:
    'Any replica takes reads and writes. A write goes to all n replicas of a key and is done once w confirm it; a ' +
    'read takes the newest of r replies. Repair in the background brings stragglers up to date.',
  roles: ['replica'],
  params: PARAMS,
  kinds: KINDS,
  order: 'ordered',
  tokens: 'key',
  changesMembers: true,
  facts: [
    {
      kind: 'read-repair',
      label: 'Read repairs',
      help: 'Replicas that a read found behind and brought up to date.',
    },
    {
      kind: 'speculative-retry',
      label: 'Speculative retries',
      help: 'Reads that asked one more replica after waiting.',
    },
    {
      kind: 'downgraded',
      label: 'Downgraded',
      help: 'Operations answered with fewer replies than r or w ask for.',
    },
    {
      kind: 'unavailable',
      label: 'Unavailable',
      help: 'Operations refused at once: too few replicas seemed up.',
    },
    {
      kind: 'sloppy-write',
      label: 'Sloppy writes',
      help: 'Writes that went to a stand-in for a member that seemed down.',
    },
    {
      kind: 'hint-stored',
      label: 'Hints stored',
      help: 'Writes kept for a member that did not confirm them.',
    },
    { kind: 'hint-replayed', label: 'Hints delivered', help: 'Hints that their owner has confirmed.' },
    {
      kind: 'hint-dropped',
      label: 'Hints dropped',
      help: 'Hints beyond the window or the bound; repair must heal these.',
    },
    {
      kind: 'anti-entropy',
      label: 'Anti-entropy cells',
      help: 'Cells that a comparison of hash trees made a replica adopt.',
    },
    {
      kind: 'write-back',
      label: 'ABD write-backs',
      help: 'Linearizable reads that stored what they found at w replicas before they returned.',
    },
    {
      kind: 'paxos-contention',
      label: 'Ballots overtaken',
      help: "Transactions that paused because another one's ballot was newer.",
    },
    {
      kind: 'paxos-repair',
      label: 'Proposals finished',
      help: 'Transactions that first finished what another one had left half done.',
    },
    {
      kind: 'cas-mismatch',
      label: 'Mismatches',
      help: 'Compare-and-sets that found another value than they expected.',
    },
    {
      kind: 'streamed',
      label: 'Keys streamed',
      help: 'Keys that newcomers copied from members.',
    },
    { kind: 'streamed-bytes', label: 'Bytes streamed', help: 'The size of the messages that brought them.' },
    {
      kind: 'stale-map',
      label: 'Requests with an old map',
      help: 'Requests declined because the members have changed; they are made again.',
    },
    {
      kind: 'source-lost',
      label: 'Sources given up',
      help: 'Members that fell silent while a newcomer copied from them.',
    },
    { kind: 'move-waits', label: 'Moves that wait', help: 'Newcomers that found nobody to copy from.' },
    {
      kind: 'tombstone-collected',
      label: 'Tombstones collected',
      help: 'Deletions forgotten after the grace time.',
    },
  ],
  check,
  explain,
}
