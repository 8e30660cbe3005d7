import { assert } from '../../base/assert.ts'
import { Deque } from '../../base/deque.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Outbox } from '../contract.ts'
import { isOverfull, openChannel, transmit } from './channel.ts'
import { persist, persistEpoch } from './durable.ts'
import { lastIndex, lastZxid, zxidAt } from './log.ts'
import type { Txn } from './log.ts'
import { txnBytes } from './messages.ts'
import type { Message, Payload } from './messages.ts'
import { armTick, leaveRole, reset } from './roles.ts'
import { chunksOf, snapshotOf } from './snapshot.ts'
import { isVoter, nextLink, quorumOf } from './state.ts'
import type { Lead, Learner, State } from './state.ts'
import { zxidOf } from './zxid.ts'

/** The leader's side of phases 1 and 2: a new epoch, and the same history at a quorum. */

/** Becomes the leader that the election found, in name only until a quorum has synchronised with it. */
export function lead(state: State, out: Outbox<Message>): void {
  state.role = 'leading'
  state.lead = {
    phase: 'discovery',
    sinceNs: state.nowNs,
    epoch: 0,
    acceptWriteId: -1,
    counter: 0,
    learners: new Map(),
    round: 0,
    confirmedRound: 0,
    needsRound: false,
    syncs: new Deque(),
    pendingCells: new Map(),
    pendingSessions: new Map(),
  }
  state.writing.clear()
  state.loggedZxid = 0
  armTick(state, out)
}

/** A server connects; its earlier connection, if there is one, is over. */
export function admit(
  state: State,
  lead: Lead,
  from: PlaceId,
  link: number,
  body: Extract<Payload, { kind: 'zab.followerInfo' }>,
): Learner {
  const channel = openChannel(from, link, nextLink(state), state.nowNs)
  const learner: Learner = {
    place: from,
    channel,
    isObserver: !isVoter(state, from),
    acceptedEpoch: body.acceptedEpoch,
    stage: 'connected',
    isPromise: false,
    zxid: 0,
    acked: 0,
    told: 0,
    round: 0,
  }
  lead.learners.delete(from)
  const others = [...lead.learners.values()]
  lead.learners.clear()
  // Kept in the order of their places, in which messages leave.
  for (const each of [...others, learner].sort((a, b) => a.place - b.place))
    lead.learners.set(each.place, each)
  return learner
}

export function dropLearner(lead: Lead, learner: Learner, out: Outbox<Message>): void {
  reset(learner.channel, out)
  lead.learners.delete(learner.place)
}

export function votersAmong(lead: Lead, isCounted: (learner: Learner) => boolean): number {
  let count = 0
  for (const learner of lead.learners.values()) if (!learner.isObserver && isCounted(learner)) count++
  return count
}

/** Moves phases 1 and 2 on as far as what has arrived allows. */
export function advanceRecovery(state: State, lead: Lead, out: Outbox<Message>): void {
  if (lead.epoch === 0) chooseEpoch(state, lead, out)
  if (lead.epoch === 0) return
  if (isSuperseded(lead)) {
    leaveRole(state, out)
    return
  }
  for (const learner of lead.learners.values()) {
    if (learner.stage !== 'connected' || (learner.isObserver && lead.phase !== 'broadcast')) continue
    learner.stage = 'informed'
    transmit(state, learner.channel, { kind: 'zab.leaderInfo', epoch: lead.epoch }, out)
  }
  if (lead.phase === 'discovery') beginSynchronisation(state, lead, out)
  if (lead.phase === 'discovery') return
  for (const learner of lead.learners.values()) {
    if (learner.stage === 'promised') synchronise(state, lead, learner, out)
  }
}

/** l.1.1: an epoch later than any that a quorum has accepted. */
function chooseEpoch(state: State, lead: Lead, out: Outbox<Message>): void {
  if (votersAmong(lead, () => true) + 1 < quorumOf(state)) return
  let latest = state.acceptedEpoch
  for (const { acceptedEpoch } of lead.learners.values()) latest = Math.max(latest, acceptedEpoch)
  lead.epoch = latest + 1
  state.acceptedEpoch = lead.epoch
  lead.acceptWriteId = persist(state, { type: 'accept', epoch: lead.epoch }, out)
}

/**
 * A voter that promised itself to a later epoch, of a leader that failed, can never follow this one; a new election
 * takes it in again.
 */
function isSuperseded(lead: Lead): boolean {
  return votersAmong(lead, ({ acceptedEpoch }) => acceptedEpoch > lead.epoch) > 0
}

