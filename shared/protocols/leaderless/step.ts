import type { PlaceId } from '../../plan/types.ts'
import type { Input, LocalInstant, Outbox } from '../contract.ts'
import {
  ANTI_ENTROPY,
  armAntiEntropy,
  onAntiEntropy,
  onLeafCells,
  onTreeReply,
  onTreeRequest,
} from './anti-entropy.ts'
import { armCollection, COLLECTION, onCollection } from './apply.ts'
import {
  expireRead,
  onReadAck,
  onRepairAck,
  reconsiderRead,
  speculate,
  startRead,
} from './coordinator-read.ts'
import { expireScan, onScanAck, startScan } from './coordinator-scan.ts'
import { expireWrite, onDurable, onWriteAck, reconsiderWrite, startWrite } from './coordinator-write.ts'
import { persist } from './durable.ts'
import { armReplay, HINT_REPLAY, onHintAck, onHintReplay, onReplayed } from './hints.ts'
import { heardFrom } from './liveness.ts'
import type { Message } from './messages.ts'
import { failure } from './outcomes.ts'
import { onHintedWrite, onRead, onRepair, onScan, onWrite } from './replica.ts'
import type { State } from './state.ts'
import { DEADLINE, onLimit, SPECULATION, SUSPICION } from './time-limits.ts'

/** Operations that one coordinator works on at a time; more are declined. */
export const PENDING_MAX = 200_000
/** Sessions whose last operation is remembered. */
const SESSIONS_MAX = 131_072

const PONG: Message = { kind: 'leaderless.pong' }

export function step(state: State, at: LocalInstant, input: Input<Message>, out: Outbox<Message>): void {
  switch (input.type) {
    case 'message':
      onMessage(state, input.from, input.body, at, out)
      break
    case 'request':
      onRequest(state, at, input, out)
      break
    case 'persisted':
      state.durableUpTo = input.writeId
      if (state.localWaitWrites.length > 0) onDurable(state, at, out)
      break
    case 'timer':
      onTimer(state, input.name, at, out)
      break
    case 'start':
      onStart(state, at, out)
      break
  }
}

function onStart(state: State, at: LocalInstant, out: Outbox<Message>): void {
  if (state.role === 'coordinator') return
  persist(state, { type: 'boot' }, out)
  if (state.store.tree !== null) armAntiEntropy(state, out)
  armReplay(state, out)
  armCollection(state, at, out)
}

function onMessage(state: State, from: PlaceId, body: Message, at: LocalInstant, out: Outbox<Message>): void {
  heardFrom(state, from)
  switch (body.kind) {
    case 'leaderless.write':
      onWrite(state, from, body, at, out)
      break
    case 'leaderless.writeAck':
      onWriteAck(state, from, body, at, out)
      break
    case 'leaderless.read':
      onRead(state, from, body, out)
      break
    case 'leaderless.readAck':
      onReadAck(state, from, body, at, out)
      break
    case 'leaderless.repair':
      onRepair(state, from, body, at, out)
      break
    case 'leaderless.repairAck':
      onRepairAck(state, body, at, out)
      break
    case 'leaderless.hintedWrite':
      onHintedWrite(state, from, body, at, out)
      break
    case 'leaderless.hintReplay':
      onReplayed(state, from, body, at, out)
      break
    case 'leaderless.hintAck':
      onHintAck(state, from, body, at, out)
      break
    case 'leaderless.scan':
      onScan(state, from, body, out)
      break
    case 'leaderless.scanAck':
      onScanAck(state, from, body, out)
      break
    case 'leaderless.treeRequest':
      onTreeRequest(state, from, body, out)
      break
    case 'leaderless.treeReply':
      onTreeReply(state, from, body, out)
      break
    case 'leaderless.leafCells':
      onLeafCells(state, from, body, at, out)
      break
    case 'leaderless.ping':
      out.send(from, PONG)
      break
    case 'leaderless.pong':
      break
  }
}

function onRequest(
  state: State,
  at: LocalInstant,
  input: Extract<Input<Message>, { type: 'request' }>,
  out: Outbox<Message>,
): void {
  const { opId, op, session } = input
  if (state.role === 'replica' && isRepeated(state, session.process, opId)) return
  if (state.writes.size + state.reads.size + state.scans.size >= PENDING_MAX) {
    out.reply(opId, failure('overloaded'))
    return
  }
  switch (op.f) {
    case 'read':
      startRead(state, at, opId, op, session, out)
      break
    case 'write':
    case 'delete':
      startWrite(state, at, opId, op, session, out)
      break
    case 'scan':
      startScan(state, at, opId, op, out)
      break
    case 'cas':
      out.reply(opId, failure('refused'))
      break
  }
}

/**
 * A request that the network delivered twice must not become two writes with two timestamps: the second could bring
 * the value back after a later one. (A retry bears another id, and is another attempt.)
 */
function isRepeated(state: State, process: number, opId: number): boolean {
  const { lastOpOf } = state
  if (lastOpOf.get(process) === opId) return true
  lastOpOf.set(process, opId)
  if (lastOpOf.size > SESSIONS_MAX) lastOpOf.delete(lastOpOf.keys().next().value as number)
  return false
}

function onTimer(state: State, name: string, at: LocalInstant, out: Outbox<Message>): void {
  switch (name) {
    case DEADLINE:
      onLimit(state, state.deadlines, at.monotonicNs, out, (opId) => expire(state, opId, at, out))
      break
    case SPECULATION:
      onLimit(state, state.speculations, at.monotonicNs, out, (opId) => speculate(state, opId, at, out))
      break
    case SUSPICION:
      onLimit(state, state.suspicions, at.monotonicNs, out, (opId) => reconsider(state, opId, at, out))
      break
    case HINT_REPLAY:
      onHintReplay(state, at, out)
      break
    case ANTI_ENTROPY:
      onAntiEntropy(state, out)
      break
    case COLLECTION:
      onCollection(state, at, out)
      break
  }
}

/** Those who have not answered may by now be believed down: then there is nobody left to wait for. */
function reconsider(state: State, opId: number, at: LocalInstant, out: Outbox<Message>): void {
  const write = state.writes.get(opId)
  if (write !== undefined) reconsiderWrite(state, write, at, out)
  const read = state.reads.get(opId)
  if (read !== undefined) reconsiderRead(state, read, at, out)
}

function expire(state: State, opId: number, at: LocalInstant, out: Outbox<Message>): void {
  const write = state.writes.get(opId)
  if (write !== undefined) {
    expireWrite(state, write, at, out)
    return
  }
  const read = state.reads.get(opId)
  if (read !== undefined) {
    expireRead(state, read, at, out)
    return
  }
  const scan = state.scans.get(opId)
  if (scan !== undefined) expireScan(state, scan, out)
}
