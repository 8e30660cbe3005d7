/**
 * A sequential object. States are numbers that equal states share; operations are those of a `SearchInput`. Given the
 * state, an operation has one outcome, which is what its record says or not.
 */
export interface Machine {
  readonly initial: number
  /** The state after `op`, or -1 where its recorded outcome is impossible, or its effect would be none for sure. */
  apply(state: number, op: number): number
  /**
   * Where states are values that some operations need (a read of it, a cas that expects it) and some make: the value, or
   * -1. Leaving a value that is still needed and cannot come back is a dead end.
   */
  readonly needs: Int32Array | null
  readonly makes: Int32Array | null
  /** Values are below this. */
  readonly values: number
  /**
   * Whether the observers that are yet to be invoked can still come out right, as far as a glance tells: those are the
   * operations from `called` on.
   */
  isViable?(state: number, called: number): boolean
  /** The same for one observer that is pending. */
  mayReach?(state: number, op: number): boolean
  /**
   * Where operations that do not concern one another commute: whether `op` concerns what `other` does or, an observer,
   * still misses in this state. What concerns neither the operation that must return nor a pending observer can wait.
   */
  concerns?(state: number, op: number, other: number): boolean
  /** What the machine's own tables take by now, about, in bytes. */
  bytes?(): number
}

/** An entry of a `Map` whose keys are numbers too large for pointers, about, in bytes. */
export const MAP_ENTRY_BYTES = 100

/** States of a machine by what they hold, numbered in the order of their appearance. */
export class StateTable<Content extends string | number> {
  readonly contents: Content[] = []
  /** About. */
  bytes = 0
  readonly #ids = new Map<Content, number>()

  idOf(content: Content): number {
    let id = this.#ids.get(content)
    if (id === undefined) {
      id = this.contents.length
      this.#ids.set(content, id)
      this.contents.push(content)
      this.bytes += MAP_ENTRY_BYTES + (typeof content === 'string' ? 2 * content.length : 0)
    }
    return id
  }
}

/** So many steps are remembered; then all are forgotten. */
const STEPS_KEPT = 4_000_000

/** Remembers where operations led, for machines that take long to work that out. */
export class StepMemo {
  readonly #after = new Map<number, number>()
  readonly #operations: number

  constructor(operations: number) {
    this.#operations = operations
  }

  get bytes(): number {
    return this.#after.size * MAP_ENTRY_BYTES
  }

  /** The state after an operation: as it was before, or as `work` says. */
  step(state: number, op: number, work: (state: number, op: number) => number): number {
    const at = state * this.#operations + op
    const known = this.#after.get(at)
    if (known !== undefined) return known
    if (this.#after.size >= STEPS_KEPT) this.#after.clear()
    const after = work(state, op)
    this.#after.set(at, after)
    return after
  }
}
