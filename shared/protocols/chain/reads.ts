import type { PlaceId } from '../../plan/types.ts'
import { tailOf } from './configuration.ts'
import { isInTouch, leasedUntilNs } from './leases.ts'
import type { VersionQuery, VersionReply } from './messages.ts'
import { readOutcome, scanOutcome, versionUpTo } from './outcomes.ts'
import { isActingTail, isCurrent } from './receive.ts'
import { forward, passOn } from './requests.ts'
import { isNode, isTail } from './state.ts'
import type { DirtyVersion, Request, State, Turn } from './state.ts'
import type { Cell } from './store.ts'

/** Reads: by the tail (van Renesse & Schneider), by any node (CRAQ §2.3), or from what a replica happens to know. */

export function read(turn: Turn, request: Request): void {
  const { state, out } = turn
  const { path, answersCutOff } = state.reading
  const inTouch = isInTouch(turn)
  if (!inTouch && answersCutOff) {
    out.note(CUT_OFF_READ)
    readOnceCommitted(turn, request)
  } else if (!isNode(state)) {
    // The chain has newer versions, and whoever is in touch knows where it is.
    if (inTouch) toTail(turn, request)
    else state.held.push(request)
  } else if (path === 'tail' && !isTail(state)) passOn(turn, request, tailOf(state.configuration))
  else if (path === 'bounded' && isFreshEnough(turn, request)) readOnceCommitted(turn, request)
  else if (!inTouch) state.held.push(request)
  else if (path === 'committed') readOnceCommitted(turn, request)
  else if (path === 'newest' || (path === 'limited' && isWithinLimits(state, request)))
    readNewest(turn, request)
  else readCurrent(turn, request)
}

const CUT_OFF_READ = { kind: 'cut-off-read' } as const

/** Directly: a client that was told of the tail would send all its reads there. */
function toTail(turn: Turn, request: Request): void {
  const tail = tailOf(turn.state.configuration)
  if (request.isForwarded) passOn(turn, request, tail)
  else forward(turn, request, tail)
}

// Reads that must be current.

/** A node with a lease that holds one version of the key answers at once; else the tail says which version counts. */
function readCurrent(turn: Turn, request: Request): void {
  const { state, rules } = turn
  const { op } = request
  if (isTail(state)) {
    if (isActingTail(state)) answerCurrent(turn, request, state.store.committed)
    else state.held.push(request)
    return
  }
  if (rules.isClean(dirtyVersions(state, request).length)) {
    turn.out.note(CLEAN_READ)
    answerCurrent(turn, request, state.store.committed)
  } else if (op.f === 'scan') toTail(turn, request)
  else {
    turn.out.note(DIRTY_READ)
    askTail(turn, request)
  }
}

/** The uncommitted versions that a read might have to do with, oldest first; for a scan, those of all keys. */
function dirtyVersions({ dirtyByKey }: State, { op }: Request): readonly DirtyVersion[] {
  if (op.f !== 'scan') return dirtyByKey.get(op.key) ?? []
  return [...dirtyByKey.values()].flat().sort((a, b) => a.update.seq - b.update.seq)
}

const CLEAN_READ = { kind: 'clean-read' } as const
const DIRTY_READ = { kind: 'dirty-read' } as const

export function askTail({ state, out }: Turn, request: Request): void {
  const { configuration, queries, nowNs } = state
  const { opId, op } = request
  queries.set(opId, { request, askedNs: nowNs })
  const { epoch } = configuration
  out.send(tailOf(configuration), { kind: 'chain.versionQuery', epoch, opId, key: op.key })
}

/** Only a tail with a lease knows that nobody else commits. */
export function onVersionQuery(turn: Turn, from: PlaceId, { epoch, opId, key }: VersionQuery): void {
  const { state, out } = turn
  if (!isCurrent(turn, from, epoch) || !isActingTail(state) || !isInTouch(turn)) return
  const seq = state.store.cells.get(key)?.seq ?? 0
  out.send(from, { kind: 'chain.versionReply', epoch, opId, seq })
}

export function onVersionReply(turn: Turn, from: PlaceId, { epoch, opId, seq }: VersionReply): void {
  const { state, rules } = turn
  const request = state.queries.get(opId)?.request
  if (request === undefined || !isCurrent(turn, from, epoch)) return
  state.queries.delete(opId)
  const { store, history } = state
  answerCurrent(turn, request, rules.answersUpTo(seq, store.committed, history.last))
}

function answerCurrent(turn: Turn, request: Request, seq: number): void {
  const { state } = turn
  const cell = answer(turn, request, seq)
  if (cell !== null) state.served = { epoch: state.configuration.epoch, seq: cell.seq }
}

// Reads that may be old, or early.

/** The update that the session must see; 0 where it has seen none. */
function positionOf({ token }: Request): number {
  return typeof token === 'number' ? token : 0
}

/** The last committed version, now or once this replica has committed what the session has seen. */
export function readOnceCommitted(turn: Turn, request: Request): void {
  const { state } = turn
  const seq = positionOf(request)
  if (seq <= state.store.committed) answer(turn, request, state.store.committed)
  else state.waiting.push({ request, seq })
}

/** CRAQ §2.3, "eventual consistency": the newest version known, which may still be lost. */
function readNewest(turn: Turn, request: Request): void {
  const { state, out } = turn
  if (state.dirtyByKey.has(request.op.key)) out.note(EARLY_READ)
  answer(turn, request, state.history.last)
}

const EARLY_READ = { kind: 'early-read' } as const

/** CRAQ §2.3, "maximum-bounded inconsistency": limited by how long, and by how many versions. */
function isWithinLimits(state: State, request: Request): boolean {
  const { params, nowNs } = state
  const versions = dirtyVersions(state, request)
  if (versions.length === 0) return true
  const isRecent = nowNs - versions[0].atNs <= params.maxInconsistencyNs
  return isRecent && versions.length <= params.maxInconsistencyVersions
}

/**
 * Whether the committed version known here was the last one `maxStalenessNs` ago: nothing was committed without this
 * node while it had a lease, and no version of the key before it came in here.
 */
function isFreshEnough(turn: Turn, request: Request): boolean {
  const { state } = turn
  const { nowNs, params } = state
  if (!state.isSynced) return false
  const oldest = dirtyVersions(state, request).at(0)
  const knownNs = Math.min(nowNs, leasedUntilNs(turn), oldest?.atNs ?? nowNs)
  return nowNs - knownNs <= params.maxStalenessNs
}

/** Answers with the version that counts among the updates up to `seq`; returns it. */
function answer({ state, out }: Turn, { opId, op }: Request, seq: number): Cell | null {
  if (op.f === 'scan') {
    out.reply(opId, scanOutcome(state, rowsOf(state, op.key, op.count, seq)))
    return null
  }
  const cell = versionUpTo(state, op.key, seq)
  out.reply(opId, readOutcome(state, op.key, cell))
  return cell
}

/** Existing keys from `from` upwards, `count` at most. */
function rowsOf(state: State, from: number, count: number, seq: number): number {
  const { store, preloaded, dirtyByKey } = state
  let lastKey = Math.max(store.lastKey, preloaded - 1)
  if (seq > store.committed) for (const key of dirtyByKey.keys()) lastKey = Math.max(lastKey, key)
  let rows = 0
  for (let key = from; key <= lastKey && rows < count; key++) {
    const cell = versionUpTo(state, key, seq)
    if (cell === null ? key < preloaded : cell.value > 0) rows++
  }
  return rows
}
