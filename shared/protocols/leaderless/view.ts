import type { PlaceId } from '../../plan/types.ts'

/**
 * Who holds the shard, and how far a change of that has come. A change takes three steps, each an epoch of its own:
 *
 * 1. The newcomers copy what they are to hold. Writes go to the old and the new members and need a quorum of each
 *    (Cassandra's pending ranges); reads still go to the old ones.
 * 2. The copies are complete. Reads go to the new members; writes still go to both, for somebody may read from the old ones.
 * 3. Nobody can read from the old members any more: the new ones are the members, and nothing is under change.
 *
 * The steps and their order are those of Cassandra's transactional metadata (CEP-21: start, mid and finish join).
 */
export interface View {
  /** Three per change: settled views have epochs divisible by three. */
  readonly epoch: number
  readonly members: readonly PlaceId[]
  /** Who the members are to be; null while nothing changes. */
  readonly next: readonly PlaceId[] | null
  /** Who may stand in for members, in order. */
  readonly spares: readonly PlaceId[]
}

export const STEPS = 3
/** The epoch's remainder while newcomers copy, and while reads have gone over to the new members. */
export const COPYING = 1
export const READING = 2

export function stepOf({ epoch }: View): number {
  return epoch % STEPS
}

/** How many changes are done. */
export function changesOf({ epoch }: View): number {
  return Math.floor(epoch / STEPS)
}

/** Old and new members. */
export function everyoneOf({ members, next }: View): readonly PlaceId[] {
  return next === null ? members : [...members, ...without(next, members)]
}

/** Those whose copies count in reads. */
export function readableOf(view: View): readonly PlaceId[] {
  return view.next !== null && stepOf(view) === READING ? view.next : view.members
}

export function newcomersOf({ members, next }: View): readonly PlaceId[] {
  return next === null ? [] : without(next, members)
}

export function leaversOf({ members, next }: View): readonly PlaceId[] {
  return next === null ? [] : without(members, next)
}

/**
 * Who carries a change out: the first newcomer, as in Cassandra, where a node bootstraps itself; else the first to leave. Old
 * and new members determine it, so that nobody else can begin the same change.
 */
export function moverOf(members: readonly PlaceId[], next: readonly PlaceId[]): PlaceId {
  return [...without(next, members), ...without(members, next)][0]
}

export function isNewcomer(view: View, place: PlaceId): boolean {
  return view.next !== null && view.next.includes(place) && !view.members.includes(place)
}

export function without(places: readonly PlaceId[], others: readonly PlaceId[]): PlaceId[] {
  return places.filter((place) => !others.includes(place))
}
