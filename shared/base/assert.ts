/** A broken assumption of our own: a bug in the lab or in a protocol, never the user's doing. */
export class AssertionError extends Error {
  override name = 'AssertionError'
}

/** Throws an AssertionError unless `condition` holds. The message may be a thunk where building it costs. */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new AssertionError(typeof message === 'string' ? message : message())
}

/** Marks the branch of an exhaustive switch that the types exclude. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable case: ${String(value)}`)
}
