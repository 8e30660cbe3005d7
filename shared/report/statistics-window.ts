import { logQuantile } from '../base/log-counts.ts'
import { msOfNs, NS_PER_S } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import { MESSAGE_SAMPLES_MAX } from '../history/counters.ts'
import type { ReplicaCounters, ReplicaLook, RunCounters } from '../history/counters.ts'
import type { Place, PlannedChange, ShardPlan } from '../plan/types.ts'
import { MembershipProgress } from './membership-progress.ts'
import type { RecentLatency, ReplicaStatistics, RunStatistics } from './statistics.ts'

/** Where a replica is a member of several shards, its card shows the first of these that it plays, or else any role. */
const SHOWN_FIRST = ['leader', 'candidate']

/** Totals that the next sample is measured against, copied because their owner goes on counting. */
interface Before {
  nowNs: Ns
  ok: number
  failed: number
  unknown: number
  reads: Uint32Array
  writes: Uint32Array
  lateness: Uint32Array | null
  replicas: ReplicaCounters[]
}

/** Turns totals into what happened since the sample before. */
export class StatisticsWindow {
  readonly #names: readonly string[]
  readonly #membership: MembershipProgress | null
  #before: Before | null = null

  /** Of a plan; without `changes` everybody is there all the time. */
  constructor(plan: {
    places: readonly Pick<Place, 'name'>[]
    shards?: readonly ShardPlan[]
    changes?: readonly PlannedChange[]
  }) {
    const { places, shards = [], changes = [] } = plan
    this.#names = places.map(({ name }) => name)
    this.#membership = changes.length === 0 ? null : new MembershipProgress(shards, changes)
  }

  next(counters: RunCounters, faults: RunStatistics['faults']): RunStatistics {
    const { nowNs, share, tally, lateness } = counters
    const [invoked, ok, failed, unknown] = tally.operations
    const before = this.#before
    const windowNs = nowNs - (before?.nowNs ?? 0)
    const perS = (count: number) => (windowNs > 0 ? (count / windowNs) * NS_PER_S : 0)
    const late = lateness === null ? null : logQuantile(since(lateness, before?.lateness), 0.99)
    const statistics: RunStatistics = {
      nowMs: msOfNs(nowNs),
      share,
      operations: { invoked, ok, failed, unknown },
      okPerS: perS(ok - (before?.ok ?? 0)),
      failedPerS: perS(failed + unknown - (before?.failed ?? 0) - (before?.unknown ?? 0)),
      latencyMs: {
        read: recent(since(tally.reads, before?.reads)),
        write: recent(since(tally.writes, before?.writes)),
      },
      replicas: this.#replicas(counters, windowNs),
      faults,
      latenessP99Ms: late === null ? null : msOfNs(late),
      ...this.#messages(counters),
    }
    this.#before = {
      nowNs,
      ok,
      failed,
      unknown,
      reads: tally.reads.slice(),
      writes: tally.writes.slice(),
      lateness: lateness?.slice() ?? null,
      replicas: counters.replicas.map((replica) => ({ ...replica })),
    }
    return statistics
  }

  #messages({ messages = [] }: RunCounters): Pick<RunStatistics, 'messages'> {
    if (messages.length === 0) return {}
    return {
      messages: messages.slice(0, MESSAGE_SAMPLES_MAX).map(({ from, to, sentNs, deliverNs, isLost }) => ({
        from: this.#names[from],
        to: this.#names[to],
        sentAtMs: msOfNs(sentNs),
        deliverAtMs: msOfNs(deliverNs),
        ...(isLost ? { lost: true } : {}),
      })),
    }
  }

  #replicas({ nowNs, replicas, looks }: RunCounters, windowNs: Ns): ReplicaStatistics[] {
    const furthest = furthestOf(looks)
    const isOwnCount = looks.some(({ appliedIsOwnCount }) => appliedIsOwnCount === true)
    this.#membership?.hear(nowNs, looks)
    const byPlace = new Map<number, ReplicaLook[]>()
    for (const look of looks) {
      const own = byPlace.get(look.place)
      if (own === undefined) byPlace.set(look.place, [look])
      else own.push(look)
    }
    return replicas.map((now, place) => {
      const own = byPlace.get(place) ?? []
      const before = this.#before?.replicas[place]
      const shown = shownOf(own)
      const membership = this.#membership?.of(place) ?? null
      const share = (ns: Ns) => (windowNs > 0 ? Math.min(1, Math.max(0, ns / windowNs)) : 0)
      // A restarted replica counts from the beginning again.
      const perS = (total: number, then = 0) =>
        windowNs > 0 ? (Math.max(0, total - then) / windowNs) * NS_PER_S : 0
      return {
        id: this.#names[place],
        up: now.up,
        isPaused: now.isPaused,
        role: shown?.role ?? (now.up ? '' : 'down'),
        term: shown?.term ?? null,
        leader: shown === undefined || shown.leader === null ? null : (this.#names[shown.leader] ?? null),
        applied: own.reduce((sum, { applied }) => sum + applied, 0),
        lag: isOwnCount ? null : own.reduce((sum, look) => sum + lagOf(look, furthest.get(look.shard)), 0),
        backlog: own.reduce((sum, { backlog }) => sum + backlog, 0),
        messagesInPerS: perS(now.messagesIn, before?.messagesIn),
        messagesOutPerS: perS(now.messagesOut, before?.messagesOut),
        busy: Math.max(
          share(now.servingNs - (before?.servingNs ?? 0)),
          share(now.workingNs - (before?.workingNs ?? 0)),
        ),
        ...(membership === null ? {} : { membership }),
      }
    })
  }
}

/** Per shard, the look that has applied most. */
function furthestOf(looks: readonly ReplicaLook[]): Map<number, ReplicaLook> {
  const furthest = new Map<number, ReplicaLook>()
  for (const look of looks) {
    const best = furthest.get(look.shard)
    if (best === undefined || look.applied > best.applied) furthest.set(look.shard, look)
  }
  return furthest
}

/** Equal data lag behind nothing, even where one of two took fewer steps to get there. */
function lagOf(look: ReplicaLook, furthest: ReplicaLook | undefined): number {
  return furthest === undefined || furthest.digest === look.digest ? 0 : furthest.applied - look.applied
}

function shownOf(looks: readonly ReplicaLook[]): ReplicaLook | undefined {
  for (const role of SHOWN_FIRST) {
    const found = looks.find((look) => look.role === role)
    if (found !== undefined) return found
  }
  return looks[0]
}

function since(now: Uint32Array, before: Uint32Array | null | undefined): Uint32Array {
  if (before === null || before === undefined) return now
  return now.map((count, bucket) => count - before[bucket])
}

function recent(counts: Uint32Array): RecentLatency | null {
  const [p50, p99] = [logQuantile(counts, 0.5), logQuantile(counts, 0.99)]
  if (p50 === null || p99 === null) return null
  return { p50: msOfNs(p50), p99: msOfNs(p99), count: counts.reduce((sum, count) => sum + count, 0) }
}
