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
}

/** States of a machine by what they hold, numbered in the order of their appearance. */
export class StateTable<Content extends string | number> {
  readonly contents: Content[] = []
  readonly #ids = new Map<Content, number>()

  idOf(content: Content): number {
    let id = this.#ids.get(content)
    if (id === undefined) {
      id = this.contents.length
      this.#ids.set(content, id)
      this.contents.push(content)
    }
    return id
  }
}
