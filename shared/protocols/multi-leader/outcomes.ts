import type { Vector } from '../../clocks/version-vectors.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { ErrorCode, Outcome, SessionToken, Version, VersionVector } from '../contract.ts'
import { ERRORS } from '../contract.ts'
import type { Reading } from './models.ts'

/** What clients are told. Leaders' numbers become places here: versions and contexts leave the protocol. */

const DONE: Outcome = {
  status: 'ok',
  error: null,
  value: 0,
  version: null,
  siblings: null,
  context: null,
  token: null,
  redirect: null,
}

export function failure(error: ErrorCode): Outcome {
  return { ...DONE, status: ERRORS[error].definite ? 'fail' : 'info', error }
}

export function writeOutcome(version: Version, token: SessionToken): Outcome {
  return { ...DONE, version, token }
}

export function readOutcome(
  { value, siblings, version }: Reading,
  members: readonly PlaceId[],
  context: VersionVector | null,
  token: SessionToken,
): Outcome {
  const placed = version === null ? null : { at: version.at, by: members[version.by] }
  return { ...DONE, value, siblings, version: placed, context, token }
}

export function scanOutcome(rows: number, token: SessionToken): Outcome {
  return { ...DONE, value: rows, token }
}

/** A vector by places, for those that compare versions by it. */
export function contextOf(members: readonly PlaceId[], seen: Vector): VersionVector {
  return members
    .map((place, position) => [place, seen[position]] as const)
    .filter(([, at]) => at > 0)
    .sort((a, b) => a[0] - b[0])
}
