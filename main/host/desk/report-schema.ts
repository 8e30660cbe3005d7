import * as v from 'valibot'
import type { Report } from '../../../shared/report/types.ts'

/**
 * The shape of a report that comes from outside, as far as views rely on it. The topology is checked by the parser of
 * topologies; fields that a later version added pass as they are.
 */

const text = v.pipe(v.string(), v.maxLength(20_000))
const finite = v.pipe(v.number(), v.finite())
const figure = v.nullable(finite)
const lagFigures = v.object({ p50: figure, p99: figure, max: figure })
const count = v.pipe(v.number(), v.finite(), v.minValue(0))
const list = <S extends v.GenericSchema>(of: S) => v.pipe(v.array(of), v.maxLength(200_000))
const byName = <S extends v.GenericSchema>(of: S) => v.record(v.string(), of)
const pair = v.tuple([finite, finite])

const latency = v.object({
  count,
  mean: figure,
  min: figure,
  p50: figure,
  p90: figure,
  p95: figure,
  p99: figure,
  p999: figure,
  p9999: figure,
  max: figure,
})
const outage = v.nullable(v.object({ ms: finite, fromMs: finite }))
const visibility = list(v.object({ tMs: finite, fresh: finite, reads: count }))
const share = { staleFraction: figure, reads: count, staleReads: count }
const predicted = v.object({ p50: finite, p90: finite, p95: finite, p99: finite, p999: finite, mean: finite })
const lateness = v.object({ p50: figure, p90: figure, p99: figure, p999: figure, max: figure, count })

const prediction = v.object({
  format: v.literal('replica-lab/prediction@1'),
  topology: text,
  model: text,
  trials: count,
  latencyMs: v.object({ read: predicted, write: predicted }),
  curves: v.object({ read: list(pair), write: list(pair) }),
  freshAtZero: finite,
  visibility,
  t999Ms: figure,
  quorum: v.nullable(
    v.object({
      n: count,
      r: count,
      w: count,
      readsOverlapWrites: v.boolean(),
      writesOverlapWrites: v.boolean(),
      readResilience: finite,
      writeResilience: finite,
      load: finite,
      capacity: finite,
      kStaleness: list(v.object({ k: count, pStale: finite })),
    }),
  ),
  caveats: list(text),
})

const series = v.object({
  binMs: finite,
  tMs: list(finite),
  invoked: list(finite),
  ok: list(finite),
  failed: list(finite),
  unknown: list(finite),
  readP50: list(figure),
  readP99: list(figure),
  writeP50: list(figure),
  writeP99: list(figure),
  staleFraction: list(figure),
  availability: list(figure),
})

