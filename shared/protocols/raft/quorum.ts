import type { PlaceId } from '../../plan/types.ts'

/** Who has a say. While `outgoing` is not empty the configuration is joint: both majorities must agree (§6). */
export interface Configuration {
  readonly voters: readonly PlaceId[]
  readonly outgoing: readonly PlaceId[]
  readonly learners: readonly PlaceId[]
}

export function isJoint(configuration: Configuration): boolean {
  return configuration.outgoing.length > 0
}

export function isVoter({ voters, outgoing }: Configuration, place: PlaceId): boolean {
  return voters.includes(place) || outgoing.includes(place)
}

/** Everyone who is sent the log, in order. */
export function membersOf({ voters, outgoing, learners }: Configuration): PlaceId[] {
  return [...new Set([...voters, ...outgoing, ...learners])].sort((a, b) => a - b)
}

/** The greatest value that a majority of both sets of voters has reached. */
export function quorumValue(configuration: Configuration, valueOf: (place: PlaceId) => number): number {
  const incoming = majorityValue(configuration.voters, valueOf)
  return configuration.outgoing.length === 0
    ? incoming
    : Math.min(incoming, majorityValue(configuration.outgoing, valueOf))
}

/** Values fall along `sorted`; the one in the middle is reached by a majority. */
function majorityValue(voters: readonly PlaceId[], valueOf: (place: PlaceId) => number): number {
  const sorted: number[] = []
  for (let i = 0; i < voters.length; i++) {
    const value = valueOf(voters[i])
    let at = i
    for (; at > 0 && sorted[at - 1] < value; at--) sorted[at] = sorted[at - 1]
    sorted[at] = value
  }
  return sorted[sorted.length >> 1]
}

/** Whether those for whom `agrees` holds are a majority of both sets. */
export function isQuorum(configuration: Configuration, agrees: (place: PlaceId) => boolean): boolean {
  return quorumValue(configuration, (place) => (agrees(place) ? 1 : 0)) === 1
}
