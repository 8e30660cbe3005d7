import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Fact } from '../contract.ts'
import { holderOf, lifetimeOf, mayServeStale, purgedUpTo, serve, store } from './copies.ts'
import type { Fill } from './messages.ts'
import { failure, readOutcome } from './outcomes.ts'
import { NOBODY } from './state.ts'
import type { Entry, Fetch, Reason, State, Turn, Waiter } from './state.ts'

/** Questions upstream: one per key at a time, whoever else wants the key waits with the first (RFC 5452 §5, RFC 9111 §4). */

export const CHECK = 'check'

const REVALIDATED: Fact = { kind: 'revalidated' }
const FETCHED: Fact = { kind: 'fetched' }
const COALESCED: Fact = { kind: 'coalesced' }
const UNREACHABLE: Fact = { kind: 'upstream-failure' }
const STALE: Fact = { kind: 'stale-answer' }
const RELAYED: Fact = { kind: 'relayed' }

/** Waits for what is being fetched, or begins to fetch it. */
export function waitFor(turn: Turn, key: number, waiter: Waiter): void {
  const { state, out } = turn
  const fetch = state.fetches.get(key)
  if (fetch === undefined) {
    begin(turn, key, [waiter], false)
    return
  }
  out.note(COALESCED)
  fetch.waiters.push(waiter)
  state.waiting++
  scheduleCheck(turn, nextDue(turn, fetch))
}

/** Renews a copy without anybody waiting for it. */
export function renew(turn: Turn, key: number): void {
  const { fetches, params } = turn.state
  if (!fetches.has(key) && fetches.size < params.pendingMax) begin(turn, key, [], false)
}

function begin(turn: Turn, key: number, waiters: Waiter[], isDirect: boolean): void {
  const { state } = turn
  const fetch: Fetch = {
    id: state.nextFetchId++,
    key,
    needed: waiters.reduce((most, { needed }) => Math.max(most, needed), purgedUpTo(state, key)),
    held: state.entries.get(key) ?? null,
    isDirect,
    sentNs: [],
    dueNs: 0,
    waiters,
  }
  state.waiting += waiters.length
  state.fetches.set(key, fetch)
  ask(turn, fetch)
}

function ask(turn: Turn, fetch: Fetch): void {
  const { state, out } = turn
  const { id, key, held, needed, sentNs } = fetch
  const attempt = sentNs.length
  const to = attempt > 0 || fetch.isDirect ? state.originPlace : upstreamOf(state, key)
  if (state.role === 'cache' && to !== state.originPlace && to !== state.upstream) out.note(RELAYED)
  sentNs.push(state.nowNs)
  fetch.dueNs = state.nowNs + state.params.upstreamTimeoutNs
  const have = held === null ? null : held.copy.version
  out.send(to, { kind: 'ttl-cache.fetch', id, attempt, key, have, needed })
  scheduleCheck(turn, nextDue(turn, fetch))
}

function upstreamOf(state: State, key: number): PlaceId {
  const holder = holderOf(state, key)
  return holder === state.self ? state.upstream : holder
}

/** The answer to an attempt of a fetch that is still under way; anything else is late. */
export function onFill(turn: Turn, from: PlaceId, fill: Fill): void {
  const { state, out } = turn
  const { key, id, attempt, asOf, ageNs, isStale } = fill
  const fetch = state.fetches.get(key)
  if (fetch === undefined || fetch.id !== id) return
  const copy = fill.copy ?? fetch.held?.copy
  if (copy === undefined) return
  out.note(fill.copy === null ? REVALIDATED : FETCHED)
  end(turn, fetch)
  state.seen = Math.max(state.seen, asOf)
  // Nothing is that young unless the origin was asked for it since.
  if (ageNs === 0 && !isStale) state.downUntilNs = -Infinity
  const came: Entry = { copy, asOf, bornNs: fetch.sentNs[attempt] - ageNs }
  // What another cache of the region holds is not held twice, unless that one is silent.
  const isKept = from === state.upstream || from === state.originPlace
  const entry = isKept ? store(turn, key, came) : came
  const left = fetch.waiters.filter((waiter) => !settle(turn, key, entry, waiter, isStale))
  // The origin's own answer to a question of now does for all of them.
  if (left.length > 0) begin(turn, key, left, true)
}

function end({ state, out }: Turn, fetch: Fetch): void {
  state.fetches.delete(fetch.key)
  state.waiting -= fetch.waiters.length
  if (state.fetches.size > 0 || state.checkDueNs === Infinity) return
  state.checkDueNs = Infinity
  out.disarm(CHECK)
}

