/**
 * A transaction's number: the epoch of the leader that proposed it in the high half, its counter within that epoch in
 * the low one. Transactions are applied in this order everywhere. (Hunt et al., §4.2; an exact integer in a double for
 * two million epochs.)
 */
export type Zxid = number

const COUNTERS = 2 ** 32

export function zxidOf(epoch: number, counter: number): Zxid {
  return epoch * COUNTERS + counter
}

export function epochOf(zxid: Zxid): number {
  return Math.floor(zxid / COUNTERS)
}

export function counterOf(zxid: Zxid): number {
  return zxid % COUNTERS
}

/** "3.17": the 17th transaction of epoch 3. */
export function textOf(zxid: Zxid): string {
  return `${epochOf(zxid)}.${counterOf(zxid)}`
}
