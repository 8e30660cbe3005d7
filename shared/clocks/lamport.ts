/**
 * Logical clocks (Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", CACM 1978): an event that
 * may have influenced another has the smaller number. The converse does not hold.
 */
export type LamportTime = number

/** IR1: of a local event, or of sending a message, after the last event at `last`. */
export function lamportEvent(last: LamportTime): LamportTime {
  return last + 1
}

/** IR2: of receiving a message that was sent at `sent`. */
export function lamportReceive(last: LamportTime, sent: LamportTime): LamportTime {
  return Math.max(last, sent) + 1
}
