import { msOfNs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { History, ReplicaSample } from '../history/types.ts'
import { countedQuantile } from './summary.ts'
import type { FurthestLag, LagFigures, ReplicaLag, ReplicationLagMetrics } from './types.ts'

/** More instants than this are merged, each keeping the largest lag of those that it stands for. */
const INSTANTS_MAX = 240
const REPLICAS_MAX = 32

export const REPLICATION_LAG_DEFINITION =
  'Versions: how many fewer a replica had applied than the furthest replica of its shard. Time: how long ago the ' +
  'furthest replica stood where this one stands, to within the spacing of the samples. Equal data is no lag; a replica ' +
  'that is down has none.'

const OWN_COUNTS =
  'Replicas of this strategy adopt versions each in an order of its own, so how far one is behind another is not a ' +
  'number; Convergence shows how many states they held.'

interface Lag {
  versions: number
  ms: number
}

/** How far each replica was behind the furthest one of its shards, at every instant at which replicas were looked at. */
export function replicationLagOf(history: History): ReplicationLagMetrics {
  const { samples, places, sampleEveryNs } = history
  const base = { sampleEveryMs: msOfNs(sampleEveryNs), definition: REPLICATION_LAG_DEFINITION }
  if (samples.some(({ appliedIsOwnCount }) => appliedIsOwnCount === true)) {
    return { ...base, tMs: [], replicas: [], leftOut: 0, reason: OWN_COUNTS }
  }
  const byInstant = new Map<Ns, ReplicaSample[]>()
  for (const sample of samples) {
    const others = byInstant.get(sample.timeNs)
    if (others === undefined) byInstant.set(sample.timeNs, [sample])
    else others.push(sample)
  }
  const instantsNs = [...byInstant.keys()].sort((a, b) => a - b)
  const frontiers = new Map<number, Frontier>()
  const lags = instantsNs.map((timeNs) => lagsAt(timeNs, byInstant.get(timeNs) ?? [], frontiers))
  const members = [...new Set(samples.map(({ place }) => place))].sort((a, b) => a - b)
  const isMeasured = (_: unknown, index: number): boolean =>
    instantsNs[index] >= history.warmupNs && instantsNs[index] <= history.issuedUntilNs
  const stride = Math.max(1, Math.ceil(instantsNs.length / INSTANTS_MAX))
  const merged = (place: number, of: keyof Lag): (number | null)[] =>
    everyNth(instantsNs, stride).map((_, index) =>
      largest(lags.slice(index * stride, (index + 1) * stride).map((at) => at.get(place)?.[of] ?? null)),
    )
  const all = members.map((place): ReplicaLag => ({
    id: places[place].name,
    versions: merged(place, 'versions'),
    ms: merged(place, 'ms'),
  }))
  const furthest = new Set([...all].sort((a, b) => total(b) - total(a)).slice(0, REPLICAS_MAX))
  return {
    ...base,
    tMs: everyNth(instantsNs, stride).map(msOfNs),
    replicas: all.filter((replica) => furthest.has(replica)),
    leftOut: Math.max(0, all.length - REPLICAS_MAX),
    furthest: furthestOf(members.length < 2 ? [] : lags.filter(isMeasured)),
    reason: instantsNs.length === 0 ? 'No samples of the replicas were taken.' : null,
  }
}

/** By place: over all shards of which it is an answering member. */
function lagsAt(
  timeNs: Ns,
  samples: readonly ReplicaSample[],
  frontiers: Map<number, Frontier>,
): Map<number, Lag> {
  const answering = samples.filter(({ role }) => role !== 'down')
  const furthest = new Map<number, ReplicaSample>()
  for (const sample of answering) {
    const best = furthest.get(sample.shard)
    if (best === undefined || sample.applied > best.applied) furthest.set(sample.shard, sample)
  }
  for (const [shard, { applied }] of furthest) {
    const frontier = frontiers.get(shard) ?? new Frontier()
    frontiers.set(shard, frontier)
    frontier.reach(timeNs, applied)
  }
  const lags = new Map<number, Lag>()
  for (const { place, shard, applied, digest } of answering) {
    const best = furthest.get(shard) as ReplicaSample
    const lag = lags.get(place) ?? { versions: 0, ms: 0 }
    lags.set(place, lag)
    if (best.digest === digest || best.applied === applied) continue
    lag.versions += best.applied - applied
    const sinceNs = (frontiers.get(shard) as Frontier).passedNs(applied)
    lag.ms = Math.max(lag.ms, msOfNs(timeNs - sinceNs))
  }
  return lags
}

/** Figures over the instants, of each the largest lag that any replica had. */
function furthestOf(instants: readonly ReadonlyMap<number, Lag>[]): FurthestLag {
  const figuresOf = (of: keyof Lag): LagFigures => {
    const counted = instants
      .flatMap((at) => largest([...at.values()].map((lag) => lag[of])) ?? [])
      .sort((a, b) => a - b)
      .map((value): [number, number] => [value, 1])
    const at = (p: number) => countedQuantile(counted, counted.length, p)
    return { p50: at(0.5), p99: at(0.99), max: at(1) }
  }
  return { ms: figuresOf('ms'), versions: figuresOf('versions') }
}

/** How far the furthest replica of a shard had come, and when. */
class Frontier {
  /** Ascending, each with the first and the last instant at which it was seen there. */
  #steps: { applied: number; fromNs: Ns; untilNs: Ns }[] = []

  reach(timeNs: Ns, applied: number): void {
    const last = this.#steps.at(-1)
    // All that had come further are down or have lost what they had: what was before says nothing of them.
    if (last !== undefined && applied < last.applied) this.#steps = []
    if (last?.applied === applied) last.untilNs = timeNs
    else this.#steps.push({ applied, fromNs: timeNs, untilNs: timeNs })
  }

  /** About when it went beyond `applied`: versions are taken to have come evenly between two samples. */
  passedNs(applied: number): Ns {
    let low = 0
    let high = this.#steps.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#steps[middle].applied > applied) high = middle
      else low = middle + 1
    }
    const after = this.#steps[low]
    if (low === 0) return after.fromNs
    const before = this.#steps[low - 1]
    // The next version, on average in the middle of its even share of the time.
    const share = (applied + 0.5 - before.applied) / (after.applied - before.applied)
    return Math.round(before.untilNs + share * (after.fromNs - before.untilNs))
  }
}

function everyNth<T>(items: readonly T[], n: number): T[] {
  return items.filter((_, index) => index % n === 0)
}

function largest(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (most, value) => (most === null || (value !== null && value > most) ? value : most),
    null,
  )
}

function total({ versions }: ReplicaLag): number {
  return versions.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}
