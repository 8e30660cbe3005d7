import type { PlaceId } from '../../plan/types.ts'
import { leaversOf, newcomersOf } from './view.ts'
import type { View } from './view.ts'

/** What of a newcomer's copying survives a restart. */
export interface Copied {
  /** Whom it copies from, */
  readonly source: PlaceId
  /** below which key it has everything of that one, */
  readonly upTo: number
  /** and of whom it has everything. */
  readonly done: readonly PlaceId[]
  readonly isComplete: boolean
}

/** How far a newcomer's copying has come. Keys are asked for in ranges, some of them at a time. */
export interface Intake {
  /** The leaver whose place this newcomer takes. */
  readonly former: PlaceId
  source: PlaceId
  upTo: number
  /** Ranges from `upTo` on that have come out of order, by their first keys. */
  readonly arrived: Set<number>
  /** The first key that has not been asked for. */
  asked: number
  /** The key from which on the source holds nothing; Infinity while that is not known. */
  end: number
  readonly done: PlaceId[]
  isComplete: boolean
  /** Whether it has been noted that nobody can be copied from. */
  isStuck: boolean
}

/** The copying of a newcomer under a view of which it is one: from the beginning, or from where it was. */
export function intakeFrom(view: View, self: PlaceId, copied: Copied | null): Intake {
  const former = leaversOf(view)[newcomersOf(view).indexOf(self)] ?? view.members[0]
  const { source, upTo, done, isComplete } = copied ?? {
    source: former,
    upTo: 0,
    done: [],
    isComplete: false,
  }
  return {
    former,
    source,
    upTo,
    arrived: new Set(),
    asked: upTo,
    end: Infinity,
    done: [...done],
    isComplete,
    isStuck: false,
  }
}
