import type { Ns } from '../base/time.ts'
import type { Timestamp } from './timestamp.ts'

/**
 * Hybrid logical clocks (Kulkarni, Demirbas, Madappa, Avva and Leone, "Logical Physical Clocks", OPODIS 2014, figure 5):
 * Lamport's order, and never further from physical time than physical clocks are from one another. `ns` is the
 * greatest physical time heard of (the paper's l), `logical` tells events with the same `ns` apart (c).
 */

/** Of a local event, or of sending a message, at physical time `physicalNs`. */
export function hybridEvent(last: Timestamp, physicalNs: Ns): Timestamp {
  return physicalNs > last.ns ? { ns: physicalNs, logical: 0 } : { ns: last.ns, logical: last.logical + 1 }
}

/** Of receiving a message that bears the timestamp `sent`. */
export function hybridReceive(last: Timestamp, sent: Timestamp, physicalNs: Ns): Timestamp {
  const ns = Math.max(last.ns, sent.ns, physicalNs)
  if (ns === last.ns && ns === sent.ns) return { ns, logical: Math.max(last.logical, sent.logical) + 1 }
  if (ns === last.ns) return { ns, logical: last.logical + 1 }
  return { ns, logical: ns === sent.ns ? sent.logical + 1 : 0 }
}
