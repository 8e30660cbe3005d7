/**
 * Last writer wins (Johnson and Thomas, RFC 677, 1975; Shapiro, Preguiça, Baquero, Zawirski, "A comprehensive study of
 * Convergent and Commutative Replicated Data Types", INRIA 7506, 2011, section 3.2.1). The greater timestamp stays,
 * and of equal ones that of the actor with the greater number: an order that all replicas share, which is all it takes
 * to converge. What it keeps need not be what came last in real time.
 */
export interface Stamped {
  readonly stamp: number
  readonly by: number
}

export function isNewer(a: Stamped, b: Stamped): boolean {
  return a.stamp > b.stamp || (a.stamp === b.stamp && a.by > b.by)
}

export function mergeLww<T extends Stamped>(a: T, b: T): T {
  return isNewer(b, a) ? b : a
}
