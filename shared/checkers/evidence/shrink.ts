/**
 * The fewest of `rows` found that still violate, ascending: delta debugging (Zeller and Hildebrandt, "Simplifying and
 * Isolating Failure-Inducing Input", 2002), which takes away ever smaller slices for as long as that goes. Whatever
 * stays brings its `support` along. `violates` is asked at most `checksMax` times and need not answer yes where it is
 * unsure; of `rows` themselves it is taken for granted.
 */
export function shrink(
  rows: readonly number[],
  support: (row: number) => readonly number[],
  violates: (rows: readonly number[]) => boolean,
  checksMax = 400,
): number[] {
  let core = [...rows]
  let best = withSupport(core, support)
  let checks = 0
  let slices = 2
  while (core.length > 1 && checks < checksMax) {
    const size = Math.ceil(core.length / slices)
    let removed = false
    // Later rows go first: what follows a violation seldom belongs to it.
    for (
      let from = Math.floor((core.length - 1) / size) * size;
      from >= 0 && checks < checksMax;
      from -= size
    ) {
      const rest = [...core.slice(0, from), ...core.slice(from + size)]
      const kept = withSupport(rest, support)
      // What support would bring back at once is not worth a check.
      if (kept.length >= best.length && size > 1) continue
      checks++
      if (!violates(kept)) continue
      core = rest
      best = kept
      removed = true
    }
    if (!removed && size === 1) break
    slices = removed ? Math.max(2, Math.min(slices, core.length)) : Math.min(core.length, slices * 2)
  }
  return best
}

/** The rows and all that they rest on, ascending. */
export function withSupport(rows: readonly number[], support: (row: number) => readonly number[]): number[] {
  const kept = new Set(rows)
  const open = [...rows]
  for (let row = open.pop(); row !== undefined; row = open.pop())
    for (const other of support(row)) {
      if (kept.has(other)) continue
      kept.add(other)
      open.push(other)
    }
  return [...kept].sort((a, b) => a - b)
}
