import type { PlaceId } from '../../plan/types.ts'
import type { Input, LocalInstant, Outbox } from '../contract.ts'
import { onUpdates } from './delivery.ts'
import { commit, onPersisted } from './durable.ts'
import {
  heardFrom,
  HEARTBEAT,
  onAck,
  onHeartbeat,
  onHeartbeatTimer,
  sendHeartbeats,
  startHeartbeats,
} from './gossip.ts'
import { onState } from './incoming.ts'
import type { Message } from './messages.ts'
import type { Models } from './models.ts'
import { onShip, SHIP } from './replication.ts'
import { DEADLINE, onDeadline, onRequest, releaseWaiters } from './requests.ts'
import type { Rules } from './rules.ts'
import { turnOf } from './state.ts'
import type { State, Turn } from './state.ts'
import { onStateAck } from './transfer.ts'

/** Facts that metrics are made of. */
const COUNTED = ['conflict', 'lost-update', 'skew-lost'] as const

/** The step of a protocol that is made of these rules. */
export function createStep(rules: Rules, models: Models) {
  return (state: State, at: LocalInstant, input: Input<Message>, out: Outbox<Message>): void => {
    const turn = turnOf(state, at, out, rules, models)
    switch (input.type) {
      case 'message':
        onMessage(turn, input.from, input.body)
        break
      case 'request':
        onRequest(turn, input.opId, input.op, input.session)
        break
      case 'persisted':
        onPersisted(state, input.writeId)
        break
      case 'timer':
        onTimer(turn, input.name)
        break
      case 'members':
      case 'range':
        // Asked only of strategies whose members change, or whose ranges split.
        break
      case 'start':
        // So that a run without any says that there were none.
        for (const kind of COUNTED) out.note({ kind, count: 0 })
        // A leader that comes back must know that it does, even if it had taken nothing before.
        commit(turn, [], [])
        if (state.members.length < 2) break
        startHeartbeats(turn)
        sendHeartbeats(turn, true)
        break
    }
  }
}

function onMessage(turn: Turn, from: PlaceId, body: Message): void {
  const position = turn.state.members.indexOf(from)
  heardFrom(turn, position)
  switch (body.kind) {
    case 'multi-leader.updates':
      onUpdates(turn, from, body)
      releaseWaiters(turn)
      break
    case 'multi-leader.ack':
      onAck(turn, position, body)
      break
    case 'multi-leader.heartbeat':
      onHeartbeat(turn, from, body)
      break
    case 'multi-leader.state':
      onState(turn, from, body)
      releaseWaiters(turn)
      break
    case 'multi-leader.stateAck':
      onStateAck(turn, position, body)
      break
  }
}

function onTimer(turn: Turn, name: string): void {
  switch (name) {
    case HEARTBEAT:
      onHeartbeatTimer(turn)
      break
    case SHIP:
      onShip(turn)
      break
    case DEADLINE:
      onDeadline(turn)
      break
  }
}
