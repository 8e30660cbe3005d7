import { msOfNs } from '../base/time.ts'
import type { History } from '../history/types.ts'
import type { Metrics } from '../metrics/types.ts'
import type { Plan } from '../plan/types.ts'
import type { Prediction } from '../predict/types.ts'
import type { Topology } from '../topology/types.ts'
import { agreementOf } from './agreement.ts'
import { expectationResult } from './expectations.ts'
import { faultWindows } from './faults.ts'
import type { RunVerdicts } from './guarantees.ts'
import { COUNTED_FACTS } from './metric-value.ts'
import { regionRoundTrips } from './region-round-trips.ts'
import { settingLines, type StrategyWords } from './settings.ts'
import type { LiveFigures, Provenance, Report } from './types.ts'

export interface ReportInput {
  topology: Topology
  history: History
  metrics: Metrics
  prediction: Prediction | null
  /** null where nobody judged the run. */
  verdicts: RunVerdicts | null
  /** The only block that may differ between two runs of one plan. */
  provenance: Provenance
  simulation: { events: number; messages: number } | null
  live: LiveFigures | null
  /** Where the run's seed or placement differ from what the file alone says. */
  plan?: Pick<Plan, 'seed' | 'shards' | 'places' | 'replicaCount'>
  /** The strategy's manifest, for titles, labels and help; without it, plain names stand in. */
  strategy?: StrategyWords
}

/** Everything there is to say about a run, as plain JSON; every view is made from this alone. */
export function buildReport(input: ReportInput): Report {
  const { topology, history, metrics, prediction, plan, strategy } = input
  const guarantees = input.verdicts?.guarantees ?? []
  const issuedMs = msOfNs(history.issuedUntilNs)
  const faults = faultWindows(history.faults, msOfNs(history.endedNs))
  const facts = factLines(metrics, strategy ?? null)
  return {
    format: 'replica-lab/report@1',
    provenance: input.provenance,
    runtime: history.runtime,
    seed: plan?.seed ?? topology.run.seed,
    topology,
    settings: settingLines(topology, strategy ?? null),
    spares: sparesOf(plan),
    regionRoundTripMs: regionRoundTrips(topology),
    durationMs: issuedMs,
    measuredMs: Math.max(0, issuedMs - msOfNs(history.warmupNs)),
    stoppedEarly: history.stoppedEarly,
    operations: metrics.operations,
    latencyMs: metrics.latencyMs,
    throughput: metrics.throughput,
    staleness: metrics.staleness,
    availability: metrics.availability,
    load: metrics.load,
    convergence: metrics.convergence,
    replicationLag: metrics.replicationLag,
    facts,
    series: metrics.series,
    faults,
    notes: history.notes.map(({ timeNs, place, kind, text }) => ({ tMs: msOfNs(timeNs), place, kind, text })),
    prediction,
    agreement: prediction === null ? null : agreementOf(metrics, prediction, faults.length),
    guarantees: [...guarantees],
    ...(input.verdicts === null ? {} : { strongestLevel: input.verdicts.strongestLevel }),
    expectations: topology.expect.map((spec) =>
      expectationResult(spec, { ...metrics, facts }, guarantees, input.live),
    ),
    simulation: input.simulation === null ? null : { ...input.simulation },
    live: input.live,
  }
}

/** What the engine notes, whatever the strategy. */
const ENGINE_FACTS: Readonly<Record<string, string>> = {
  joins: 'Replicas that joined',
  leaves: 'Replicas that left',
  moved: 'Shards that moved',
}

/** What replicas noted, and a zero for what is a figure although nobody had to note it. */
function factLines({ facts }: Metrics, strategy: StrategyWords | null): Report['facts'] {
  const known = strategy?.facts ?? []
  const none = known
    .filter(({ kind }) => COUNTED_FACTS.has(kind) && facts.every((fact) => fact.kind !== kind))
    .map(({ kind }) => ({ kind, total: 0, byReplica: {} }))
  return [...facts, ...none].map((fact) => ({
    ...fact,
    label: known.find(({ kind }) => kind === fact.kind)?.label ?? ENGINE_FACTS[fact.kind] ?? fact.kind,
  }))
}

function sparesOf(plan: ReportInput['plan']): string[] {
  if (plan === undefined) return []
  const members = new Set(plan.shards.flatMap((shard) => [...shard.replicas]))
  return plan.places
    .filter((place) => place.kind === 'replica' && !members.has(place.id))
    .map((place) => place.name)
}
