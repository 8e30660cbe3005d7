import { assert } from '../base/assert.ts'
import type { Rng } from '../base/rng.ts'
import { LogCounts } from './log-counts.ts'
import type { Route } from './routes.ts'

/** What a number of simulated write–read pairs came to, in ns. */
export interface WarsResult {
  readNs: LogCounts
  writeNs: LogCounts
  /** Per trial, the least delay t after the acknowledgement with which the read would have been fresh. */
  freshFromNs: LogCounts
}

/**
 * The WARS model (Bailis et al., "Probabilistically Bounded Staleness for Practical Partial Quorums", VLDB 2012): a
 * write reaches member i after W[i] and is acknowledged after W[i] + A[i]; it commits at w, the last acknowledgement it
 * has to wait for. A read that is sent t later reaches member i after R[i] and uses the first r answers by R[i] + S[i].
 * Member i answers with the old version if w + t + R[i] < W[i].
 *
 * Which members answer first does not depend on t. So one trial yields the whole curve: the read is fresh exactly from
 * t = min over those r of max(0, W[i] − w − R[i]) on, and P(fresh | t) is the distribution of that threshold.
 *
 * Generalised: legs differ between members; writer and reader are drawn from their routes, independently; a replica
 * that coordinates is an extra hop on both ways, and the reader's clock starts when the writer has its answer.
 */
export function simulateWars(
  writes: readonly Route[],
  reads: readonly Route[],
  trials: number,
  rng: Rng,
): WarsResult {
  const result = { readNs: new LogCounts(), writeNs: new LogCounts(), freshFromNs: new LogCounts() }
  const members = writes[0].legs.length
  const pair = new Pair(members, rng, result)
  // Each pair of routes gets its share of the trials, rounded such that all of them are used.
  let weight = 0
  let done = 0
  for (const write of writes) {
    for (const read of reads) {
      weight += write.weight * read.weight
      const upTo = Math.min(trials, Math.round(trials * weight))
      pair.run(write, read, upTo - done)
      done = upTo
    }
  }
  assert(done === trials, () => `the routes' weights sum to ${weight}, not to 1`)
  return result
}

/** Trials simulated side by side, so that each distribution is drawn from in one run. */
const BLOCK = 512

/** Trials of one write route with one read route. Rows of the matrices are legs, columns are trials. */
class Pair {
  readonly #rng: Rng
  readonly #result: WarsResult
  /** W: when the member has the version, since the coordinator sent it. */
  readonly #visibleNs: Float64Array
  readonly #ackNs: Float64Array
  /** R: when the member looks its version up, since the coordinator asked it. */
  readonly #arriveNs: Float64Array
  readonly #answerNs: Float64Array
  readonly #commitNs = new Float64Array(BLOCK)
  readonly #doneNs = new Float64Array(BLOCK)
  /** From the commit at the write's coordinator to the sending of the read, but for t. */
  readonly #gapNs = new Float64Array(BLOCK)
  readonly #latencyNs = new Float64Array(BLOCK)
  readonly #freshFromNs = new Float64Array(BLOCK)
  readonly #selection: Selection

  constructor(members: number, rng: Rng, result: WarsResult) {
    this.#rng = rng
    this.#result = result
    this.#visibleNs = new Float64Array(members * BLOCK)
    this.#ackNs = new Float64Array(members * BLOCK)
    this.#arriveNs = new Float64Array(members * BLOCK)
    this.#answerNs = new Float64Array(members * BLOCK)
    this.#selection = new Selection(members)
  }

  run(write: Route, read: Route, trials: number): void {
    for (let done = 0; done < trials; done += BLOCK) this.#block(write, read, Math.min(BLOCK, trials - done))
  }

