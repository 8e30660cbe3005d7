import { logBucketNs } from '../../shared/base/log-counts.ts'
import { msOfNs } from '../../shared/base/time.ts'
import type { Ns } from '../../shared/base/time.ts'
import type { PlaceId, Plan } from '../../shared/plan/types.ts'
import type { LatenessSummary, LinkLateness, LiveFigures, MessageBalance } from '../../shared/report/types.ts'
import { LIMITS } from '../../shared/topology/limits.ts'
import type { Counts, LinkTiming, ThreadTiming } from './timing.ts'

/** Lateness that no engineer would notice in a network: the finest that the platform's waits allow. */
const TOLERANCE_MS_MIN = 0.3
/** Or this share of the median latency of the links. */
const TOLERANCE_SHARE = 0.1
/** Of a thread's time: less of it spent standing still can't show in a 99th percentile. */
const STALLED_SHARE_MAX = 0.01
/** Of the cores' time, and of one thread's: where so much is used, there is none left. */
const CORES_SATURATED = 0.9
const THREAD_SATURATED = 0.95
/** What a slower world should leave unused, so that work seldom waits for other work. */
const TARGET_SHARE = 0.5
/** On what is said to suffice. */
const MARGIN = 1.25
/** A run that got through less than this of its work says nothing of how much more there was. */
const HANDLED_SHARE_MIN = 0.05
const LINKS_SHOWN = 10
const THREADS_SHOWN = 5

export interface FidelityFacts {
  timeScale: number
  /** Of the topology, in time of the run. */
  medianLinkMs: number
  /** Several for a thread whose replica crashed and came back. */
  threads: readonly ThreadTiming[]
  /** The places that a thread runs. */
  namesOn: (thread: number) => string
  /** Of an end of a link, which may stand for all places of a thread. */
  nameOfEnd: (place: PlaceId) => string
  threadCount: number
  cores: number
  cpu: LiveFigures['cpu']
  startMs: number
  messages: MessageBalance | null
  fsync: Counts | null
}

export function fidelityOf(facts: FidelityFacts): LiveFigures {
  const { timeScale, threads, cores, cpu } = facts
  const messages = latenessOf(threads.map((thread) => thread.messages))
  const timers = latenessOf(threads.map((thread) => thread.timers))
  const stalls = stallsOf(facts)
  const busy = busyOf(facts)
  // A slower world forgives in proportion: what counts is how late things are by the run's own clock.
  const toleranceMs = Math.max(TOLERANCE_MS_MIN, TOLERANCE_SHARE * facts.medianLinkMs) * timeScale
  const p99 = Math.max(messages.p99 ?? 0, timers.p99 ?? 0)
  const stillness = stalledShare(threads) > STALLED_SHARE_MAX && stalls.maxMs > toleranceMs ? stalls : null
  const saturated = saturation(busy, cpu, cores)
  const cause = saturated ?? (stillness === null ? null : stillnessText(stillness))
  const measured = messages.count + timers.count > 0
  const faithful = measured && p99 <= toleranceMs && stillness === null
  const bounds = [
    ...(messages.p99 === null ? [] : [`99 % of messages were at most ${round(messages.p99)} ms late`]),
    ...(timers.p99 === null ? [] : [`99 % of timers at most ${round(timers.p99)} ms`]),
  ].join(' and ')
  const verdict = faithful
    ? `up to ${round(toleranceMs)} ms counts as faithful${saturated === null ? '' : `, although ${saturated}`}`
    : `${round(toleranceMs)} ms would be faithful: ${cause ?? 'this machine wakes threads late'}`
  return {
    latenessMs: messages,
    timerErrorMs: timers,
    links: worstLinks(facts),
    stalls,
    busy,
    cpu,
    saturated: saturated !== null,
    faithful,
    reason: measured ? `${bounds}; ${verdict}.` : 'nothing that happened after the warm-up was measured.',
    timeScale,
    timeScaleNeeded:
      faithful || !measured
        ? null
        : scaleNeeded(facts, {
            lateMs: Math.max(p99, stillness?.maxMs ?? 0),
            behindMs: Math.max(messages.max ?? 0, timers.max ?? 0),
            toleranceMs,
            busiest: busy[0]?.share ?? 0,
          }),
    threads: facts.threadCount,
    cores,
    startMs: facts.startMs,
    messages: facts.messages,
    fsyncMs: facts.fsync === null ? null : latenessOf([facts.fsync]),
  }
}

/**
 * The scale that would have sufficed. What makes threads late by so many ms (the platform, other programs, a single
 * piece of work) makes them no later in a slower world, which forgives in proportion: `patient` suffices for certain.
 * Where our own load used the machine up, lateness is a queue, and the queue is gone long before that: then so much
 * slower suffices as leaves half of it free. What was still queueing at the end has to be counted as load, too.
 */
function scaleNeeded(
  { timeScale, threads, cpu }: FidelityFacts,
  timing: { lateMs: number; behindMs: number; toleranceMs: number; busiest: number },
): number {
  const { lateMs, behindMs, toleranceMs, busiest } = timing
  let scale = timeScale * Math.max(1, MARGIN * (lateMs / toleranceMs))
  if (cpu.own >= CORES_SATURATED || busiest >= THREAD_SATURATED) {
    const elapsedMs = Math.max(...threads.map(({ elapsedNs }) => msOfNs(elapsedNs)))
    const handled = Math.max(HANDLED_SHARE_MIN, 1 - behindMs / Math.max(1, elapsedMs))
    const load = Math.max(cpu.own, busiest) / handled
    scale = Math.min(scale, timeScale * (load / TARGET_SHARE))
  }
  return Math.min(LIMITS.timeScale, Math.max(Math.floor(timeScale) + 1, Math.ceil(scale)))
}

