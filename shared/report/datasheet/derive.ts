import { assert } from '../../base/assert.ts'
import { nsOfMs } from '../../base/time.ts'
import type { History } from '../../history/types.ts'
import { clientIndexOf } from '../../metrics/clients.ts'
import { stalenessOf } from '../../metrics/staleness.ts'
import type { Provenance, Report } from '../types.ts'
import type { FirstFindings } from './battery.ts'
import { pacelcOf } from './classify.ts'
import { COURSE, type BatteryOptions } from './course.ts'
import { guaranteesOf, worstOf } from './guarantees.ts'
import { rebalancingOf } from './moves.ts'
import {
  calmAgainMs,
  experienceOf,
  leaderAt,
  lostUntil,
  outagesOf,
  percentilesOf,
  sessionsOf,
  type Span,
} from './observe.ts'
import { saturationOf } from './saturation.ts'
import type {
  Calm,
  ConvergenceFinding,
  Datasheet,
  FailoverFinding,
  PartitionFinding,
  Probe,
  Side,
  Subject,
  Visibility,
} from './types.ts'

/** A probe and what its run left. */
export interface ObservedProbe {
  probe: Probe
  report: Report
  /** Of the probes for which `needsHistory`. */
  history: History | null
}

const WITH_HISTORY: ReadonlySet<Probe['kind']> = new Set([
  'baseline',
  'partition',
  'crash',
  'region-lost',
  'moving',
  'unmoved',
])

/** Whether a probe is judged by its operations, and not by the figures of its report alone. */
export function needsHistory({ kind }: Pick<Probe, 'kind'>): boolean {
  return WITH_HISTORY.has(kind)
}

/** Under faults, what takes a pass or little more; contention in calm is put to every test. */
const JUDGED_UNDER_FAULTS = [
  'linearizable',
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
  'convergence',
]

/** The guarantees that a probe is judged by; undefined means all. */
export function guaranteesFor({ kind }: Pick<Probe, 'kind'>): readonly string[] | undefined {
  if (kind === 'contended') return undefined
  if (kind === 'visibility' || kind === 'moving' || kind === 'unmoved') return ['linearizable']
  return needsHistory({ kind }) ? JUDGED_UNDER_FAULTS : []
}

/** What the later probes are made of. */
export function firstFindings(observed: readonly ObservedProbe[]): FirstFindings {
  const { report, history } = theOnly(observed, 'baseline')
  const { read, write } = report.latencyMs
  return {
    leader: history === null ? null : leaderAt(history, nsOfMs(COURSE.faultAtMs)),
    usualMs: Math.max(read.p50 ?? 0, write.p50 ?? 0),
  }
}

/** The datasheet of a topology, of what all probes of its battery left. */
export function deriveDatasheet(
  subject: Subject,
  observed: readonly ObservedProbe[],
  options: BatteryOptions,
  provenance: Provenance,
): Datasheet {
  const { topology, shards } = subject
  const of = (kind: Probe['kind']): ObservedProbe[] => observed.filter(({ probe }) => probe.kind === kind)
  const reports = (...kinds: Probe['kind'][]): Report[] =>
    kinds.flatMap((kind) => of(kind).map(({ report }) => report))
  const visibility = visibilityOf(
    theOnly(observed, 'visibility').report,
    theOnly(observed, 'contended').report,
  )
  const partitions = of('partition').map((one) => partitionFinding(subject, one))
  const undisturbed = reports('baseline', 'contended', 'visibility')
  return {
    format: 'replica-lab/datasheet@1',
    provenance,
    seed: options.seed,
    topology,
    isQuick: options.isQuick,
    pacelc: pacelcOf({
      copies: Math.max(0, ...shards.map((replicas) => replicas.length)),
      claimsSequential: topology.consistency.read === 'sequential',
      partitions,
      visibility,
      linearizableInCalm: worstOf('linearizable', undisturbed),
      sequentialInCalm: worstOf('sequential', reports('contended')),
      linearizableUnderPartition: worstOf('linearizable', reports('partition')),
      ...beyondNearest(theOnly(observed, 'baseline').report),
    }),
    calm: calmOf(theOnly(observed, 'calm').report, theOnly(observed, 'baseline')),
    visibility,
    partitions,
    failovers: [...of('crash'), ...of('region-lost')].map((one) => failoverFinding(one)),
    convergence: convergenceOf(of('heal')),
    guarantees: guaranteesOf(reports('contended', 'baseline'), reports('partition', 'crash', 'region-lost')),
    saturation: saturationOf(subject, of('load')),
    rebalancing: rebalancingOf(subject, of('moving').at(0), of('unmoved').at(0)),
    probes: observed.map(({ probe, report }) => ({
      name: probe.name,
      title: probe.title,
      operations: report.operations.invoked + report.operations.warmup,
      virtualMs: report.durationMs,
      stoppedEarly: report.stoppedEarly,
    })),
  }
}

