import { assert } from '../../shared/base/assert.ts'
import { Rng } from '../../shared/base/rng.ts'
import type { ReplicaLook } from '../../shared/history/counters.ts'
import type { PlaceId, Plan, PlannedFault } from '../../shared/plan/types.ts'
import { playing } from '../../shared/simulator/index.ts'

/**
 * Whom a fault strikes that names a role. Every thread has to act on it, each sees its own replica only, and they come
 * to it a few microseconds apart, so the first of them decides for all: it looks at the roles on the board and puts its
 * choice into the fault's slot of shared memory, where the others find it.
 */

/** Faults by hand are numbered from here, beyond all planned ones. */
export const HAND_FAULTS_FROM = 1_000_000
/** Faults by hand in one run. */
export const HAND_FAULTS_MAX = 10_000

const UNDECIDED = 0
const NOBODY = 1
const FIRST_PLACE = 2

export function decisionMemory(plan: Plan): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (plan.faults.length + HAND_FAULTS_MAX))
}

export class RoleFaults {
  readonly #slots: Int32Array
  readonly #plan: Plan
  readonly #looks: () => readonly ReplicaLook[]

  constructor(memory: SharedArrayBuffer, plan: Plan, looks: () => readonly ReplicaLook[]) {
    this.#slots = new Int32Array(memory)
    this.#plan = plan
    this.#looks = looks
  }

  /** The replica that the fault strikes, as all threads see it, or none where nobody plays the role. */
  strikes(fault: PlannedFault): readonly PlaceId[] {
    const { index, spec } = fault
    assert('replica' in spec, () => `a fault of the kind ${spec.kind} names no role`)
    const slot = index < HAND_FAULTS_FROM ? index : this.#plan.faults.length + (index - HAND_FAULTS_FROM)
    let decided = Atomics.load(this.#slots, slot)
    if (decided === UNDECIDED) {
      const choice = this.#choice(spec.replica, index)
      const before = Atomics.compareExchange(this.#slots, slot, UNDECIDED, choice)
      decided = before === UNDECIDED ? choice : before
    }
    return decided === NOBODY ? [] : [decided - FIRST_PLACE]
  }

  #choice(role: string, index: number): number {
    const places = playing(role, this.#looks())
    if (places.length === 0) return NOBODY
    const rng = Rng.stream(this.#plan.seed, `faults/${index}`)
    return FIRST_PLACE + places[rng.below(places.length)]
  }
}
