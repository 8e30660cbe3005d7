import type { ReplicaCounters, ReplicaLook, RunCounters } from '../history/counters.ts'
import type { PlaceId } from '../plan/types.ts'
import type { Engine } from './engine.ts'

/** What every replica that this engine runs and that is up says of itself, shard by shard. */
export function looksOf(engine: Engine): ReplicaLook[] {
  const { shards, scope, processes } = engine
  return shards.flatMap(({ id: shard, replicas }) =>
    replicas.flatMap((place): ReplicaLook[] => {
      const host = scope.has(place) ? processes[place].hosts[shard]?.host : undefined
      if (host === undefined) return []
      const { role, term, leader, applied, appliedIsOwnCount, digest, backlog } = host.probe()
      const moving = engine.isMoving(shard) ? ({ isMoving: true } as const) : {}
      const own = appliedIsOwnCount === true ? ({ appliedIsOwnCount } as const) : {}
      return [{ place, shard, role, term, leader, applied, ...own, digest, backlog, ...moving }]
    }),
  )
}

export function replicaCounters({ processes, recorder }: Engine, place: PlaceId): ReplicaCounters {
  const { up, pauses } = processes[place]
  const { messagesIn, messagesOut, busyNs } = recorder.traffic.totalsOf(place)
  return { up, isPaused: pauses > 0, messagesIn, messagesOut, servingNs: busyNs, workingNs: 0 }
}

/** Of an engine that runs everything. */
export function countersOf(engine: Engine, share: number): RunCounters {
  const { plan, agenda, recorder } = engine
  return {
    nowNs: agenda.nowNs,
    share,
    tally: recorder.tally.columns,
    replicas: Array.from({ length: plan.replicaCount }, (_, place) => replicaCounters(engine, place)),
    looks: looksOf(engine),
    lateness: null,
    messages: engine.network.watch?.take() ?? [],
  }
}
