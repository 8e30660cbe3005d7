/** A part of an axis that is zoomed and moved: pure arithmetic, whatever the axis carries. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** A narrower (factor below 1) or wider range round a place that stays where it is, within the bounds. */
export function zoomed(range: Range, factor: number, around: number, bounds: Range, spanMin: number): Range {
  const span = range.to - range.from
  const whole = bounds.to - bounds.from
  const next = Math.min(whole, Math.max(Math.min(spanMin, whole), span * factor))
  const share = span > 0 ? (around - range.from) / span : 0.5
  return within(around - share * next, next, bounds)
}

export function panned(range: Range, by: number, bounds: Range): Range {
  return within(range.from + by, range.to - range.from, bounds)
}

function within(from: number, span: number, bounds: Range): Range {
  const at = Math.max(bounds.from, Math.min(from, bounds.to - span))
  return { from: at, to: at + span }
}
