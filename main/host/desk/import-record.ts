import type { Result } from '../../../shared/base/result.ts'
import { msOfNs } from '../../../shared/base/time.ts'
import { EdnReader, JepsenLogReader, JsonlReader } from '../../../shared/checkers/input/index.ts'
import type { ReadOptions, ReadRecord, RecordFileReader } from '../../../shared/checkers/input/index.ts'
import { metricsOf } from '../../../shared/metrics/index.ts'
import type { Metrics } from '../../../shared/metrics/types.ts'
import { buildReport } from '../../../shared/report/build.ts'
import { recordedFaults } from '../../../shared/report/evidence/recorded-faults.ts'
import { verdictsOf } from '../../../shared/report/guarantees.ts'
import type { FaultWindow, Provenance, Report } from '../../../shared/report/types.ts'
import type { Problem } from '../../../shared/topology/types.ts'
import { topologyOfHistory } from './imported-topology.ts'
import { drawnRecord, type DrawnRecord } from './recorded-history.ts'

const AS_RECORDED: ReadOptions = { model: null, initial: undefined }
/** A piece of text at a time, as from a file. */
const PIECE_CHARS = 1 << 20

/** Whether a text looks like one of the records that a checker reads, by its name or its first lines. */
export function isRecord(name: string, beginning: string): boolean {
  return (
    /\.(?:edn|jsonl|log|txt)$/i.test(name) ||
    isEdn(name, beginning) ||
    beginning.includes('"replica-lab/history@')
  )
}

function isEdn(name: string, beginning: string): boolean {
  return /\.edn$/i.test(name) || /\{[^"]*:(?:type|process|f|index)\s/.test(beginning)
}

/** Reads a record of any model: the lab's lines, Jepsen's EDN, or a log of Jepsen's. */
export function readRecord(name: string, text: string): Result<ReadRecord, Problem[]> {
  const beginning = text.slice(0, 4000)
  const reader: RecordFileReader = isEdn(name, beginning)
    ? new EdnReader(AS_RECORDED)
    : /\.(?:log|txt)$/i.test(name)
      ? new JepsenLogReader(AS_RECORDED)
      : new JsonlReader(AS_RECORDED)
  for (let from = 0; from < text.length && !reader.isFull; from += PIECE_CHARS) {
    reader.push(text.slice(from, from + PIECE_CHARS))
  }
  return reader.finish()
}

/** The report of a record that somebody brought, and its operations to be drawn. */
export function reportOfRecord(
  { operations, faults }: ReadRecord,
  { name, provenance }: { name: string; provenance: Provenance },
): { report: Report; drawn: DrawnRecord } {
  const drawn = drawnRecord(operations)
  const { history } = drawn
  const topology = topologyOfHistory(history, name.replace(/(?:\.history)?\.(?:jsonl|edn|log|txt)$/i, ''))
  const report = buildReport({
    topology,
    history,
    metrics: operations.hasTimes ? metricsOf(history) : withoutTimes(metricsOf(history)),
    prediction: null,
    verdicts: verdictsOf(operations, topology),
    provenance,
    simulation: null,
    live: null,
  })
  const endMs = msOfNs(history.endedNs)
  const windows = recordedFaults(operations, faults).map(({ label, from, to }, index): FaultWindow => ({
    index,
    kind: 'recorded',
    label,
    fromMs: from,
    toMs: to ?? endMs,
    by: 'plan',
  }))
  const consequence =
    `A record of the model "${operations.model}". Only what the file says is shown: no topology, no messages, no versions ` +
    'and so no staleness, no states of replicas, and no warm-up left out.' +
    (operations.hasTimes
      ? ''
      : ' It has an order and no times: one step is drawn as one ms, and latencies are left out.')
  return {
    report: { ...report, faults: windows, settings: [{ label: 'Imported', value: name, consequence }] },
    drawn,
  }
}

/** Positions in a file are no durations. */
function withoutTimes(metrics: Metrics): Metrics {
  const none = {
    count: 0,
    mean: null,
    min: null,
    p50: null,
    p90: null,
    p95: null,
    p99: null,
    p999: null,
    p9999: null,
    max: null,
  }
  const { series } = metrics
  const nothing = series.tMs.map(() => null)
  return {
    ...metrics,
    latencyMs: { read: none, write: none, scan: none, byRegion: {}, curves: { read: [], write: [] } },
    series: { ...series, readP50: nothing, readP99: nothing, writeP50: nothing, writeP99: nothing },
  }
}