  #block(write: Route, read: Route, n: number): void {
    const rng = this.#rng
    const { readNs, writeNs, freshFromNs } = this.#result
    this.#write(write, n)
    this.#gapNs.set(this.#commitNs)
    write.reply?.addTo(this.#gapNs, 0, n, rng)
    // The client's latency: as far as its answer, and the way to the coordinator before that.
    this.#latencyNs.set(this.#gapNs)
    write.request?.addTo(this.#latencyNs, 0, n, rng)
    write.requestService?.addTo(this.#latencyNs, 0, n, rng)
    writeNs.record(this.#latencyNs, n)

    this.#latencyNs.fill(0, 0, n)
    read.request?.addTo(this.#latencyNs, 0, n, rng)
    read.requestService?.addTo(this.#latencyNs, 0, n, rng)
    for (let trial = 0; trial < n; trial++) this.#gapNs[trial] += this.#latencyNs[trial]
    this.#read(read, n)
    for (let trial = 0; trial < n; trial++) this.#latencyNs[trial] += this.#doneNs[trial]
    read.reply?.addTo(this.#latencyNs, 0, n, rng)
    readNs.record(this.#latencyNs, n)
    freshFromNs.record(this.#freshFromNs, n)
  }

  /** Draws writes up to their commit at the coordinator, since the messages were sent. */
  #write({ legs, groups }: Route, n: number): void {
    const rng = this.#rng
    for (let leg = 0; leg < legs.length; leg++) {
      const { out, back, service, fsync, answerService } = legs[leg]
      const from = leg * BLOCK
      const to = from + n
      this.#visibleNs.fill(0, from, to)
      out.addTo(this.#visibleNs, from, to, rng)
      service?.addTo(this.#visibleNs, from, to, rng)
      for (let at = from; at < to; at++) this.#ackNs[at] = this.#visibleNs[at]
      back.addTo(this.#ackNs, from, to, rng)
      fsync?.addTo(this.#ackNs, from, to, rng)
      answerService?.addTo(this.#ackNs, from, to, rng)
    }
    const ackNs = this.#ackNs
    const commitNs = this.#commitNs
    const selection = this.#selection
    commitNs.fill(0, 0, n)
    for (const { legs: among, count } of groups) {
      for (let trial = 0; trial < n; trial++) {
        const ns = selection.smallest(ackNs, trial, among, count)
        if (ns > commitNs[trial]) commitNs[trial] = ns
      }
    }
  }

  /** Draws reads up to the last answer that they wait for, and finds from which t on they would have been fresh. */
  #read({ legs, groups, members }: Route, n: number): void {
    const rng = this.#rng
    for (let leg = 0; leg < legs.length; leg++) {
      const { out, back, service, answerService } = legs[leg]
      const from = leg * BLOCK
      const to = from + n
      this.#arriveNs.fill(0, from, to)
      out.addTo(this.#arriveNs, from, to, rng)
      service?.addTo(this.#arriveNs, from, to, rng)
      for (let at = from; at < to; at++) this.#answerNs[at] = this.#arriveNs[at]
      back.addTo(this.#answerNs, from, to, rng)
      answerService?.addTo(this.#answerNs, from, to, rng)
    }
    const { legs: asked, count } = groups[0]
    const visibleNs = this.#visibleNs
    const arriveNs = this.#arriveNs
    const answerNs = this.#answerNs
    const doneNs = this.#doneNs
    const gapNs = this.#gapNs
    const freshFromNs = this.#freshFromNs
    const selection = this.#selection
    const { order } = selection
    for (let trial = 0; trial < n; trial++) {
      doneNs[trial] = selection.smallest(answerNs, trial, asked, count)
      let least = Infinity
      for (let at = 0; at < count; at++) {
        const leg = order[at]
        const ns = visibleNs[members[leg] * BLOCK + trial] - arriveNs[leg * BLOCK + trial]
        if (ns < least) least = ns
      }
      const thresholdNs = least - gapNs[trial]
      freshFromNs[trial] = thresholdNs > 0 ? thresholdNs : 0
    }
  }
}

/** Finds the smallest few of one column of a matrix. Equal values rank by their row. */
class Selection {
  /** After `smallest`: the rows of the `count` smallest values, in no particular order but that the last is last. */
  readonly order: Int32Array

  constructor(rows: number) {
    this.order = new Int32Array(rows)
  }

  /** The count-th smallest value of a column, among some rows, given in ascending order. */
  smallest(matrix: Float64Array, column: number, rows: readonly number[], count: number): number {
    const { order } = this
    if (count === 1) {
      let first = rows[0]
      let least = matrix[first * BLOCK + column]
      for (let at = 1; at < rows.length; at++) {
        const value = matrix[rows[at] * BLOCK + column]
        if (value < least) {
          least = value
          first = rows[at]
        }
      }
      order[0] = first
      return least
    }
    if (count === 2) return this.#secondSmallest(matrix, column, rows)
    for (let at = 0; at < rows.length; at++) {
      const value = matrix[rows[at] * BLOCK + column]
      let hole = at
      if (at >= count) {
        if (value >= matrix[order[count - 1] * BLOCK + column]) continue
        hole = count - 1
      }
      while (hole > 0 && matrix[order[hole - 1] * BLOCK + column] > value) {
        order[hole] = order[hole - 1]
        hole--
      }
      order[hole] = rows[at]
    }
    return matrix[order[count - 1] * BLOCK + column]
  }

  #secondSmallest(matrix: Float64Array, column: number, rows: readonly number[]): number {
    let first = rows[0]
    let second = rows[1]
    let least = matrix[first * BLOCK + column]
    let next = matrix[second * BLOCK + column]
    if (next < least) {
      ;[first, second] = [second, first]
      ;[least, next] = [next, least]
    }
    for (let at = 2; at < rows.length; at++) {
      const value = matrix[rows[at] * BLOCK + column]
      if (value >= next) continue
      if (value < least) {
        next = least
        second = first
        least = value
        first = rows[at]
      } else {
        next = value
        second = rows[at]
      }
    }
    this.order[0] = first
    this.order[1] = second
    return next
  }
}