function theOnly(observed: readonly ObservedProbe[], kind: Probe['kind']): ObservedProbe {
  const found = observed.find(({ probe }) => probe.kind === kind)
  assert(found !== undefined, () => `the battery lacks the probe "${kind}"`)
  return found
}

function calmOf(report: Report, baseline: ObservedProbe): Calm {
  const { latencyMs, throughput, availability, topology } = report
  const { workload } = topology
  return {
    okPerS: throughput.okPerS,
    availability: availability.overall,
    regions: Object.keys(latencyMs.byRegion)
      .sort()
      .map((region) => {
        const { read, write } = latencyMs.byRegion[region]
        return {
          region,
          reads: read.count,
          writes: write.count,
          readLatency: percentilesOf(read),
          writeLatency: percentilesOf(write),
        }
      }),
    workload: workload.kind === 'mix' ? workload.mixName : 'probe',
    lost: lostOf(baseline),
  }
}

function lostOf({ history }: ObservedProbe): Calm['lost'] {
  const healNs = nsOfMs(COURSE.faultAtMs + COURSE.forMs)
  return history === null
    ? { acknowledged: 0, judgedKeys: 0, lost: 0, examples: [] }
    : lostUntil(history, healNs)
}

function visibilityOf({ staleness }: Report, contended: Report): Visibility {
  const points = staleness.visibility
  const { staleFraction, versionLag, timeLagMs } = contended.staleness
  const lastStale = points.findLastIndex(({ fresh }) => fresh < 0.999)
  return {
    points,
    freshAtZero: points.find(({ tMs }) => tMs === 0)?.fresh ?? null,
    t999Ms: points[lastStale + 1]?.tMs ?? null,
    staleFraction,
    versionLagP99: versionLag.p99,
    versionLagMax: versionLag.max,
    timeLagP99Ms: timeLagMs.p99,
  }
}

/** The largest difference, over the regions, between the median latency and the round trip within the region. */
function beyondNearest({ latencyMs, topology, regionRoundTripMs }: Report): {
  readBeyondNearestMs: number | null
  writeBeyondNearestMs: number | null
} {
  const beyond = (operation: 'read' | 'write'): number | null => {
    const each = topology.regions.flatMap(({ id }, at) => {
      const p50 = latencyMs.byRegion[id]?.[operation].p50 ?? null
      return p50 === null ? [] : [Math.max(0, p50 - (regionRoundTripMs[at]?.[at] ?? 0))]
    })
    return each.length === 0 ? null : Math.max(...each)
  }
  return { readBeyondNearestMs: beyond('read'), writeBeyondNearestMs: beyond('write') }
}

function faultSpan(isOurs: Uint8Array): Span & { healNs: number } {
  const fromNs = nsOfMs(COURSE.faultAtMs)
  const healNs = nsOfMs(COURSE.faultAtMs + COURSE.forMs)
  return { isOurs, fromNs, toNs: healNs - nsOfMs(COURSE.givenUpMs), answeredByNs: healNs, healNs }
}