const report = v.object({
  format: v.literal('replica-lab/report@1'),
  provenance: v.object({
    tool: text,
    version: text,
    command: text,
    at: v.pipe(v.string(), v.isoTimestamp()),
    node: text,
    platform: text,
    wallMs: finite,
    eventsPerS: figure,
  }),
  runtime: v.picklist(['simulated', 'live']),
  seed: finite,
  topology: v.looseObject({}),
  settings: list(v.object({ label: text, value: text, consequence: text })),
  spares: list(text),
  regionRoundTripMs: list(list(finite)),
  durationMs: count,
  measuredMs: count,
  stoppedEarly: v.nullable(text),
  operations: v.object({ invoked: count, ok: count, failed: count, unknown: count, warmup: count }),
  latencyMs: v.object({
    read: latency,
    write: latency,
    scan: latency,
    byRegion: byName(v.object({ read: latency, write: latency, scan: latency })),
    curves: v.object({ read: list(pair), write: list(pair) }),
  }),
  throughput: v.object({ okPerS: finite, invokedPerS: finite }),
  staleness: v.object({
    ...share,
    versionLag: v.object({ mean: figure, p50: figure, p99: figure, max: figure, histogram: list(pair) }),
    timeLagMs: latency,
    timeLagCurve: v.exactOptional(list(pair)),
    visibility,
    acknowledgedWrites: count,
    overtakenWrites: count,
    unjudged: count,
    byRegion: byName(v.object(share)),
    definition: text,
  }),
  availability: v.object({
    overall: figure,
    calm: figure,
    windows: list(
      v.object({
        fault: figure,
        label: text,
        fromMs: finite,
        toMs: finite,
        overall: figure,
        sides: list(v.object({ label: text, availability: figure, operations: count })),
        operations: count,
      }),
    ),
    outages: v.object({ read: outage, write: outage, definition: text }),
    errors: byName(count),
    definition: text,
  }),
  load: v.object({
    replicas: list(
      v.object({
        id: text,
        operations: count,
        messagesIn: count,
        messagesOut: count,
        bytesIn: count,
        bytesOut: count,
        busy: finite,
      }),
    ),
    // Reports of earlier versions know of no shards.
    shards: v.optional(
      list(
        v.object({
          id: count,
          replicas: list(text),
          asked: count,
          share: finite,
          askedPerS: list(finite),
          from: v.exactOptional(text),
          bornMs: v.exactOptional(finite),
          endedMs: v.exactOptional(finite),
        }),
      ),
      [],
    ),
    messagesPerOperation: figure,
    bytesPerOperation: figure,
    byKind: list(v.object({ kind: text, label: text, messages: count, bytes: count })),
    dropped: byName(count),
    duplicated: count,
    series: v.object({ binMs: finite, tMs: list(finite), messagesInPerS: byName(list(finite)) }),
  }),
  convergence: v.object({
    convergedAfterMs: figure,
    equalAtEnd: v.boolean(),
    sampleEveryMs: finite,
    series: v.object({ tMs: list(finite), distinctStates: list(finite) }),
    definition: text,
  }),
  replicationLag: v.exactOptional(
    v.object({
      sampleEveryMs: finite,
      tMs: list(finite),
      replicas: list(v.object({ id: text, versions: list(figure), ms: list(figure) })),
      leftOut: count,
      furthest: v.exactOptional(v.object({ ms: lagFigures, versions: lagFigures })),
      reason: v.nullable(text),
      definition: text,
    }),
  ),
  facts: list(v.object({ kind: text, label: text, total: count, byReplica: byName(count) })),
  series,
  faults: list(
    v.object({
      index: finite,
      kind: text,
      label: text,
      fromMs: finite,
      toMs: finite,
      by: v.nullable(v.picklist(['plan', 'hand'])),
    }),
  ),
  notes: list(v.object({ tMs: finite, place: text, kind: text, text })),
  prediction: v.nullable(prediction),
  agreement: v.nullable(
    v.object({
      freshGapPoints: figure,
      freshGapAtMs: figure,
      latency: list(v.object({ metric: text, measuredMs: finite, predictedMs: finite, ratio: finite })),
      sentence: text,
    }),
  ),
  guarantees: list(
    v.object({
      name: text,
      status: v.picklist(['holds', 'violated', 'undecided']),
      evidence: v.unknown(),
      title: v.exactOptional(text),
      definition: v.exactOptional(text),
      figures: v.exactOptional(byName(v.union([finite, text]))),
      because: v.exactOptional(v.nullable(text)),
      asked: v.exactOptional(v.nullable(v.picklist(['expected', 'claimed']))),
    }),
  ),
  strongestLevel: v.exactOptional(text),
  expectations: list(
    v.object({
      text,
      status: v.picklist(['met', 'missed', 'undecided']),
      actual: v.nullable(v.union([finite, text])),
      reason: text,
    }),
  ),
  simulation: v.nullable(v.looseObject({ events: count, messages: count })),
  live: v.nullable(
    v.looseObject({
      latenessMs: lateness,
      timerErrorMs: lateness,
      faithful: v.boolean(),
      reason: text,
      timeScale: finite,
      timeScaleNeeded: figure,
      threads: count,
      cores: count,
      startMs: finite,
    }),
  ),
})

/** Why a value is no report, as a sentence, or null where it is one (but for its topology). */
export function problemOfReport(value: unknown): string | null {
  const parsed = v.safeParse(report, value, { abortEarly: true })
  if (parsed.success) return null
  const [issue] = parsed.issues
  const path = v.getDotPath(issue)
  return `${path === null ? 'the file' : `"${path}"`}: ${issue.message}`
}

/** To be called once `problemOfReport` has found none. */
export function asReport(value: unknown): Report {
  return value as Report
}
