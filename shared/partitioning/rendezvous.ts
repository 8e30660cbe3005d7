import { mix32, murmur3x32, utf8Bytes } from '../base/hash.ts'
import { log } from '../base/math.ts'

/** A replica as rendezvous hashing sees it. */
export interface Candidate {
  /** Hash of its name, by `candidateOf`. */
  hash: number
  /** Relative to the others'; twice the weight is twice the keys. */
  weight: number
}

export function candidateOf(id: string, weight = 1): Candidate {
  return { hash: murmur3x32(utf8Bytes(id)), weight }
}

/**
 * Indices of the candidates in the order in which a bucket of keys prefers them: highest random weight (Thaler & Ravishankar
 * 1998). Without one candidate the order of the others stays, so that only its keys move. With weights a candidate's score
 * is −w / ln(u), u uniform, which makes its share exactly its part of all weights (Schindelhauer & Schomaker 2005, the
 * logarithmic method).
 */
export function rendezvousOrder(bucket: number, candidates: readonly Candidate[]): number[] {
  const seed = mix32(bucket + 0x9e3779b9)
  const scores = candidates.map(({ hash, weight }) => {
    const u = ((mix32(mix32(seed ^ hash) + hash) >>> 0) + 0.5) / 4294967296
    return -weight / log(u)
  })
  return candidates.map((_, index) => index).sort((a, b) => scores[b] - scores[a] || a - b)
}