/** Gives a waiter what came, if it will do: by its age when the waiter came, so that a question's own answer always does. */
function settle(turn: Turn, key: number, entry: Entry, waiter: Waiter, isStale: boolean): boolean {
  const { state, rules } = turn
  const ageNs = waiter.arrivedNs - entry.bornNs
  const needed = Math.max(waiter.needed, purgedUpTo(state, key))
  const isFresh = ageNs <= 0 || rules.isFresh(ageNs, lifetimeOf(turn, key, entry), state.reading.maxAgeNs)
  if (isFresh && rules.isCurrent(entry.asOf, needed)) {
    answerFrom(turn, key, entry, waiter, 'fetched', ageNs)
    return true
  }
  if (!isStale || !mayServeStale(turn, key, entry, waiter.needed)) return false
  answerStale(turn, key, entry, waiter)
  return true
}

export function answerStale(turn: Turn, key: number, entry: Entry, waiter: Waiter): void {
  turn.out.note(STALE)
  answerFrom(turn, key, entry, waiter, 'unreachable', turn.state.nowNs - entry.bornNs)
}

export function answerFrom(
  turn: Turn,
  key: number,
  entry: Entry,
  waiter: Waiter,
  reason: Reason,
  ageNs: Ns,
): void {
  const { state, out, rules } = turn
  serve(turn, key, entry, reason, ageNs, waiter.needed)
  if (waiter.child === NOBODY) {
    out.reply(waiter.opId, readOutcome(state.reading, entry.copy, waiter.needed))
    return
  }
  const { id, attempt, have, arrivedNs, child } = waiter
  out.send(child, {
    kind: 'ttl-cache.fill',
    id,
    attempt,
    key,
    copy: have === entry.copy.version ? null : entry.copy,
    asOf: entry.asOf,
    ageNs: rules.passedOnAgeNs(arrivedNs, entry.bornNs),
    isStale: reason === 'unreachable',
  })
}

/** Looks who has waited long enough for the origin to take an expired copy, and asks again or gives up where nobody answers. */
export function onCheck(turn: Turn): void {
  const { state } = turn
  state.checkDueNs = Infinity
  for (const fetch of [...state.fetches.values()]) {
    const { key, waiters, sentNs } = fetch
    const left = waiters.filter((waiter) => !isImpatient(state, waiter) || !takesStale(turn, key, waiter))
    state.waiting -= waiters.length - left.length
    waiters.splice(0, waiters.length, ...left)
    if (fetch.dueNs > state.nowNs) continue
    if (sentNs.length < state.params.upstreamTries) ask(turn, fetch)
    else giveUp(turn, fetch)
  }
  for (const fetch of state.fetches.values()) scheduleCheck(turn, nextDue(turn, fetch))
}

function isImpatient({ nowNs, params }: State, { arrivedNs }: Waiter): boolean {
  return nowNs >= arrivedNs + params.staleAfterNs
}

function takesStale(turn: Turn, key: number, waiter: Waiter): boolean {
  const entry = turn.state.entries.get(key)
  if (entry === undefined || !mayServeStale(turn, key, entry, waiter.needed)) return false
  answerStale(turn, key, entry, waiter)
  return true
}

/** Caches that asked are told nothing: they wait no longer than this one did. */
function giveUp(turn: Turn, fetch: Fetch): void {
  const { state, out } = turn
  out.note(UNREACHABLE)
  end(turn, fetch)
  state.downUntilNs = state.nowNs + state.params.failureRecheckNs
  for (const waiter of fetch.waiters) {
    if (takesStale(turn, fetch.key, waiter)) continue
    if (waiter.child === NOBODY) out.reply(waiter.opId, failure('read-timeout'))
  }
}

/** When there is next something to do about a fetch. */
function nextDue({ state }: Turn, { dueNs, key, waiters }: Fetch): Ns {
  if (!state.reading.servesStale || !state.entries.has(key)) return dueNs
  let earliest = dueNs
  for (const { arrivedNs } of waiters) {
    const staleNs = arrivedNs + state.params.staleAfterNs
    if (staleNs > state.nowNs) earliest = Math.min(earliest, staleNs)
  }
  return earliest
}

function scheduleCheck({ state, out }: Turn, dueNs: Ns): void {
  if (dueNs >= state.checkDueNs) return
  state.checkDueNs = dueNs
  const waitNs = Math.max(0, dueNs - state.nowNs)
  out.arm(CHECK, waitNs, waitNs)
}
