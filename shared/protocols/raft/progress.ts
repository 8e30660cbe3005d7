import { Deque } from '../../base/deque.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * What a leader knows of a peer's log, and how it sends (etcd/raft's tracker). probe: where the logs agree is being
 * found out, one message at a time. replicate: messages follow one another without waiting, up to a window. snapshot:
 * the entries that the peer lacks are compacted away, so chunks of a snapshot go to it, and nothing else.
 */
export interface Progress {
  readonly place: PlaceId
  mode: 'probe' | 'replicate' | 'snapshot'
  /** The peer's log is known to agree up to here. */
  matched: number
  /** The entry to send next. */
  next: number
  /** probe: one is under way. */
  isPaused: boolean
  /** replicate: last index of each message under way. */
  readonly inflight: Deque<number>
  /** `matched` when the last heartbeat was answered: nothing since then means that something may be lost. */
  matchedAtBeat: number
  /** The commit index that it can know of by what it was sent. */
  toldCommit: number
  snapshot: Snapshot | null
  /** Where the chunk under way begins, and whether it was the same at the last heartbeat. */
  chunkOffset: number
  isChunkOld: boolean
  /** Heard from since quorum was last checked. */
  isActive: boolean
  /** Latest heartbeat round that it answered. */
  ackedRound: number
}

export function freshProgress(place: PlaceId, next: number): Progress {
  return {
    place,
    mode: 'probe',
    matched: 0,
    next,
    isPaused: false,
    inflight: new Deque(),
    matchedAtBeat: -1,
    toldCommit: 0,
    snapshot: null,
    chunkOffset: 0,
    isChunkOld: false,
    // A peer that was just added gets a whole period to show itself.
    isActive: true,
    ackedRound: 0,
  }
}

export function becomeProbe(progress: Progress, next: number): void {
  progress.mode = 'probe'
  progress.next = next
  progress.isPaused = false
  progress.inflight.clear()
  progress.snapshot = null
}

export function becomeReplicate(progress: Progress): void {
  progress.mode = 'replicate'
  progress.next = progress.matched + 1
  progress.isPaused = false
  progress.inflight.clear()
  progress.snapshot = null
}

export function becomeSnapshot(progress: Progress, snapshot: Snapshot): void {
  progress.mode = 'snapshot'
  progress.isPaused = false
  progress.inflight.clear()
  progress.snapshot = snapshot
  progress.chunkOffset = 0
  progress.isChunkOld = false
}

/** The peer agrees up to `index`; true where that is news. */
export function advance(progress: Progress, index: number): boolean {
  if (index <= progress.matched) return false
  progress.matched = index
  progress.next = Math.max(progress.next, index + 1)
  return true
}

/** Messages up to `index` have arrived. */
export function free({ inflight }: Progress, index: number): void {
  while (inflight.length > 0 && (inflight.peek() as number) <= index) inflight.shift()
}

/**
 * The peer refused entries after `refused`, and can at best agree up to `hint`. Returns false where the refusal is an
 * old one that says nothing any more. (etcd/raft, MaybeDecrTo)
 */
export function retreat(progress: Progress, refused: number, hint: number): boolean {
  if (progress.mode === 'snapshot') return false
  if (progress.mode === 'replicate') {
    if (refused <= progress.matched) return false
    becomeProbe(progress, progress.matched + 1)
    return true
  }
  if (progress.next - 1 !== refused) return false
  progress.next = Math.max(progress.matched + 1, Math.min(refused, hint + 1))
  progress.isPaused = false
  return true
}
