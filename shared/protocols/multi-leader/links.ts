import { zeroVector } from '../../clocks/version-vectors.ts'
import type { Vector } from '../../clocks/version-vectors.ts'
import type { Ns } from '../../base/time.ts'
import type { Propagation } from './config.ts'
import type { Cell } from './events.ts'

/** Which leader sends what to which (positions among the members), and how far each receiver is. */

export interface Link {
  readonly to: number
  /** Whether the receiver has said what it has; a restarted sender waits for that. */
  isKnown: boolean
  /** Updates that the receiver has on disk, and the last ones sent, by leader. */
  readonly acked: number[]
  readonly sent: number[]
  /** Number of the next update of the log to look at. */
  cursor: number
  /** By leader: since when the receiver has made no headway with its updates; −1 where it lacks none. */
  readonly laggingSinceNs: number[]
  /** By leader: whether its updates go this way because they got stuck on their own. */
  readonly relays: boolean[]
  transfer: Outgoing | null
}

/** A whole state on its way. */
export interface Outgoing {
  readonly id: number
  readonly cells: readonly (readonly [number, Cell])[]
  readonly have: Vector
  readonly stamp: number
  chunk: number
  sentNs: Ns
  /** How often the chunk was sent. */
  attempts: number
}

export function createLink(to: number, leaders: number, isKnown: boolean): Link {
  return {
    to,
    isKnown,
    acked: zeroVector(leaders),
    sent: zeroVector(leaders),
    cursor: 0,
    laggingSinceNs: new Array<number>(leaders).fill(-1),
    relays: new Array<boolean>(leaders).fill(false),
    transfer: null,
  }
}

/** Who sends to whom; `hub` is the centre of a star. */
export interface Shape {
  readonly propagation: Propagation
  readonly hub: number
}

export function targetsOf({ propagation, hub }: Shape, self: number, leaders: number): number[] {
  if (leaders < 2) return []
  const others = Array.from({ length: leaders }, (_, position) => position).filter((one) => one !== self)
  if (propagation === 'ring') return [(self + 1) % leaders]
  return propagation === 'star' && self !== hub ? [hub] : others
}

/** Targets and those that this one is a target of, ascending. */
export function neighboursOf(shape: Shape, self: number, leaders: number): number[] {
  const targets = targetsOf(shape, self, leaders)
  if (shape.propagation !== 'ring' || leaders < 3) return targets
  return [...targets, (self + leaders - 1) % leaders].sort((a, b) => a - b)
}

export function isHub({ propagation, hub }: Shape, position: number): boolean {
  return propagation === 'star' && position === hub
}

/** Whether the updates of leader `by` go from `self` to the link's end in the ordinary way. */
export function carries(shape: Shape, self: number, { to, relays }: Link, by: number): boolean {
  if (by === to) return false
  if (by === self || relays[by]) return true
  return shape.propagation === 'ring' || isHub(shape, self)
}
