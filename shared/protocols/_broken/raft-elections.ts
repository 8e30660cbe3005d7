import { protocol as raft } from '../raft/index.ts'
import type { DurableImage } from '../raft/durable.ts'
import { configurationOf, NOBODY } from '../raft/state.ts'
import { isVoter, membersOf } from '../raft/quorum.ts'
import type { PlantedBug } from './planted-bug.ts'
import { ELECTIONS, VOTES } from './raft-habitats.ts'
import { RAFT_PAPER } from './sources.ts'
import { hearing, remembering } from './wrap.ts'

/** Two leaders of one term soon have different entries at one index, and then different stores. */
const CAUGHT_BY = [
  'election safety',
  'votes are cast once',
  'log matching',
  'leader completeness',
  'state machine safety',
  'an assertion',
  'linearizable',
  'log order',
]

const votesNotDurable = remembering(raft, (durable, record, sound) => {
  const image = sound(durable, record)
  image.votedFor = NOBODY
  return image
})

/** A vote that was written after its term, and waits for the next write to reach the disk. */
type WithLateVote = DurableImage & { lateVote?: number }

const termAndVoteApart = remembering(raft, (durable, record, sound) => {
  const image: WithLateVote = sound(durable, record)
  if ((record as { type: string }).type === 'hard') {
    const vote = image.votedFor
    image.votedFor = NOBODY
    image.lateVote = vote
  } else if (image.lateVote !== undefined) {
    image.votedFor = image.lateVote
    delete image.lateVote
  }
  return image
})

const votesInsteadOfVoters = hearing(raft, (input, state) => {
  if (input.type !== 'message' || input.body.kind !== 'raft.requestVoteReply') return input
  const isSecond = input.body.isGranted && state.role === 'candidate' && state.votes.has(input.from)
  if (!isSecond) return input
  const configuration = configurationOf(state)
  const other = membersOf(configuration).find(
    (place) => isVoter(configuration, place) && !state.votes.has(place),
  )
  return other === undefined ? input : { ...input, from: other }
})

const staleVote = hearing(raft, (input, state) => {
  if (input.type !== 'message' || input.body.kind !== 'raft.requestVoteReply') return input
  return input.body.isGranted && input.body.term < state.term
    ? { ...input, body: { ...input.body, term: state.term } }
    : input
})

const anyLogWins = hearing(raft, (input) =>
  input.type === 'message' && input.body.kind === 'raft.requestVote'
    ? { ...input, body: { ...input.body, lastTerm: Number.MAX_SAFE_INTEGER } }
    : input,
)

export const ELECTION_BUGS: readonly PlantedBug[] = [
  {
    id: 'raft/votes-not-durable',
    sentence: 'A voter forgets in a crash whom it voted for, and votes again in the same term.',
    source: `${RAFT_PAPER}, figure 2: votedFor is persistent state`,
    protocol: votesNotDurable,
    habitat: VOTES,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/term-and-vote-apart',
    sentence: 'Term and vote are two writes, and answers wait for the first of them only.',
    source: `${RAFT_PAPER}, figure 2`,
    protocol: termAndVoteApart,
    habitat: VOTES,
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/votes-instead-of-voters',
    sentence: 'A candidate counts votes, so that a vote that the network doubled counts twice.',
    source: `${RAFT_PAPER}, §5.2: votes from a majority of the servers`,
    protocol: votesInsteadOfVoters,
    habitat: {
      ...ELECTIONS,
      replicas: [5, 5],
      link: { oneWay: { dist: 'uniform', min: 5, max: 40 }, duplicatePpm: 300_000 },
    },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/stale-vote',
    sentence: 'A vote given in an earlier term counts in the present one.',
    source: `${RAFT_PAPER}, figure 2: candidates count votes of their own term`,
    protocol: staleVote,
    habitat: { ...ELECTIONS, link: { oneWay: { dist: 'uniform', min: 10, max: 120 } } },
    caughtBy: CAUGHT_BY,
  },
  {
    id: 'raft/any-log-wins',
    sentence: 'Voters do not compare logs, so that a leader may lack committed entries.',
    source: `${RAFT_PAPER}, §5.4.1`,
    protocol: anyLogWins,
    habitat: ELECTIONS,
    caughtBy: CAUGHT_BY,
  },
]