/** l.1.2: a quorum has promised. If one of them knows more, the election erred, and this server must not lead. */
export function onAckEpoch(
  state: State,
  lead: Lead,
  learner: Learner,
  body: Extract<Payload, { kind: 'zab.ackEpoch' }>,
  out: Outbox<Message>,
): void {
  assert(learner.stage === 'informed', () => `place ${learner.place} promised itself to no epoch`)
  const own = { epoch: state.currentEpoch, zxid: lastZxid(state.log) }
  const theirs = { epoch: body.currentEpoch, zxid: body.zxid }
  if (lead.phase === 'discovery' && body.isPromise && state.params.rules.isAhead(theirs, own)) {
    leaveRole(state, out)
    return
  }
  learner.stage = 'promised'
  learner.isPromise = body.isPromise
  learner.zxid = body.zxid
}

function beginSynchronisation(state: State, lead: Lead, out: Outbox<Message>): void {
  const { rules } = state.params
  const self = rules.mayAcknowledge(lead.acceptWriteId, state.durableUpTo) ? 1 : 0
  const promised = votersAmong(lead, ({ stage, isPromise }) => stage === 'promised' && isPromise)
  if (promised + self < quorumOf(state)) return
  lead.phase = 'synchronisation'
  persistEpoch(state, lead.epoch, out)
}

/** l.2.1: TRUNC, DIFF or SNAP, then NEWLEADER; proposals follow in the same channel. */
function synchronise(state: State, lead: Lead, learner: Learner, out: Outbox<Message>): void {
  const { log, params } = state
  const { channel } = learner
  learner.stage = 'receiving'
  const send = (payload: Payload) => transmit(state, channel, payload, out)
  const plan = params.rules.planSync(log, learner.zxid)
  let from: number
  if (plan.type === 'snap') {
    out.note({ kind: 'sync-snap' })
    sendSnapshot(state, send)
    from = state.store.applied
  } else {
    out.note({ kind: plan.truncTo === null ? 'sync-diff' : 'sync-trunc' })
    if (plan.truncTo !== null) send({ kind: 'zab.trunc', zxid: plan.truncTo })
    from = plan.index
  }
  // Observers hear of nothing that is not committed.
  const upTo = learner.isObserver ? state.committed : lastIndex(log)
  learner.told = upTo
  for (const txns of batchesOf(
    log.entries,
    from - log.offset,
    upTo - log.offset,
    params.snapshotChunkBytes,
  )) {
    send({ kind: 'zab.diff', txns })
  }
  send({ kind: 'zab.newLeader', epoch: lead.epoch })
}

function sendSnapshot(state: State, send: (payload: Payload) => void): void {
  const snapshot = snapshotOf(state.store)
  const { index, zxid } = snapshot
  const chunks = chunksOf(snapshot, state.params.snapshotChunkBytes)
  chunks.forEach(({ cells, sessions }, i) => {
    send({
      kind: 'zab.snap',
      index,
      zxid,
      cells,
      sessions,
      isFirst: i === 0,
      isLast: i === chunks.length - 1,
    })
  })
}

function* batchesOf(
  entries: readonly Txn[],
  from: number,
  to: number,
  bytesMax: number,
): Generator<readonly Txn[]> {
  let start = from
  let bytes = 0
  for (let position = from; position < to; position++) {
    bytes += txnBytes(entries[position])
    if (bytes < bytesMax && position + 1 < to) continue
    yield entries.slice(start, position + 1)
    start = position + 1
    bytes = 0
  }
}

/**
 * l.2.2: once a quorum, this server among it, has logged the history and the epoch, all of that history is committed.
 */
export function establish(state: State, lead: Lead, out: Outbox<Message>): void {
  if (lead.phase !== 'synchronisation') return
  const start = zxidOf(lead.epoch, 0)
  const own = state.loggedZxid >= start ? 1 : 0
  const logged = votersAmong(lead, ({ acked }) => acked >= start) + own
  if (logged < state.params.rules.establishedBy(state.voters.length)) return
  lead.phase = 'broadcast'
  state.committed = lastIndex(state.log)
  out.note({ kind: 'elected' })
}

/** Learners that have logged the history serve from now on, with everything that is committed. */
export function activate(state: State, lead: Lead, out: Outbox<Message>): void {
  if (lead.phase !== 'broadcast') return
  const start = zxidOf(lead.epoch, 0)
  for (const learner of lead.learners.values()) {
    // An observer that took its history up so slowly that the log no longer has what came since begins anew.
    const isPassed = learner.isObserver && learner.stage === 'receiving' && learner.told < state.log.offset
    if (isOverfull(learner.channel) || isPassed) {
      dropLearner(lead, learner, out)
      continue
    }
    if (learner.stage !== 'receiving' || learner.acked < start) continue
    learner.stage = 'active'
    // What was committed since an observer's history was sent follows as news.
    if (!learner.isObserver) learner.told = state.committed
    const zxid = zxidAt(state.log, learner.told)
    transmit(state, learner.channel, { kind: 'zab.upToDate', zxid }, out)
  }
}
