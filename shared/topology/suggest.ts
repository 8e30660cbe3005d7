/**
 * The nearest of some known names, for "did you mean". Distance is optimal string alignment (insertion, deletion,
 * substitution, swap of neighbours; Boytsov 2011), letters compared without case. A name further away than about a
 * third of its length is no suggestion, nor is another one for a single letter; the one name that begins with what was
 * said is.
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length > 64) return null
  const wanted = name.toLowerCase()
  const limit = name.length === 1 ? 0 : Math.max(1, Math.floor(name.length / 3))
  let best: string | null = null
  let bestDistance = limit + 1
  const longer: string[] = []
  for (const candidate of known) {
    if (wanted.length >= BEGINNING_CHARS_MIN && candidate.toLowerCase().startsWith(wanted))
      longer.push(candidate)
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue
    const distance = alignmentDistance(wanted, candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best ?? (longer.length === 1 ? longer[0] : null)
}

/** Fewer letters begin too many names by chance. */
const BEGINNING_CHARS_MIN = 3

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
