import type { Update } from './events.ts'
import { carries } from './links.ts'
import type { Link } from './links.ts'
import type { Turn, State } from './state.ts'
import { sendChunk, startTransfer } from './transfer.ts'

/**
 * Links send the log on, in its order and a window at a time, and learn from acknowledgements what the other end has.
 * What stays unconfirmed is sent again, from whoever has it; who lacks more than the log still holds gets the state.
 */

export const SHIP = 'ship'

/** A chunk of state that is sent so often without an answer is given up, and with it its transfer. */
const CHUNK_ATTEMPTS_MAX = 5

const RESENT = 'resent'
const RELAYED = 'relayed'

/** Sends at once, or when the shipping delay is over. */
export function shipSoon(turn: Turn): void {
  const { state, out } = turn
  const { shipDelayNs } = state.params
  if (shipDelayNs === 0) for (const link of state.links) ship(turn, link)
  else if (!state.isShipArmed) {
    state.isShipArmed = true
    out.arm(SHIP, shipDelayNs, shipDelayNs)
  }
}

export function onShip(turn: Turn): void {
  turn.state.isShipArmed = false
  for (const link of turn.state.links) ship(turn, link)
}

/** Sends what the link's end lacks and the window has room for. */
export function ship(turn: Turn, link: Link): void {
  const { state } = turn
  if (!link.isKnown || link.transfer !== null) return
  const { params, shape, position, log, logFrom } = state
  let room = params.windowEvents - inFlight(link)
  let batch: Update[] = []
  link.cursor = Math.max(link.cursor, logFrom)
  for (; room > 0 && link.cursor < logFrom + log.length; link.cursor++) {
    const update = log.at(link.cursor - logFrom)
    const { by, at } = update
    if (at <= link.acked[by] || at <= link.sent[by]) continue
    if (!carries(shape, position, link, by)) continue
    link.sent[by] = at
    room--
    batch.push(update)
    if (batch.length < params.batchEvents) continue
    send(turn, link, batch)
    batch = []
  }
  if (batch.length > 0) send(turn, link, batch)
}

/** Updates leave once they are on disk here: nobody may have one that its author could forget. */
function send({ state, out }: Turn, { to }: Link, updates: readonly Update[]): void {
  out.send(state.members[to], { kind: 'multi-leader.updates', updates }, state.nextWriteId - 1)
}

function inFlight({ sent, acked }: Link): number {
  let count = 0
  for (let by = 0; by < sent.length; by++) count += Math.max(0, sent[by] - acked[by])
  return count
}

/** The other end has said what it has on disk. */
export function onHave(turn: Turn, position: number, have: readonly number[]): void {
  const { state } = turn
  const link = state.links.find(({ to }) => to === position)
  if (link === undefined) return
  for (let by = 0; by < have.length; by++) {
    if (have[by] <= link.acked[by]) continue
    link.acked[by] = have[by]
    link.laggingSinceNs[by] = have[by] < state.have[by] ? turn.nowNs : -1
  }
  if (!link.isKnown) link.isKnown = true
  if (link.transfer?.have.every((at, by) => at <= link.acked[by]) === true) {
    link.transfer = null
    link.cursor = state.logFrom
  }
  ship(turn, link)
}

/** Looks after each link from time to time: what got stuck, and what the log no longer has. */
export function tendLinks(turn: Turn): void {
  for (const link of turn.state.links) {
    if (!link.isKnown) continue
    if (link.transfer !== null) tendTransfer(turn, link)
    else tendLink(turn, link)
  }
}

function tendLink(turn: Turn, link: Link): void {
  const { state, nowNs } = turn
  let isStuck = false
  let isForgotten = false
  for (let by = 0; by < state.have.length; by++) {
    if (by === link.to) continue
    if (link.acked[by] >= state.have[by]) {
      link.laggingSinceNs[by] = -1
      link.relays[by] = false
    } else if (link.laggingSinceNs[by] < 0) link.laggingSinceNs[by] = nowNs
    else if (nowNs - link.laggingSinceNs[by] >= state.params.resendAfterNs) {
      isStuck = true
      link.laggingSinceNs[by] = nowNs
      link.sent[by] = link.acked[by]
      if (link.acked[by] < state.forgotten[by]) isForgotten = true
      note(turn, state, link, by)
    }
  }
  if (isForgotten) startTransfer(turn, link)
  else if (isStuck) {
    link.cursor = state.logFrom
    ship(turn, link)
  }
}

/** Its updates go this way from now on, be they on this link's way or not: they did not get there on their own. */
function note({ out }: Turn, { shape, position }: State, link: Link, by: number): void {
  out.note({ kind: carries(shape, position, link, by) ? RESENT : RELAYED })
  link.relays[by] = true
}

function tendTransfer(turn: Turn, link: Link): void {
  const { transfer } = link
  if (transfer === null || turn.nowNs - transfer.sentNs < turn.state.params.resendAfterNs) return
  if (transfer.attempts >= CHUNK_ATTEMPTS_MAX) link.transfer = null
  else sendChunk(turn, link, transfer)
}
