/**
 * How well a typed pattern fits a text, and where; null where its letters do not occur in this order. Letters at the
 * beginning of words and in a row count most, so that "nt" finds "New topology" before "Run with another seed".
 */
export interface Fit {
  readonly score: number
  /** Index of every letter of the text that the pattern met. */
  readonly at: readonly number[]
}

const START = 8
const ROW = 9
const ANY = 1
const UNREACHED = -1e9

/** Best alignment by dynamic programming over pattern × text; both are short. Spaces in the pattern are ignored. */
export function fit(pattern: string, text: string): Fit | null {
  const wanted = pattern.toLowerCase().replaceAll(/\s+/g, '')
  const lower = text.toLowerCase()
  if (wanted === '') return { score: 0, at: [] }
  if (wanted.length > lower.length) return null
  /** best[i][j]: of the first i + 1 letters, the last of them met at j. */
  const best: number[][] = []
  const from: number[][] = []
  for (let i = 0; i < wanted.length; i++) {
    best.push(new Array<number>(lower.length).fill(UNREACHED))
    from.push(new Array<number>(lower.length).fill(-1))
    let reach = i === 0 ? 0 : UNREACHED
    let reachAt = -1
    for (let j = 0; j < lower.length; j++) {
      if (lower[j] === wanted[i]) {
        const isStart = j === 0 || /[^a-z0-9]/.test(lower[j - 1])
        const here = isStart ? START : ANY
        const row = i > 0 && j > 0 ? best[i - 1][j - 1] + ROW + here : UNREACHED
        const apart = reach + here
        best[i][j] = Math.max(row, apart)
        from[i][j] = row >= apart ? j - 1 : reachAt
      }
      if (i > 0 && best[i - 1][j] > reach) {
        reach = best[i - 1][j]
        reachAt = j
      }
    }
  }
  const last = best[wanted.length - 1]
  let j = last.indexOf(Math.max(...last))
  if (last[j] < 0) return null
  // Of texts that fit alike the shorter one is meant.
  const score = last[j] - lower.length / 100
  const at: number[] = []
  for (let i = wanted.length - 1; i >= 0; i--) {
    at.unshift(j)
    j = from[i][j]
  }
  return { score, at }
}
