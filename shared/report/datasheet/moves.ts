import { assert } from '../../base/assert.ts'
import { msOfNs, nsOfMs } from '../../base/time.ts'
import type { History } from '../../history/types.ts'
import { clientIndexOf } from '../../metrics/clients.ts'
import { stalenessOf } from '../../metrics/staleness.ts'
import { countOf, formatBytes, formatCount, formatMs, formatPercent } from '../numbers.ts'
import { COURSE } from './course.ts'
import type { ObservedProbe } from './derive.ts'
import { worstOf } from './guarantees.ts'
import type { Move, MoveFinding, Newcomer, PlannedMove } from './move-types.ts'
import { MOVES } from './moving.ts'
import { experienceOf, lostUntil, sessionsOf } from './observe.ts'
import type { Datasheet, Experience, Rebalancing, Subject } from './types.ts'

/** What a replica more costs: by the placement, and as measured where replicas can join while the topology runs. */
export function rebalancingOf(
  { rebalancing: moved, newcomer }: Pick<Subject, 'rebalancing' | 'newcomer'>,
  moving: ObservedProbe | undefined,
  unmoved: ObservedProbe | undefined,
): Datasheet['rebalancing'] {
  const placed = placedSentence(moved)
  if ('reason' in newcomer || moving === undefined || unmoved === undefined) {
    const reason = 'reason' in newcomer ? ` Not measured: ${newcomer.reason}` : ''
    return { moved, sentence: placed + reason, measured: null }
  }
  const measured = moveFinding(newcomer, moving, unmoved)
  return { moved, sentence: `${placed} ${measuredSentence(measured)}`, measured }
}

function placedSentence(moved: Rebalancing | null): string {
  if (moved === null)
    return 'There is one shard, so that nothing moves from replica to replica when one is added: it gets a copy of all, or stands in.'
  const { scheme, movedFraction, idealFraction, movedCopiesFraction } = moved
  // The textbook's rule, by which shard i is replica i modulo n's, is not how anybody moves shards under load.
  const modulo = scheme === 'hash' ? ' While it runs whole shards move instead, as few as they can.' : ''
  return (
    `When a replica joins, ${formatPercent(movedFraction)} of the keys get another owner (${scheme}; ` +
    `${formatPercent(idealFraction)} would do), and ${formatPercent(movedCopiesFraction)} of all copies move.${modulo}`
  )
}

function moveFinding(newcomer: Newcomer, moving: ObservedProbe, unmoved: ObservedProbe): MoveFinding {
  const { probe, report, history } = moving
  assert(history !== null && unmoved.history !== null, () => `"${probe.name}" left no history to judge`)
  const [with_, without] = [history, unmoved.history].map(watched)
  return {
    probe: probe.name,
    title: probe.title,
    replica: newcomer.id,
    like: newcomer.like,
    moves: newcomer.moves.map((planned) => {
      const atMs = planned.kind === 'join' ? MOVES.joinAtMs : MOVES.leaveAtMs
      const doneAfterMs = doneAfter(history, planned, atMs)
      const overMs = Math.max(WATCHED_MS_MIN, doneAfterMs ?? TIME_MS)
      return {
        ...planned,
        doneAfterMs,
        ...streamedBy(history, newcomer.id, planned.kind),
        overMs,
        during: with_(atMs, overMs),
        without: without(atMs, overMs),
      }
    }),
    linearizable: worstOf('linearizable', [report]) ?? 'undecided',
    linearizableWithout: worstOf('linearizable', [unmoved.report]) ?? 'undecided',
    lost: lostUntil(history, nsOfMs(MOVES.judgedFromMs)),
  }
}

/** Each move has so long until the next, or until reads tell what is lost. */
const TIME_MS = MOVES.leaveAtMs - MOVES.joinAtMs
/** A shorter time has too few operations for a percentile. */
const WATCHED_MS_MIN = 2_000

/** What all clients of a run saw during so many ms from an instant. */
function watched(history: History): (atMs: number, forMs: number) => Experience {
  const { verdicts } = stalenessOf(history, clientIndexOf(history), null)
  const isOurs = sessionsOf(
    history,
    history.places.map(({ name }) => name),
  )
  return (atMs, forMs) => {
    const toMs = atMs + forMs
    const span = { fromNs: nsOfMs(atMs), toNs: nsOfMs(toMs), answeredByNs: nsOfMs(toMs + COURSE.givenUpMs) }
    return experienceOf(history, verdicts, { isOurs, ...span })
  }
}

/** By the operator's notes, one for each shard whose replicas have become what they were to be. */
export function doneAfter(
  { notes }: Pick<History, 'notes'>,
  { shards }: Pick<PlannedMove, 'shards'>,
  atMs: number,
): number | null {
  const [fromNs, toNs] = [nsOfMs(atMs), nsOfMs(atMs + TIME_MS)]
  const moved = notes.filter(({ kind, timeNs }) => kind === 'moved' && timeNs >= fromNs && timeNs < toNs)
  return moved.length < shards ? null : Math.max(0, ...moved.map(({ timeNs }) => msOfNs(timeNs - fromNs)))
}

/** Who joins copies, and when it leaves the others do. */
export function streamedBy(
  { facts, places }: Pick<History, 'facts' | 'places'>,
  replica: string,
  kind: PlannedMove['kind'],
): Pick<Move, 'streamedKeys' | 'streamedBytes'> {
  const isTheirs = (place: number): boolean => (places[place].name === replica) === (kind === 'join')
  const sum = (fact: string): number =>
    Array.from(facts.get(fact) ?? []).reduce(
      (total, count, place) => (isTheirs(place) ? total + count : total),
      0,
    )
  return { streamedKeys: sum('streamed'), streamedBytes: sum('streamed-bytes') }
}

function measuredSentence({ replica, like, moves, lost, ...verdicts }: MoveFinding): string {
  const told = moves.map((move) => moveWords(move, replica, like))
  const { linearizable, linearizableWithout } = verdicts
  const order =
    linearizable === 'violated' && linearizableWithout === 'holds'
      ? ' What was answered is not linearizable, as it is where nobody joins.'
      : ''
  const writes =
    lost.judgedKeys === 0
      ? 'Whether writes were lost could not be judged.'
      : lost.lost === 0
        ? `No acknowledged write was lost (${formatCount(lost.judgedKeys)} keys judged).`
        : `${countOf(lost.lost, 'acknowledged write was', 'acknowledged writes were')} lost.`
  return `${told.join(' ')}${order} ${writes}`
}

function moveWords(
  { kind, doneAfterMs, streamedKeys, streamedBytes, keys }: Move,
  name: string,
  like: string,
) {
  const who =
    kind === 'join' ? `Measured: ${name}, a replica like ${like}, joined under load;` : `When it left again,`
  const done =
    doneAfterMs === null
      ? `not all was where it was to be ${formatMs(TIME_MS)} later`
      : `all was where it was to be within ${formatMs(doneAfterMs)}`
  const copied =
    keys === 0
      ? 'nothing had to move'
      : `${formatCount(streamedKeys)} values (${formatBytes(streamedBytes)}) went over the links`
  return `${who} ${done}, and ${copied}.`
}
