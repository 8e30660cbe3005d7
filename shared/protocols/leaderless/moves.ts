import { NS_PER_MS } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { LocalInstant, Outbox } from '../contract.ts'
import { lastWrite } from './durable.ts'
import { fetchMore, onChunk, retryIntake } from './intake.ts'
import type { Chunk, Message, Ready, ViewAck, ViewIs, ViewRequest } from './messages.ts'
import { tellView } from './requests.ts'
import type { State } from './state.ts'
import { COPYING, everyoneOf, isNewcomer, moverOf, newcomersOf, READING, stepOf, without } from './view.ts'
import type { View } from './view.ts'
import { adoptView } from './views.ts'

/** How a change of the members goes on, step by step (see `View`). Its mover decides when; all others follow. */

export const MOVE = 'move'
/** After so long, what has not been answered is said again. */
const RETRY_NS = 500 * NS_PER_MS

/** An operator wants these members. The mover begins; everyone else asks it how far it is. */
export function onMembersWanted(
  state: State,
  wanted: readonly PlaceId[],
  spares: readonly PlaceId[],
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  const { view, ring } = state
  if (view.next !== null || without(wanted, view.members).length === 0) return
  const mover = moverOf(view.members, wanted)
  if (mover !== ring.self) {
    out.send(mover, { kind: 'leaderless.viewRequest', epoch: ring.epoch })
    return
  }
  goTo(state, { epoch: view.epoch + 1, members: view.members, next: wanted, spares }, at, out)
}

/** The next step: adopted here, told to all whom it concerns. */
function goTo(state: State, view: View, at: LocalInstant, out: Outbox<Message>): void {
  const { move } = state
  move.concerned = everyoneOf(state.view.next === null ? view : state.view)
  move.known.clear()
  move.ready.clear()
  adopt(state, view, at, out)
  tellConcerned(state, out)
  armMove(state, out)
}

function adopt(state: State, view: View, at: LocalInstant, out: Outbox<Message>): void {
  adoptView(state, view, at, out)
  if (state.intake === null || state.intake.isComplete) return
  fetchMore(state, at, out)
  armMove(state, out)
}

function tellConcerned(state: State, out: Outbox<Message>): void {
  const { move, ring } = state
  for (const place of move.concerned) {
    if (place !== ring.self && move.known.get(place) !== ring.epoch) tellView(state, place, true, out)
  }
}

export function onView(
  state: State,
  from: PlaceId,
  { view, wantsAck }: ViewIs,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  adopt(state, view, at, out)
  if (wantsAck) out.send(from, { kind: 'leaderless.viewAck', epoch: state.ring.epoch }, lastWrite(state))
}

export function onViewRequest(
  state: State,
  from: PlaceId,
  { epoch }: ViewRequest,
  out: Outbox<Message>,
): void {
  if (state.ring.epoch > epoch) tellView(state, from, false, out)
}

export function onViewAck(
  state: State,
  from: PlaceId,
  { epoch }: ViewAck,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (!state.move.concerned.includes(from)) return
  const { known } = state.move
  known.set(from, Math.max(known.get(from) ?? 0, epoch))
  proceed(state, at, out)
}

export function onReady(
  state: State,
  from: PlaceId,
  { epoch }: Ready,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (epoch !== state.ring.epoch || !isMover(state)) return
  state.move.ready.add(from)
  proceed(state, at, out)
}

/** Part of what a newcomer copies has come. */
export function onData(
  state: State,
  from: PlaceId,
  body: Chunk,
  at: LocalInstant,
  out: Outbox<Message>,
): void {
  if (!onChunk(state, from, body, at, out)) return
  if (isMover(state)) proceed(state, at, out)
  else tellReady(state, out)
}

function tellReady(state: State, out: Outbox<Message>): void {
  const { members, next } = state.view
  const body: Ready = { kind: 'leaderless.ready', epoch: state.ring.epoch }
  out.send(moverOf(members, next as readonly PlaceId[]), body, lastWrite(state))
}

function isMover({ view, ring }: State): boolean {
  return view.next !== null && moverOf(view.members, view.next) === ring.self
}

/** The mover takes the next step once nothing is in its way. */
function proceed(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const { view, params } = state
  if (!isMover(state)) return
  const next = view.next as readonly PlaceId[]
  const step = stepOf(view)
  if (
    step === COPYING &&
    params.rules.mayRead(newcomersOf(view).filter((place) => lacksData(state, place)).length)
  ) {
    goTo(state, { ...view, epoch: view.epoch + 1 }, at, out)
  } else if (step === READING && isFormerClosed(state)) {
    goTo(state, { epoch: view.epoch + 1, members: next, next: null, spares: view.spares }, at, out)
  }
}

function lacksData({ ring, intake, move }: State, newcomer: PlaceId): boolean {
  return newcomer === ring.self ? intake?.isComplete === false : !move.ready.has(newcomer)
}

/**
 * Whether no read under an older view can find enough former members any more: so many decline it that those who may not have
 * heard are fewer than r, in every region by itself where replies are counted there.
 */
function isFormerClosed({ view, move, ring, params, config }: State): boolean {
  const unaware = view.members.filter(
    (place) => place !== ring.self && (move.known.get(place) ?? 0) < view.epoch,
  )
  if (params.readScope === 'any') return unaware.length < params.r
  const regionOf = (place: PlaceId) => config.places[place].region
  return view.members.every((member) => {
    const region = regionOf(member)
    const size = view.members.filter((place) => regionOf(place) === region).length
    return unaware.filter((place) => regionOf(place) === region).length < Math.min(params.r, size)
  })
}

function armMove(state: State, out: Outbox<Message>): void {
  if (state.move.isArmed) return
  state.move.isArmed = true
  out.arm(MOVE, RETRY_NS, RETRY_NS)
}

/** Says again what has not been answered. Goes on while this instance has a part in a change. */
export function onMoveTimer(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const { move, ring, view, intake } = state
  move.isArmed = false
  if (intake !== null && !intake.isComplete) retryIntake(state, at, out)
  else if (isNewcomer(view, ring.self) && !isMover(state)) tellReady(state, out)
  tellConcerned(state, out)
  proceed(state, at, out)
  const isHeard = move.concerned.every((place) => place === ring.self || move.known.get(place) === ring.epoch)
  if (isNewcomer(view, ring.self) || isMover(state) || !isHeard) armMove(state, out)
}

/** A restart in the midst of a change: it goes on where its disk says that it was. */
export function resumeMove(state: State, at: LocalInstant, out: Outbox<Message>): void {
  const { view, ring, intake, move } = state
  if (intake !== null && !intake.isComplete) fetchMore(state, at, out)
  if (isMover(state)) {
    move.concerned = everyoneOf(view)
    tellConcerned(state, out)
  }
  if (isNewcomer(view, ring.self) || isMover(state)) armMove(state, out)
}