function saturation(busy: LiveFigures['busy'], cpu: LiveFigures['cpu'], cores: number): string | null {
  const used = Math.max(cpu.own, cpu.machine ?? 0)
  if (used >= CORES_SATURATED) {
    const others = cpu.own < CORES_SATURATED / 2 ? ', mostly with other programs' : ''
    return `the ${cores === 1 ? 'core was' : `${cores} cores were`} ${percent(used)} busy${others}`
  }
  const [busiest] = busy
  if (busiest === undefined || busiest.share < THREAD_SATURATED) return null
  return `the thread of ${busiest.thread} was at work ${percent(busiest.share)} of the time`
}

function stillnessText({ count, maxMs, thread }: LiveFigures['stalls']): string {
  const times = count === 1 ? 'once' : `${count} times`
  return `threads stood still ${times}, ${thread === null ? 'one' : `that of ${thread}`} for ${round(maxMs)} ms`
}

/** The largest share of its time that any thread stood still. */
function stalledShare(threads: readonly ThreadTiming[]): number {
  return Math.max(0, ...threads.map(({ stalls, elapsedNs }) => stalls.totalNs / Math.max(1, elapsedNs)))
}

function stallsOf({ threads, namesOn }: FidelityFacts): LiveFigures['stalls'] {
  const sum: LiveFigures['stalls'] = { count: 0, maxMs: 0, thread: null }
  for (const { thread, stalls } of threads) {
    sum.count += stalls.count
    if (msOfNs(stalls.maxNs) <= sum.maxMs) continue
    sum.maxMs = msOfNs(stalls.maxNs)
    sum.thread = namesOn(thread)
  }
  return sum
}

function busyOf({ threads, namesOn }: FidelityFacts): LiveFigures['busy'] {
  const sums = new Map<number, { workedNs: Ns; elapsedNs: Ns }>()
  for (const { thread, workedNs, elapsedNs } of threads) {
    const sum = sums.get(thread) ?? { workedNs: 0, elapsedNs: 0 }
    sums.set(thread, { workedNs: sum.workedNs + workedNs, elapsedNs: sum.elapsedNs + elapsedNs })
  }
  return [...sums]
    .map(([thread, { workedNs, elapsedNs }]) => ({
      thread: namesOn(thread),
      share: elapsedNs > 0 ? Math.min(1, workedNs / elapsedNs) : 0,
    }))
    .sort((a, b) => b.share - a.share)
    .slice(0, THREADS_SHOWN)
}

function worstLinks({ threads, nameOfEnd }: FidelityFacts): LinkLateness[] {
  const byLink = new Map<string, LinkTiming[]>()
  for (const link of threads.flatMap(({ links }) => links)) {
    const key = `${link.from} ${link.to}`
    byLink.set(key, [...(byLink.get(key) ?? []), link])
  }
  return [...byLink.values()]
    .map((parts): LinkLateness => {
      const { p50, p99, count } = latenessOf(
        parts.map(({ lateness }) =>
          lateness.map(([bucket, times]): [number, number] => [logBucketNs(bucket), times]),
        ),
      )
      const [{ from, to }] = parts
      const latenessMs = { p50: p50 ?? 0, p99: p99 ?? 0, count }
      return { from: nameOfEnd(from), to: nameOfEnd(to), latenessMs }
    })
    .sort((a, b) => b.latenessMs.p99 - a.latenessMs.p99 || b.latenessMs.count - a.latenessMs.count)
    .slice(0, LINKS_SHOWN)
}

/** Quantiles in ms of several threads' counts together. */
export function latenessOf(parts: readonly Counts[]): LatenessSummary {
  const all = parts.flat().sort((a, b) => a[0] - b[0])
  const count = all.reduce((sum, [, each]) => sum + each, 0)
  if (count === 0) return { p50: null, p90: null, p99: null, p999: null, max: null, count }
  const quantile = (p: number): number => {
    let left = Math.ceil(p * count)
    for (const [ns, each] of all) if ((left -= each) <= 0) return msOfNs(ns)
    return msOfNs(all[all.length - 1][0])
  }
  const max = msOfNs(all[all.length - 1][0])
  return { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), p999: quantile(0.999), max, count }
}

/** Median over the pairs of a place and a replica of their links' median one-way latency. */
export function medianLinkMs(plan: Plan): number {
  const all: number[] = []
  const replicas = plan.places.slice(0, Math.min(plan.replicaCount, 50))
  for (const from of plan.places.slice(0, 100)) {
    for (const to of replicas)
      if (from.id !== to.id) all.push(msOfNs(plan.links.roundTripNs(from.id, to.id)) / 2)
  }
  all.sort((a, b) => a - b)
  return all[Math.floor(all.length / 2)] ?? 0
}

function round(ms: number): string {
  return Number(ms.toPrecision(3)).toString()
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
