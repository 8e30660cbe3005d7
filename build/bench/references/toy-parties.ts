/** Programs of a handful of lines each, so that what they measure is the transport beneath them. */

export type ToyKind = 'toy.ping' | 'toy.credit' | 'toy.propose' | 'toy.append' | 'toy.ack' | 'toy.commit'

/** Index = code where bodies travel as numbers. */
export const TOY_KINDS: readonly ToyKind[] = [
  'toy.ping',
  'toy.credit',
  'toy.propose',
  'toy.append',
  'toy.ack',
  'toy.commit',
]

/** As many fields as a write of the leaderless protocol has. */
export interface ToyBody {
  kind: ToyKind
  opId: number
  key: number
  value: number
  bytes: number
}

export type Send = (to: number, body: ToyBody) => void

export interface Party {
  start(send: Send): void
  receive(from: number, body: ToyBody, send: Send): void
}

/** `echo`: one message to and fro. `one-way`: a source and a sink. `commit`: client, leader, followers. */
export type Cast = 'echo' | 'one-way' | 'commit'

export const CAST_SIZE: Record<Cast, number> = { echo: 2, 'one-way': 2, commit: 4 }

/** The source may be this far ahead of the sink, which hands out credit in eighths. */
const CREDIT = 8192

const body = (kind: ToyKind, opId: number): ToyBody => ({
  kind,
  opId,
  key: opId % 1000,
  value: opId,
  bytes: 100,
})

/** The part of one thread. `count` is called by one party of the cast for everything that it finishes. */
export function partyOf(cast: Cast, thread: number, window: number, count: () => void): Party {
  if (cast === 'echo') return thread === 0 ? pinger(count) : echo
  if (cast === 'one-way') return thread === 0 ? source : sink(count)
  if (thread === 0) return client(window, count)
  return thread === 1 ? leader() : follower
}

function pinger(count: () => void): Party {
  return {
    start: (send) => send(1, body('toy.ping', 0)),
    receive: (from, { opId }, send) => {
      count()
      send(from, body('toy.ping', opId + 1))
    },
  }
}

const echo: Party = {
  start: () => undefined,
  receive: (from, { opId }, send) => send(from, body('toy.ping', opId)),
}

const source: Party = {
  start: (send) => {
    for (let index = 0; index < CREDIT; index++) send(1, body('toy.append', index))
  },
  receive: (_, { opId }, send) => {
    for (let index = 0; index < CREDIT / 8; index++) send(1, body('toy.append', opId + index))
  },
}

function sink(count: () => void): Party {
  let received = 0
  return {
    start: () => undefined,
    receive: (from, _, send) => {
      count()
      if (++received % (CREDIT / 8) === 0) send(from, body('toy.credit', received))
    },
  }
}

function client(window: number, count: () => void): Party {
  let next = 0
  return {
    start: (send) => {
      while (next < window) send(1, body('toy.propose', next++))
    },
    receive: (_, __, send) => {
      count()
      send(1, body('toy.propose', next++))
    },
  }
}

/** Thread 1; the followers are 2 and 3. One of their two acknowledgements makes a majority with its own. */
function leader(): Party {
  const open = new Set<number>()
  return {
    start: () => undefined,
    receive: (_, { kind, opId }, send) => {
      if (kind === 'toy.propose') {
        open.add(opId)
        for (const to of [2, 3]) send(to, body('toy.append', opId))
      } else if (open.delete(opId)) send(0, body('toy.commit', opId))
    },
  }
}

const follower: Party = {
  start: () => undefined,
  receive: (from, { opId }, send) => send(from, body('toy.ack', opId)),
}
