import type { Ns } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import { EVENT } from './events.ts'
import { sampleSpacingNs } from './spacing.ts'
import type { Engine } from './engine.ts'

/** Instants kept at most; a longer run keeps every other one and goes on half as often. */
const INSTANTS_MAX = 400
/** While a finished run settles, one look in a tenth of a second will do. */
const SETTLING_EVERY_NS = 100_000_000

/** Looks at every replica now and then: role, progress, digest of its data. */
export class Sampler {
  readonly #engine: Engine
  everyNs: Ns
  /** Witnesses, up or down: there is nothing to compare. */
  readonly #dataless = new Set<PlaceId>()
  #instants = 0
  #nextNs: Ns

  constructor(engine: Engine) {
    this.#engine = engine
    this.everyNs = sampleSpacingNs(engine.plan.durationNs)
    this.#nextNs = Math.ceil(engine.agenda.nowNs / this.everyNs) * this.everyNs
    engine.agenda.schedule(this.#nextNs, EVENT.sample, 0, 0, 0, null)
  }

  /** Takes one sample of everything and schedules the next. True when all replicas are up and equal. */
  take(settling: boolean): boolean {
    const { agenda, shards, recorder, processes, scope } = this.#engine
    // The instant it was due at: in real time the handling may come a little later.
    const timeNs = this.#nextNs
    let equal = true
    for (const { id: shard, replicas } of shards) {
      let digest: number | null = null
      for (const place of replicas) {
        if (!scope.has(place)) continue
        const probe = processes[place].hosts[shard]?.host.probe() ?? null
        if (probe?.holdsData === false) this.#dataless.add(place)
        if (this.#dataless.has(place)) continue
        const up = processes[place].up && processes[place].pauses === 0
        recorder.sample({
          timeNs,
          place,
          shard,
          up,
          role: probe?.role ?? 'down',
          applied: probe?.applied ?? 0,
          ...(probe?.appliedIsOwnCount === true ? { appliedIsOwnCount: true } : {}),
          digest: probe?.digest ?? 0,
          backlog: probe?.backlog ?? 0,
        })
        if (probe === null || !up || (digest !== null && digest !== probe.digest)) equal = false
        digest = probe?.digest ?? null
      }
    }
    // The sample with which a run ends is the one that says that replicas are equal: it must not be thinned out.
    const isLast = settling && equal
    if (++this.#instants >= INSTANTS_MAX && !isLast) {
      this.everyNs *= 2
      recorder.thinSamples(this.everyNs)
      this.#instants = Math.floor(timeNs / this.everyNs) + 1
    }
    const stepNs = settling ? Math.max(this.everyNs, SETTLING_EVERY_NS) : this.everyNs
    const nextNs = (Math.floor(timeNs / stepNs) + 1) * stepNs
    this.#nextNs = nextNs
    agenda.schedule(Math.max(nextNs, agenda.nowNs), EVENT.sample, 0, 0, 0, null)
    return equal
  }
}
