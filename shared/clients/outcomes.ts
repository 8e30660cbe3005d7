import type { ErrorCode, Outcome } from '../protocols/contract.ts'

/** How an operation ended of which no replica's answer says it: nothing found, no version, nothing to remember. */
export function bareOutcome(status: Outcome['status'], error: ErrorCode | null, value = 0): Outcome {
  return { status, error, value, version: null, siblings: null, context: null, token: null, redirect: null }
}
