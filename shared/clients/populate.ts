import { nsOfMs } from '../base/time.ts'
import type { Ns } from '../base/time.ts'
import type { OperationTally } from '../history/counters.ts'
import { Recorder } from '../history/recorder.ts'
import type { History } from '../history/types.ts'
import type { LatestRanges } from '../plan/ranges.ts'
import type { PlaceId, Plan } from '../plan/types.ts'
import type { AnyProtocol } from '../protocols/contract.ts'
import { ProbeSchedule } from '../workload/probe.ts'
import { operationSource } from '../workload/source.ts'
import { Client } from './client.ts'
import type { ClientPort, Loop, Tally } from './client.ts'
import { ClosedLoop, OpenLoop } from './loops.ts'
import { ProbeLoop } from './probe-loop.ts'

export interface PopulationOptions {
  order: History['order']
  model?: History['model'] | undefined
  runtime: History['runtime']
  kinds: readonly { kind: string; label: string }[]
  port(index: number): ClientPort
  /** Whether this runtime runs the client at a place; the others are somebody else's. */
  runs(place: PlaceId): boolean
  /** Where ranges may split: the latest map of them. */
  ranges?: LatestRanges | null
  /** Counts operations along; see `Recorder`. */
  tally?: OperationTally | undefined
}

/** All clients of a run, with their loops and the recorder they write to. */
export interface Population {
  readonly clients: readonly Client[]
  readonly recorder: Recorder
  readonly isProbe: boolean
  start(nowNs: Ns): void
  /** No operation may begin any more. */
  stop(nowNs: Ns): void
  /** Operations begun and not ended. */
  underWay(): number
  /** A probe has taken all its samples; other loads never finish by themselves. */
  finished(): boolean
  /** How much of the load is done, 0 … 1. */
  share(nowNs: Ns): number
  /** Closes what is open as unknown. */
  abandon(nowNs: Ns): void
}

export function populate(
  plan: Plan,
  protocol: AnyProtocol,
  ownCoordinator: boolean,
  options: PopulationOptions,
): Population {
  const { topology, workload } = plan
  const specs = topology.clients
  // A probe's lanes use the session of their number at whichever client the sample names, so every client has them all.
  const lanes = specs.reduce((sum, { sessions }) => sum + sessions, 0)
  const counts = specs.map(({ sessions }) => (workload.kind === 'probe' ? lanes : sessions))
  const total = counts.reduce((sum, count) => sum + count, 0)
  const sessions = new Uint32Array(total)
  let base = 0
  const bases = counts.map((count, index) => {
    sessions.fill(plan.replicaCount + index, base, base + count)
    return (base += count) - count
  })
  const recorder = new Recorder({
    plan,
    runtime: options.runtime,
    order: options.order,
    model: options.model,
    sessions,
    kinds: options.kinds,
    tally: options.tally,
  })
  const tally: Tally = { underWay: 0 }
  const clients = specs.map(
    (spec, index) =>
      new Client({
        plan,
        place: plan.replicaCount + index,
        spec,
        index,
        clientCount: specs.length,
        sessionBase: bases[index],
        sessionCount: counts[index],
        sessionsTotal: total,
        tokens: protocol.manifest.tokens,
        redirectsApart: protocol.manifest.redirects === 'by-operation',
        ownCoordinator,
        ranges: options.ranges ?? null,
        recorder,
        port: options.port(index),
        tally,
      }),
  )
  const running = clients.filter((client) => options.runs(client.setup.place))
  const probe = running.length > 0 ? probeLoop(plan, clients, lanes) : null
  const loops: Loop[] = probe !== null ? [probe] : running.map((client) => mixLoop(plan, client))
  running.forEach((client, position) => (client.loop = probe ?? loops[position]))
  return {
    clients,
    recorder,
    isProbe: probe !== null,
    start: (nowNs) => loops.forEach((loop) => loop.start(nowNs)),
    stop: (nowNs) => loops.forEach((loop) => loop.stop(nowNs)),
    underWay: () => tally.underWay,
    finished: () => probe !== null && probe.finished,
    share: (nowNs) => (probe !== null ? probe.share : nowNs / plan.durationNs),
    abandon: (nowNs) => running.forEach((client) => client.abandon(nowNs)),
  }
}

function probeLoop(plan: Plan, clients: readonly Client[], lanes: number): ProbeLoop | null {
  const { workload, topology, seed } = plan
  if (workload.kind !== 'probe') return null
  const schedule = new ProbeSchedule(workload, topology.clients.length, seed)
  return new ProbeLoop(clients, schedule, workload.offsetsMs.map(nsOfMs), workload.valueBytes, lanes)
}

function mixLoop(plan: Plan, client: Client): Loop {
  const source = operationSource(plan, client.setup.index)
  const { loop } = client.setup.spec
  return 'open' in loop
    ? new OpenLoop(client, source, loop.open.ratePerS)
    : new ClosedLoop(client, source, loop.closed)
}
