/** A line of states of which one is current; edits with the same key that follow each other count as one. */
export interface Timeline<T> {
  readonly past: readonly Step<T>[]
  readonly present: T
  readonly future: readonly Step<T>[]
  /** Key of the edit that led to the present, while it may still be continued. */
  readonly openKey: string | null
}

/** A state and, in words, the edit that left it (past) or led to it (future). */
export interface Step<T> {
  readonly state: T
  readonly label: string
}

/** Steps kept; files share their unchanged parts, so that a step is small. */
const STEPS_MAX = 1_000

export function timelineOf<T>(present: T): Timeline<T> {
  return { past: [], present, future: [], openKey: null }
}

/** `key` names a gesture (a drag, typing in one field): its steps are undone together. */
export function advance<T>(timeline: Timeline<T>, state: T, label: string, key: string | null): Timeline<T> {
  if (state === timeline.present) return timeline
  const continues = key !== null && key === timeline.openKey
  const past = continues
    ? timeline.past
    : [...timeline.past, { state: timeline.present, label }].slice(-STEPS_MAX)
  return { past, present: state, future: [], openKey: key }
}

/** Ends the gesture: what follows is a step of its own. */
export function settle<T>(timeline: Timeline<T>): Timeline<T> {
  return timeline.openKey === null ? timeline : { ...timeline, openKey: null }
}

export function undo<T>(timeline: Timeline<T>): Timeline<T> {
  const last = timeline.past.at(-1)
  if (last === undefined) return timeline
  return {
    past: timeline.past.slice(0, -1),
    present: last.state,
    future: [{ state: timeline.present, label: last.label }, ...timeline.future],
    openKey: null,
  }
}

export function redo<T>(timeline: Timeline<T>): Timeline<T> {
  const [next, ...future] = timeline.future
  if (next === undefined) return timeline
  return {
    past: [...timeline.past, { state: timeline.present, label: next.label }],
    present: next.state,
    future,
    openKey: null,
  }
}
