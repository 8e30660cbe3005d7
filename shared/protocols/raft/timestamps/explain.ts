import type { Params, ReadRules } from '../config.ts'

/** How reads at timestamps are answered, in a sentence; null where reads have none. */
export function timestampSentence(params: Params, rules: ReadRules): string | null {
  if (rules.path === 'snapshot') return snapshotSentence(params, rules)
  if (!rules.stampsReads) return null
  if (params.timestamps === 'hybrid') {
    return 'The replica asked gives the read a timestamp of its hybrid clock; the leader answers at once while its lease lasts, and takes a version up to maxClockOffsetMs later for one that was there before (the read moves up to it).'
  }
  const first = "The replica asked gets a timestamp from the leader's oracle, in one round trip; then "
  switch (rules.path) {
    case 'follower-index':
      return `${first}it learns the leader's commit index and answers with the state at the timestamp once it has applied so far.`
    case 'index':
      return `${first}the leader makes sure by a round of heartbeats that it still leads, and answers with the state at the timestamp.`
    default:
      return `${first}the leader answers with the state at the timestamp while its lease lasts.`
  }
}

function snapshotSentence({ timestamps, staleReads }: Params, { isStale }: ReadRules): string {
  const safe =
    'once the leader has promised to write nothing more there, by its heartbeats or when asked, and the replica has applied what there is.'
  if (!isStale) return `The replica asked reads at the latest that now can be, ${safe}`
  const at =
    timestamps === 'hybrid'
      ? 'as far back as the bound allows, less the offset of clocks'
      : 'as far back as the bound allows'
  const newest =
    staleReads === 'newest' ? ', or at the newest timestamp that it can read at without waiting' : ''
  return `The replica asked reads ${at}${newest}, ${safe}`
}

/** What writes pay for timestamps; null where there are none. */
export function writeSentence({ timestamps }: Params): string | null {
  switch (timestamps) {
    case 'none':
      return null
    case 'commit-wait':
      return 'A write becomes visible, and is answered, when its timestamp has certainly passed: no sooner than twice the clock uncertainty.'
    case 'hybrid':
      return 'A write bears the timestamp of the replica asked, moved up beyond later versions, later reads and closed timestamps.'
    case 'oracle':
      return 'A write asks the oracle twice, for its start and for its commit.'
  }
}
