import { Histogram } from '../base/histogram.ts'
import type { Ns } from '../base/time.ts'
import { OP_NAMES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import type { ClientIndex } from './clients.ts'
import { KeyJudge } from './judge-key.ts'
import type { VerdictSink } from './judge-key.ts'
import { OvertakenWrites } from './overtaken.ts'
import { groupByKey } from './rows.ts'
import { countedQuantile, fractionOf, percentileCurve, summaryOf } from './summary.ts'
import type { StalenessMetrics } from './types.ts'
import { BinnedVisibility, ProbeVisibility } from './visibility.ts'

const READ = OP_NAMES.indexOf('read')
const WRITE = OP_NAMES.indexOf('write')
const DELETE = OP_NAMES.indexOf('delete')
const CAS = OP_NAMES.indexOf('cas')

/** Values of `Staleness.verdicts`, by row. */
export const VERDICT = { none: 0, fresh: 1, stale: 2 } as const

export const STALENESS_DEFINITION =
  'A read that began at s and returned version v is stale if a newer version of its key was acknowledged at or before ' +
  's. Version lag: how many such versions. Time lag: s minus the acknowledgement of the first of them. P(fresh | t): ' +
  'the share of reads that were not stale among those that began t after the last acknowledged write of their key.'

export interface Staleness {
  metrics: StalenessMetrics
  /** One VERDICT per row, for series over time. */
  verdicts: Uint8Array
}

/**
 * Judges every successful read invoked at or after the warm-up against all acknowledged writes of its key. A version
 * is newer if it is later in the key's order or, where versions are dots, if the read's context does not cover it. A
 * read of an absent key returned something older than every version; the values that were there from the beginning
 * have version 0. Writes whose outcome stayed unknown were never acknowledged and make no read stale. Scans and
 * compare-and-set are not judged. Takes O((w + r) log w) per key.
 */
export function stalenessOf(
  history: History,
  clients: ClientIndex,
  offsetsMs: readonly number[] | null,
): Staleness {
  const { ops } = history
  const role = rolesOf(history)
  const tally = new Tally(history, clients, offsetsMs)
  const { rows, starts, groups, largest } = groupByKey(ops, role)
  const judge = new KeyJudge(history, tally, largest)
  const overtaken = new OvertakenWrites(history, largest)
  const reads = new Uint32Array(largest)
  const writes = new Uint32Array(largest)
  for (let group = 0; group < groups; group++) {
    let readCount = 0
    let writeCount = 0
    for (let at = starts[group]; at < starts[group + 1]; at++) {
      const row = rows[at]
      if (role[row] === ROLE_READ) reads[readCount++] = row
      else writes[writeCount++] = row
    }
    overtaken.add(writes, writeCount)
    if (readCount > 0) judge.judge(reads, readCount, writes, writeCount)
  }
  const writing = { acknowledgedWrites: overtaken.acknowledged, overtakenWrites: overtaken.overtaken }
  return { metrics: { ...tally.metrics(), ...writing }, verdicts: tally.verdicts }
}

const ROLE_READ = 1
const ROLE_WRITE = 2

/** Which rows count as judged reads and as acknowledged writes. */
function rolesOf({ ops, warmupNs }: History): Uint8Array {
  const role = new Uint8Array(ops.count)
  for (let row = 0; row < ops.count; row++) {
    if (ops.status[row] !== STATUS.ok) continue
    const f = ops.f[row]
    if (f === READ) {
      if (ops.invokedNs[row] >= warmupNs) role[row] = ROLE_READ
    } else if (f === WRITE || f === DELETE || (f === CAS && ops.result[row] === 1)) role[row] = ROLE_WRITE
  }
  return role
}

/** Adds verdicts up. */
class Tally implements VerdictSink {
  readonly verdicts: Uint8Array
  readonly #history: History
  readonly #clients: ClientIndex
  readonly #lags = new Map<number, number>()
  readonly #timeLags = new Histogram()
  readonly #binned = new BinnedVisibility()
  readonly #probed: ProbeVisibility
  readonly #regionReads: Float64Array
  readonly #regionStale: Float64Array
  #probe = false
  #fresh = 0
  #stale = 0
  #lagSum = 0
  #unjudged = 0

  constructor(history: History, clients: ClientIndex, offsetsMs: readonly number[] | null) {
    this.#history = history
    this.#clients = clients
    this.verdicts = new Uint8Array(history.ops.count)
    this.#probed = new ProbeVisibility(offsetsMs)
    this.#regionReads = new Float64Array(clients.regions.length)
    this.#regionStale = new Float64Array(clients.regions.length)
  }

  judged(row: number, versionLag: number, firstMissedNs: Ns, lastAckNs: Ns): void {
    const { invokedNs, session, tag } = this.#history.ops
    const startNs = invokedNs[row]
    const fresh = versionLag === 0
    const region = this.#clients.regionOfSession[session[row]]
    this.#regionReads[region]++
    if (fresh) {
      this.verdicts[row] = VERDICT.fresh
      this.#fresh++
    } else {
      this.verdicts[row] = VERDICT.stale
      this.#stale++
      this.#lagSum += versionLag
      this.#lags.set(versionLag, (this.#lags.get(versionLag) ?? 0) + 1)
      this.#timeLags.record(startNs - firstMissedNs)
      this.#regionStale[region]++
    }
    if (lastAckNs === -Infinity) return
    if (tag[row] === 0) this.#binned.add(startNs - lastAckNs, fresh)
    else {
      this.#probe = true
      this.#probed.add(tag[row], startNs - lastAckNs, fresh)
    }
  }

  unjudged(_row: number): void {
    this.#unjudged++
  }

  metrics(): Omit<StalenessMetrics, 'acknowledgedWrites' | 'overtakenWrites'> {
    const reads = this.#fresh + this.#stale
    const histogram = [...this.#lags].sort((a, b) => a[0] - b[0])
    if (this.#fresh > 0) histogram.unshift([0, this.#fresh])
    const regions = this.#clients.regions.map((region, at) => {
      const [regionReads, staleReads] = [this.#regionReads[at], this.#regionStale[at]]
      const staleFraction = fractionOf(staleReads, regionReads)
      return [region, { reads: regionReads, staleReads, staleFraction }] as const
    })
    return {
      reads,
      staleReads: this.#stale,
      staleFraction: fractionOf(this.#stale, reads),
      versionLag: {
        mean: fractionOf(this.#lagSum, reads),
        p50: countedQuantile(histogram, reads, 0.5),
        p99: countedQuantile(histogram, reads, 0.99),
        max: histogram.at(-1)?.[0] ?? null,
        histogram,
      },
      timeLagMs: summaryOf(this.#timeLags),
      timeLagCurve: percentileCurve(this.#timeLags),
      visibility: this.#probe ? this.#probed.points() : this.#binned.points(),
      unjudged: this.#unjudged,
      byRegion: Object.fromEntries(regions),
      definition: STALENESS_DEFINITION,
    }
  }
}
