/** Kinds of agenda events and what their fields a, b, c and payload hold. */
export const EVENT = {
  /** A message reaches a place. a: to, b: from + shard · PLACES_MAX, c: bytes, payload: body. */
  arrive: 0,
  /** A replica has served a message. As arrive, but c: the process's epoch. */
  served: 1,
  /** A replica's timer fires. a: place, b: shard, c: epoch, payload: the timer. */
  timer: 2,
  /** A disk finished a flush. a: place, c: epoch. */
  flushed: 3,
  /** A client's wake-up. a: client index, b: slot, c: timer. */
  client: 4,
  /** a: index of the planned fault, b: 0 it starts, 1 it ends. */
  fault: 5,
  sample: 6,
  /** Clients stop beginning operations. */
  stopIssuing: 7,
  /** A client's connection to a crashed replica breaks. a: client index, b: the replica. */
  disconnect: 8,
  /** The record ends, converged or not. */
  end: 9,
  /** A message that came to this engine after it was due, which the engine remembers. As arrive. */
  overdue: 10,
  /** Messages of several shards of a process leave together. a: place, c: epoch. */
  coalesced: 11,
  /** A replica joins or leaves. a: index of the planned change. */
  change: 12,
  /** Time to look whether shards have the members they are to have. */
  look: 13,
  /** Ranges that may split. a: 0 it is time to look how much they hold and serve, 1 to see to what was begun. */
  ranges: 14,
} as const