function partitionFinding({ shards }: Subject, { probe, report, history }: ObservedProbe): PartitionFinding {
  assert(history !== null && probe.cut !== null, () => `"${probe.name}" left no history to judge`)
  const { small, large } = probe.cut
  const { verdicts } = stalenessOf(history, clientIndexOf(history), null)
  const leader = leaderAt(history, nsOfMs(COURSE.faultAtMs))
  const side = (names: readonly string[]): Side => {
    const replicas = names.filter((name) =>
      history.places.some((place) => place.name === name && place.kind === 'replica'),
    )
    const span = faultSpan(sessionsOf(history, names))
    const share = shareOf(shards, replicas)
    const hasLeader = leader === null ? null : names.includes(leader)
    return {
      label: sideLabel(share, hasLeader, replicas),
      share,
      replicas,
      clients: names.filter((name) => !replicas.includes(name)),
      hasLeader,
      whole: experienceOf(history, verdicts, span),
      settled: experienceOf(history, verdicts, { ...span, fromNs: span.toNs - nsOfMs(COURSE.settledMs) }),
      outages: outagesOf(history, { ...span, toNs: span.healNs }),
    }
  }
  return {
    probe: probe.name,
    title: probe.title,
    forMs: COURSE.forMs,
    sides: [side(large), side(small)],
    linearizable: worstOf('linearizable', [report]) ?? 'undecided',
    lost: lostOf({ probe, report, history }),
  }
}

/** By the copies of all shards together. */
function shareOf(shards: Subject['shards'], replicas: readonly string[]): Side['share'] {
  const all = shards.flat()
  const here = all.filter((name) => replicas.includes(name)).length
  return 2 * here > all.length ? 'majority' : 2 * here === all.length ? 'half' : 'minority'
}

const NAMES_MAX = 4

function sideLabel(share: Side['share'], hasLeader: boolean | null, replicas: readonly string[]): string {
  const names =
    replicas.length > NAMES_MAX
      ? `${replicas.slice(0, NAMES_MAX).join(', ')} and ${replicas.length - NAMES_MAX} more`
      : replicas.join(', ')
  const leading = hasLeader === true ? ' with the leader' : ''
  return `the ${share}${leading} (${names})`
}

function failoverFinding({ probe, report, history }: ObservedProbe): FailoverFinding {
  assert(history !== null, () => `"${probe.name}" left no history to judge`)
  const { topology } = probe
  // Of a region without power, nobody asks from within.
  const dark = probe.kind === 'region-lost' ? regionOf(probe) : null
  const clients = topology.clients.filter(({ region }) => region !== dark).map(({ id }) => id)
  const span = faultSpan(sessionsOf(history, clients))
  const calm = { fromNs: nsOfMs(COURSE.warmupMs), toNs: span.fromNs }
  const { isOurs, fromNs, toNs, healNs } = span
  const endNs = healNs + nsOfMs(COURSE.afterMs - COURSE.givenUpMs)
  const { verdicts } = stalenessOf(history, clientIndexOf(history), null)
  return {
    probe: probe.name,
    title: probe.title,
    struck: [...probe.struck],
    forMs: COURSE.forMs,
    outages: outagesOf(history, { isOurs, fromNs, toNs: healNs }),
    usual: outagesOf(history, { isOurs, ...calm }),
    whole: experienceOf(history, verdicts, span),
    calmAfterMs: calmAgainMs(history, isOurs, calm, { fromNs, toNs }),
    calmAfterReturnMs: calmAgainMs(history, isOurs, calm, { fromNs: healNs, toNs: endNs }),
    lost: lostOf({ probe, report, history }),
  }
}

function regionOf({ topology, struck }: Probe): string | null {
  return topology.replicas.find(({ id }) => struck.includes(id))?.region ?? null
}

function convergenceOf([heal]: readonly ObservedProbe[]): ConvergenceFinding | null {
  if (heal === undefined) return null
  const { convergedAfterMs, definition } = heal.report.convergence
  return { afterHealMs: convergedAfterMs, watchedMs: SETTLE_MS, definition }
}

/** A run is watched so long after its last operation. */
const SETTLE_MS = 10_000
