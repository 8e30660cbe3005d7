import type { Outbox, WriteId } from '../contract.ts'
import { append, compact, indexUpTo, lastZxid, truncateAfter } from './log.ts'
import type { Log, Txn } from './log.ts'
import type { Message } from './messages.ts'
import type { Snapshot } from './snapshot.ts'
import type { State } from './state.ts'
import { zxidOf } from './zxid.ts'
import type { Zxid } from './zxid.ts'

/** What goes to disk, in the order in which it was written. */
export type DurableRecord =
  /** A life of this replica begins: connections are named after it. */
  | { readonly type: 'boot'; readonly boots: number }
  /** It promises to follow no leader of an earlier epoch (acceptedEpoch, f.p in the paper). */
  | { readonly type: 'accept'; readonly epoch: number }
  /** Its history is that of this epoch's leader (currentEpoch, f.a). */
  | { readonly type: 'epoch'; readonly epoch: number }
  | { readonly type: 'append'; readonly txns: readonly Txn[] }
  /** Everything after this transaction goes. */
  | { readonly type: 'truncate'; readonly zxid: Zxid }
  /** A snapshot of one's own; the log up to `offset` is no longer needed. */
  | { readonly type: 'compact'; readonly snapshot: Snapshot; readonly offset: number }
  /** A leader's snapshot, in place of the whole log. */
  | { readonly type: 'install'; readonly snapshot: Snapshot }

/** What a restart is given. */
export interface DurableImage {
  boots: number
  acceptedEpoch: number
  currentEpoch: number
  snapshot: Snapshot | null
  readonly log: Log
}

export function absorb(durable: DurableImage | null, record: unknown): DurableImage {
  const image: DurableImage = durable ?? {
    boots: 0,
    acceptedEpoch: 0,
    currentEpoch: 0,
    snapshot: null,
    log: { offset: 0, offsetZxid: 0, entries: [] },
  }
  const change = record as DurableRecord
  switch (change.type) {
    case 'boot':
      image.boots = change.boots
      break
    case 'accept':
      image.acceptedEpoch = change.epoch
      break
    case 'epoch':
      image.currentEpoch = change.epoch
      break
    case 'append':
      for (const txn of change.txns) append(image.log, txn)
      break
    case 'truncate':
      truncateAfter(image.log, indexUpTo(image.log, change.zxid))
      break
    case 'compact':
      image.snapshot = change.snapshot
      compact(image.log, change.offset)
      break
    case 'install':
      image.snapshot = change.snapshot
      resetLog(image.log, change.snapshot)
      break
  }
  return image
}

/** An empty log that begins after a snapshot. */
export function resetLog(log: Log, { index, zxid }: Snapshot): void {
  log.offset = index
  log.offsetZxid = zxid
  log.entries = []
}

export function persist(state: State, record: DurableRecord, out: Outbox<Message>): WriteId {
  const writeId = state.nextWriteId++
  out.persist(writeId, record)
  return writeId
}

/** Hands transactions to the disk, to be acknowledged up to the last of them once they are there. */
export function persistTxns(state: State, txns: readonly Txn[], out: Outbox<Message>): void {
  const writeId = persist(state, { type: 'append', txns }, out)
  state.writing.push({ writeId, zxid: txns[txns.length - 1].zxid })
}

/**
 * The replica's history is from now on that of the epoch's leader, which is acknowledged as transaction 0 of the epoch. Who
 * comes to a leader that is at work has proposals of the epoch in that history, which wait for acknowledgements, too.
 */
export function persistEpoch(state: State, epoch: number, out: Outbox<Message>): void {
  state.currentEpoch = epoch
  const writeId = persist(state, { type: 'epoch', epoch }, out)
  state.writing.push({ writeId, zxid: Math.max(zxidOf(epoch, 0), lastZxid(state.log)) })
}

/** Moves `loggedZxid` on by what may be acknowledged. */
export function advanceLogged(state: State): void {
  const { writing, durableUpTo, params } = state
  for (let write = writing.peek(); write !== undefined; write = writing.peek()) {
    if (!params.rules.mayAcknowledge(write.writeId, durableUpTo)) return
    state.loggedZxid = write.zxid
    state.loggedWriteId = write.writeId
    writing.shift()
  }
}
