import type { SessionRecord } from '../sessions.ts'

/** The decisions on which a split's safety rests. The planted bugs replace one of them each. */
export interface RangeRules {
  /** The table of sessions that the new group begins with; `index` is that of the entry at which it does. */
  sessionsOf(sessions: readonly SessionRecord[], index: number): readonly SessionRecord[]
  /** Where the old group ends from now on, which ended at `before` so far. */
  borderOf(at: number, before: number): number
}

export const RANGE_RULES: RangeRules = {
  sessionsOf: (sessions) => sessions,
  borderOf: (at) => at,
}
