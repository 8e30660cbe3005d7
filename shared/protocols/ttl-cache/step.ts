import type { PlaceId } from '../../plan/types.ts'
import type { Input, LocalInstant, Outbox } from '../contract.ts'
import { isDoubled } from '../sessions.ts'
import { expire } from './copies.ts'
import { CHECK, onCheck, onFill } from './fetches.ts'
import type { Message } from './messages.ts'
import { onAsk as onAskAtOrigin, onCommand, onPersisted } from './origin.ts'
import { FORWARDS, onAsk, onForwardReply, onForwardsDue, onRequest } from './requests.ts'
import type { Rules } from './rules.ts'
import type { State, Turn } from './state.ts'
import { askWarm, onAskWarm, onWarm } from './warm.ts'

/** Facts that figures are made of: a run without any says that there were none. */
const COUNTED = ['hit', 'miss', 'stale-answer'] as const

/** The step of a protocol that is made of these rules. */
export function createStep(rules: Rules) {
  return (state: State, at: LocalInstant, input: Input<Message>, out: Outbox<Message>): void => {
    const turn: Turn = { state, out, rules }
    const { origin } = state
    state.nowNs = at.monotonicNs
    state.served.length = 0
    switch (input.type) {
      case 'start':
        state.nextFetchId = at.wallNs
        for (const kind of COUNTED) out.note({ kind, count: 0 })
        if (origin === null && state.params.warmStart) askWarm(turn)
        break
      case 'request': {
        const { opId, op, session } = input
        if (isDoubled(state.lastOpOf, session.process, opId)) break
        if (origin === null) onRequest(turn, opId, op, session)
        else onCommand(turn, origin, { opId, op, ...session, via: null })
        break
      }
      case 'message':
        onMessage(turn, input.from, input.body)
        break
      case 'timer':
        if (input.name === CHECK) onCheck(turn)
        else if (input.name === FORWARDS) onForwardsDue(turn)
        break
      case 'persisted':
        if (origin !== null) onPersisted(origin, input.writeId)
        break
      case 'members':
      case 'range':
        break
    }
  }
}

function onMessage(turn: Turn, from: PlaceId, body: Message): void {
  const { origin } = turn.state
  switch (body.kind) {
    case 'ttl-cache.fetch':
      if (origin === null) onAsk(turn, from, body)
      else onAskAtOrigin(turn, origin, from, body)
      break
    case 'ttl-cache.fill':
      onFill(turn, from, body)
      break
    case 'ttl-cache.forward': {
      const { opId, op, process, sequence, token } = body
      if (origin === null || isDoubled(turn.state.lastOpOf, process, opId)) break
      onCommand(turn, origin, { opId, op, process, sequence, token, via: from })
      break
    }
    case 'ttl-cache.forwardReply':
      onForwardReply(turn, body)
      break
    case 'ttl-cache.warm':
      if (origin !== null) onAskWarm(turn, origin, from, body)
      break
    case 'ttl-cache.warmReply':
      onWarm(turn, body)
      break
    case 'ttl-cache.purge':
      expire(turn, body.key, body.version)
      break
  }
}
