/**
 * The nearest of some known names, for "did you mean". Distance is optimal string alignment (insertion, deletion,
 * substitution, swap of neighbours; Boytsov 2011), letters compared without case. A name further away than about a
 * third of its length is no suggestion.
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length > 64) return null
  const wanted = name.toLowerCase()
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: string | null = null
  let bestDistance = limit + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue
    const distance = alignmentDistance(wanted, candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function alignmentDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2] + 1)
      }
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]
}

/** ` Did you mean "x"?`, or the known names where they are few, or nothing. Begins with a space. */
export function mendFor(name: string, known: readonly string[], what: string): string {
  const near = nearest(name, known)
  if (near !== null) return ` Did you mean "${near}"?`
  if (known.length === 0) return ` There is no ${what} to choose from.`
  if (known.length <= 12) return ` Known: ${known.join(', ')}.`
  return ''
}
