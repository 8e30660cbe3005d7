import type { Manifest } from '../contract.ts'
import { check, warn } from './check.ts'
import { explain } from './explain.ts'
import { KINDS } from './messages.ts'
import { PARAMS } from './params.ts'

export const manifest: Manifest = {
  id: 'raft',
  title: 'Raft (etcd, Consul, CockroachDB, TiKV)',
  summary:
    'An elected leader puts every write into a log and answers once a majority has it on disk. Reads are ' +
    'linearizable through the leader, or cheaper and older at any replica. A minority cannot write.',
  roles: ['leader', 'follower', 'candidate', 'learner'],
  changesMembers: true,
  splitsRanges: true,
  params: PARAMS,
  kinds: KINDS,
  order: 'ordered',
  tokens: 'session',
  facts: [
    { kind: 'pre-vote', label: 'Pre-votes', help: 'Replicas that asked whether they would win an election.' },
    { kind: 'campaign', label: 'Elections begun', help: 'Replicas that stood for election in a new term.' },
    { kind: 'elected', label: 'Elections won', help: 'Replicas that became the leader.' },
    {
      kind: 'stepped-down',
      label: 'Leaders gone',
      help: 'Leaders that learned of a later term, lost touch with the majority, or left the group.',
    },
    { kind: 'transfer', label: 'Leadership transfers', help: 'Times a leader set out to hand over.' },
    { kind: 'split', label: 'Range splits', help: 'Ranges that were split in two.' },
    { kind: 'merge', label: 'Range merges', help: 'Ranges that went to their left neighbours.' },
    {
      kind: 'indivisible',
      label: 'Ranges that cannot be split',
      help: 'Ranges with too much load, and no key that halves it.',
    },
    {
      kind: 'leader-moves',
      label: 'Leaders moved by load',
      help: 'Times that the operator of ranges had another replica lead.',
    },
    { kind: 'members-changed', label: 'Membership changes', help: 'Changes that a leader began.' },
    {
      kind: 'streamed',
      label: 'Values streamed',
      help: 'Values that newcomers got in a snapshot, or as entries of the log, until they were level.',
    },
    { kind: 'streamed-bytes', label: 'Bytes streamed', help: 'The size of the messages that brought them.' },
    {
      kind: 'change-refused',
      label: 'Changes refused',
      help: 'Membership changes that came at the wrong time or asked for something unsound.',
    },
    { kind: 'snapshot', label: 'Snapshots', help: 'Snapshots made, each in place of a part of the log.' },
    { kind: 'snapshot-sent', label: 'Snapshots sent', help: 'Snapshots sent to followers too far behind.' },
    { kind: 'snapshot-installed', label: 'Snapshots installed', help: 'Snapshots that a follower adopted.' },
    {
      kind: 'commit-wait',
      label: 'Commit waits',
      help: 'Times that entries had a majority and waited for their timestamps to pass.',
    },
    {
      kind: 'uncertainty-restart',
      label: 'Uncertainty restarts',
      help: 'Reads that moved up to a version which may have been there before they began.',
    },
    {
      kind: 'snapshot-read',
      label: 'Reads at safe times',
      help: 'Reads at a timestamp that the replica asked answered without asking anybody.',
    },
    {
      kind: 'timestamps-asked',
      label: 'Questions to the oracle',
      help: 'Messages that asked for timestamps, each for all requests that waited for one.',
    },
    {
      kind: 'write-conflict',
      label: 'Writes begun anew',
      help: 'Writes that came when a later version, or a later read, was there already.',
    },
    {
      kind: 'clock-refused',
      label: 'Clocks too far ahead',
      help: 'Requests refused because their timestamp was further ahead than clocks may be.',
    },
    {
      kind: 'cut-off-read',
      label: 'Reads while cut off',
      help: 'Reads answered by a replica that had no leader, from what it had.',
    },
  ],
  check,
  warn,
  explain,
}
