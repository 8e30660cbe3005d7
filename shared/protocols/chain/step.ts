import { unreachable } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Input, LocalInstant, Outbox } from '../contract.ts'
import { leave, sendConfiguration, adopt } from './adopt.ts'
import { onDurable, persist, persistUpdates } from './durable.ts'
import { onJoin, onSnapshotAck, pump, restartFeeds, tickFeeds } from './feed.ts'
import { commit } from './history.ts'
import { onGrant, onHeartbeat, sendHeartbeats } from './leases.ts'
import {
  acceptDeferred,
  DEFERRED,
  onAccept,
  onAccepted,
  onPrepare,
  onPromise,
  oversee,
  PROPOSE,
} from './masters.ts'
import type { Message } from './messages.ts'
import { onVersionQuery, onVersionReply } from './reads.ts'
import { afterDurable, onAck, onSnapshot, onUpdates, sendAck } from './receive.ts'
import { onForward, onRequest, releaseHeld, releaseWaiting, sweep } from './requests.ts'
import type { Rules } from './rules.ts'
import { isNode } from './state.ts'
import type { State, Turn } from './state.ts'

const TICK = 'tick'

export function createStep(
  rules: Rules,
): (state: State, at: LocalInstant, input: Input<Message>, out: Outbox<Message>) => void {
  return (state, at, input, out) => {
    state.nowNs = at.monotonicNs
    const turn: Turn = { state, out, rules }
    const durableSeq = state.durableSeq
    switch (input.type) {
      case 'message':
        onMessage(turn, input.from, input.body)
        break
      case 'request': {
        const { opId, op, session } = input
        const { process, sequence, token } = session
        const deadlineNs = state.nowNs + state.params.requestTimeoutNs
        onRequest(turn, { opId, op, process, sequence, token, isForwarded: false, deadlineNs })
        break
      }
      case 'persisted':
        onDurable(turn, input.writeId)
        afterDurable(turn, durableSeq)
        break
      case 'timer':
        onTimer(turn, input.name)
        break
      case 'members':
      case 'range':
        // Asked only of strategies whose members change, or whose ranges split.
        break
      case 'start':
        onStart(turn)
        break
    }
    settle(turn)
  }
}

function onStart(turn: Turn): void {
  const { state } = turn
  state.life++
  persist(turn, { type: 'life', life: state.life, sessionsMax: state.params.sessionsMax })
  // A crash may have come between the news that it was left out and what followed from it.
  if (!isNode(state)) leave(turn)
  restartFeeds(turn)
  onTick(turn)
}

function onTick(turn: Turn): void {
  const { state, out } = turn
  const { heartbeatNs } = state.params
  out.arm(TICK, heartbeatNs, heartbeatNs)
  oversee(turn)
  sendHeartbeats(turn)
  tickFeeds(turn)
  sweep(turn)
}

function onTimer(turn: Turn, name: string): void {
  const { mastery } = turn.state
  switch (name) {
    case TICK:
      onTick(turn)
      break
    case DEFERRED: {
      const waitNs = acceptDeferred(turn)
      if (waitNs > 0) turn.out.arm(DEFERRED, waitNs, waitNs)
      break
    }
    case PROPOSE:
      if (mastery !== null) mastery.isBackingOff = false
      oversee(turn)
      break
  }
}

function onMessage(turn: Turn, from: PlaceId, body: Message): void {
  switch (body.kind) {
    case 'chain.update':
      onUpdates(turn, from, body)
      break
    case 'chain.ack':
      onAck(turn, from, body)
      break
    case 'chain.snapshot':
      onSnapshot(turn, from, body)
      break
    case 'chain.snapshotAck':
      onSnapshotAck(turn, from, body)
      break
    case 'chain.join':
      onJoin(turn, from, body)
      break
    case 'chain.versionQuery':
      onVersionQuery(turn, from, body)
      break
    case 'chain.versionReply':
      onVersionReply(turn, from, body)
      break
    case 'chain.forward':
      onForward(turn, body)
      break
    case 'chain.heartbeat':
      onHeartbeat(turn, from, body)
      break
    case 'chain.grant':
      onGrant(turn, from, body)
      break
    case 'chain.prepare':
      onPrepare(turn, from, body)
      break
    case 'chain.promise':
      onPromise(turn, from, body)
      break
    case 'chain.accept':
      onAccept(turn, from, body)
      break
    case 'chain.accepted':
      onAccepted(turn, from, body)
      break
    case 'chain.configuration':
      adopt(turn, body.ballot, body.configuration)
      break
    case 'chain.askConfiguration':
      sendConfiguration(turn, from)
      break
    default:
      unreachable(body)
  }
}

/** What follows from a step, in order: what was put off, then the disk, the chain in both directions, and the clients. */
function settle(turn: Turn): void {
  const { state } = turn
  const { loopback } = state
  for (
    let own = loopback.peek();
    own !== undefined && own.after <= state.durableUpTo;
    own = loopback.peek()
  ) {
    loopback.shift()
    onMessage(turn, state.self, own.body)
  }
  persistUpdates(turn)
  commit(turn)
  // Not before: a new tail has yet to commit what it has.
  releaseHeld(turn)
  persistUpdates(turn)
  sendAck(turn)
  pump(turn)
  if (state.waiting.length > 0) releaseWaiting(turn)
}
