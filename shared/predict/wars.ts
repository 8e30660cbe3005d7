import { assert } from '../base/assert.ts'
import type { Rng } from '../base/rng.ts'
import { LogCounts } from './log-counts.ts'
import type { Leg, Route } from './route.ts'
import type { Sampler } from './sampler.ts'
import { BLOCK, BLOCK_BITS, Selection } from './selection.ts'

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
 * that coordinates, or leads, is an extra hop on both ways, and the reader's clock starts when the writer has its
 * answer; where members show only what they know to be committed, W[i] is when they hear of that.
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
  readonly #leastNs = new Float64Array(BLOCK)
  readonly #rowOffsets: Int32Array
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
    this.#rowOffsets = new Int32Array(members)
    this.#selection = new Selection(members)
  }

  run(write: Route, read: Route, trials: number): void {
    for (let done = 0; done < trials; done += BLOCK) this.#block(write, read, Math.min(BLOCK, trials - done))
  }

  #block(write: Route, read: Route, n: number): void {
    const rng = this.#rng
    const { readNs, writeNs, freshFromNs } = this.#result
    const gapNs = this.#gapNs
    const latencyNs = this.#latencyNs
    const doneNs = this.#doneNs
    this.#write(write, n)
    gapNs.set(this.#commitNs)
    for (const way of write.reply) way.addTo(gapNs, 0, n, rng)
    // The client's latency: as far as its answer, and the way to the coordinator before that.
    latencyNs.set(gapNs)
    for (const way of write.request) way.addTo(latencyNs, 0, n, rng)
    writeNs.record(latencyNs, n)

    latencyNs.fill(0, 0, n)
    if (read.request.length > 0) {
      for (const way of read.request) way.addTo(latencyNs, 0, n, rng)
      for (let trial = 0; trial < n; trial++) gapNs[trial] += latencyNs[trial]
    }
    this.#read(read, n)
    for (let trial = 0; trial < n; trial++) latencyNs[trial] += doneNs[trial]
    for (const way of read.reply) way.addTo(latencyNs, 0, n, rng)
    readNs.record(latencyNs, n)
    freshFromNs.record(this.#freshFromNs, n)
  }

  /** Draws writes up to their commit at the coordinator, since the messages were sent. */
  #write({ legs, groups }: Route, n: number): void {
    const rng = this.#rng
    for (let leg = 0; leg < legs.length; leg++) {
      const { out, back, service, delays, answerService } = legs[leg]
      const from = leg * BLOCK
      const to = from + n
      this.#roundTrip(out, service, back, this.#visibleNs, this.#ackNs, from, to)
      for (const delay of delays) delay.addTo(this.#ackNs, from, to, rng)
      answerService?.addTo(this.#ackNs, from, to, rng)
    }
    const ackNs = this.#ackNs
    const commitNs = this.#commitNs
    const selection = this.#selection
    const { picks } = selection
    commitNs.fill(0, 0, n)
    for (const { legs: among, count } of groups) {
      selection.smallest(ackNs, n, among, count)
      const last = (count - 1) * BLOCK
      for (let trial = 0; trial < n; trial++) {
        const ns = ackNs[picks[last + trial]]
        if (ns > commitNs[trial]) commitNs[trial] = ns
      }
    }
    for (let leg = 0; leg < legs.length; leg++) this.#show(legs[leg].shows, leg * BLOCK, n)
  }

  /** From when members show what they have, where that is not as soon as it arrives. */
  #show({ after, by }: Leg['shows'], from: number, n: number): void {
    const visibleNs = this.#visibleNs
    const commitNs = this.#commitNs
    for (let trial = 0; trial < n && after !== 'arrival'; trial++) {
      const ackNs = after === 'both' ? this.#ackNs[from + trial] : 0
      visibleNs[from + trial] = Math.max(commitNs[trial], ackNs)
    }
    for (const delay of by) delay.addTo(visibleNs, from, from + n, this.#rng)
  }

  /** Draws reads up to the last answer that they wait for, and finds from which t on they would have been fresh. */
  #read({ legs, groups, members }: Route, n: number): void {
    const rng = this.#rng
    const visibleNs = this.#visibleNs
    const arriveNs = this.#arriveNs
    const answerNs = this.#answerNs
    const leastNs = this.#leastNs
    const rowOffsets = this.#rowOffsets
    for (let leg = 0; leg < legs.length; leg++) {
      const { out, back, service, delays, answerService } = legs[leg]
      const from = leg * BLOCK
      const to = from + n
      this.#roundTrip(out, service, back, arriveNs, answerNs, from, to)
      for (const delay of delays) delay.addTo(answerNs, from, to, rng)
      answerService?.addTo(answerNs, from, to, rng)
      // From a leg's row to the row of its member among the writes.
      rowOffsets[leg] = (members[leg] - leg) * BLOCK
    }
    const { legs: asked, count } = groups[0]
    const doneNs = this.#doneNs
    const gapNs = this.#gapNs
    const freshFromNs = this.#freshFromNs
    const selection = this.#selection
    const { picks } = selection
    selection.smallest(answerNs, n, asked, count)
    const last = (count - 1) * BLOCK
    // W − R: how long the member looks before it has the version, were the read sent with the write; the least counts.
    for (let trial = 0; trial < n; trial++) {
      const pick = picks[last + trial]
      doneNs[trial] = answerNs[pick]
      leastNs[trial] = visibleNs[pick + rowOffsets[pick >>> BLOCK_BITS]] - arriveNs[pick]
    }
    for (let start = 0; start < last; start += BLOCK) {
      for (let trial = 0; trial < n; trial++) {
        const pick = picks[start + trial]
        const ns = visibleNs[pick + rowOffsets[pick >>> BLOCK_BITS]] - arriveNs[pick]
        if (ns < leastNs[trial]) leastNs[trial] = ns
      }
    }
    for (let trial = 0; trial < n; trial++) {
      const thresholdNs = leastNs[trial] - gapNs[trial]
      freshFromNs[trial] = thresholdNs > 0 ? thresholdNs : 0
    }
  }

  #roundTrip(
    out: Sampler,
    service: Sampler | null,
    back: Sampler,
    arrivals: Float64Array,
    answers: Float64Array,
    from: number,
    to: number,
  ): void {
    const rng = this.#rng
    if (service === null) {
      out.roundTrip(back, arrivals, answers, from, to, rng)
      return
    }
    arrivals.fill(0, from, to)
    out.addTo(arrivals, from, to, rng)
    service.addTo(arrivals, from, to, rng)
    back.addTo(answers, from, to, rng, arrivals)
  }
}
