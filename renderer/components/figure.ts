/** A number that decides something, as `UiFigures` shows it. */
export interface Figure {
  readonly label: string
  readonly value: string
  /** What the value is about, or what stands beside it. */
  readonly detail: string
  /** What it tells of, where that has a colour of its own. */
  readonly tone?: 'read' | 'write' | 'stale' | 'follower' | 'neutral'
}
