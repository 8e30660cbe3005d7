import { ERRORS, type ErrorCode } from '../../../protocols/contract.ts'
import { faultNumber } from '../../charts/frame.ts'
import { escapeHtml } from '../../escape.ts'
import type { LatencySummary } from '../../../metrics/types.ts'
import type { QuorumFacts } from '../../../predict/types.ts'
import {
  formatBytes,
  formatCount,
  formatMs,
  formatNumber,
  formatPercent,
  formatRatio,
} from '../../numbers.ts'
import { measuredText } from '../../measured-text.ts'
import { shardWords } from '../../words.ts'
import type { ExpectationResult, LiveFigures, Report } from '../../types.ts'
import { LATENESS_COLUMNS, latenessRows, LINK_COLUMNS, linkRows, timingRows } from '../timing-rows.ts'
import { chip, folded, prose, table, type Cell, type Column } from './elements.ts'

const NOTES_MAX = 200

export function expectationTable({ expectations }: Report): string {
  const explained = expectations.some((result) => result.reason !== '')
  const why = (result: ExpectationResult): Cell => ({
    html: `<span class="quiet">${escapeHtml(result.reason)}</span>`,
  })
  return table(
    'Expectations',
    [
      { title: 'Expectation' },
      { title: 'Verdict' },
      { title: 'Measured', numeric: true },
      ...(explained ? [{ title: 'Why' }] : []),
    ],
    expectations.map((result) => [
      result.text,
      chip(result.status),
      measuredText(result),
      ...(explained ? [why(result)] : []),
    ]),
  )
}

const LATENCY_COLUMNS: readonly Column[] = [
  { title: 'Operations' },
  ...['count', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'].map((title) => ({ title, numeric: true })),
]

export function latencyTable({ latencyMs }: Report): string {
  const row = (name: string, summary: LatencySummary): Cell[] => [
    name,
    formatCount(summary.count),
    ...[summary.mean, summary.p50, summary.p90, summary.p95, summary.p99, summary.p999, summary.max].map(
      (ms) => formatMs(ms),
    ),
  ]
  const rows: Cell[][] = []
  for (const operation of ['read', 'write', 'scan'] as const) {
    if (latencyMs[operation].count === 0) continue
    rows.push(row(`${operation}s`, latencyMs[operation]))
    const regions = Object.keys(latencyMs.byRegion).sort()
    if (regions.length < 2) continue
    for (const region of regions) {
      const summary = latencyMs.byRegion[region]?.[operation]
      if (summary !== undefined && summary.count > 0) rows.push(row(`${operation}s from ${region}`, summary))
    }
  }
  return rows.length === 0 ? '' : table('Latency of successful operations', LATENCY_COLUMNS, rows)
}

export function faultTable(report: Report): string {
  const rows = report.faults.map((fault): Cell[] => {
    const window = report.availability.windows.find((candidate) => candidate.fault === fault.index)
    const sides = (window?.sides ?? []).map((side) => `${side.label}: ${formatPercent(side.availability)}`)
    return [
      faultNumber(report.faults, fault.index),
      fault.label,
      formatMs(fault.fromMs),
      fault.toMs > fault.fromMs ? formatMs(fault.toMs) : 'at once',
      window === undefined ? '—' : formatCount(window.operations),
      window === undefined ? '—' : formatPercent(window.overall),
      sides.join('; ') || '—',
    ]
  })
  return table(
    'Faults',
    [
      { title: 'No.' },
      { title: 'Fault' },
      { title: 'From', numeric: true },
      { title: 'To', numeric: true },
      { title: 'Operations', numeric: true },
      { title: 'Succeeded', numeric: true },
      { title: 'By the side of the client' },
    ],
    rows,
  )
}

export function errorTable({ availability }: Report): string {
  const entries = Object.entries(availability.errors).filter(([, count]) => count > 0)
  entries.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return table(
    'Errors',
    [
      { title: 'Error' },
      { title: 'Operations', numeric: true },
      { title: 'Did it happen?' },
      { title: 'Meaning' },
    ],
    entries.map(([code, count]) => {
      const known = Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode] : null
      const happened = known === null ? 'unknown' : known.definite ? 'definitely not' : 'perhaps'
      return [code, formatCount(count), happened, known?.sentence ?? '']
    }),
  )
}

export function loadTables({ load, facts, durationMs }: Report): string {
  const seconds = Math.max(durationMs, 1) / 1000
  const replicas = table(
    'Load per replica',
    [
      { title: 'Replica' },
      ...[
        'operations',
        'messages in',
        'messages out',
        'bytes in',
        'bytes out',
        'messages in per s',
        'busy',
      ].map((title) => ({
        title,
        numeric: true,
      })),
    ],
    load.replicas.map((replica) => [
      replica.id,
      formatCount(replica.operations),
      formatCount(replica.messagesIn),
      formatCount(replica.messagesOut),
      formatBytes(replica.bytesIn),
      formatBytes(replica.bytesOut),
      formatNumber(replica.messagesIn / seconds),
      formatPercent(replica.busy),
    ]),
  )
  const kinds = table(
    'Messages by kind',
    [{ title: 'Message' }, { title: 'Count', numeric: true }, { title: 'Bytes', numeric: true }],
    load.byKind.map((kind) => [kind.label, formatCount(kind.messages), formatBytes(kind.bytes)]),
  )
  const events: Cell[][] = [
    ...facts.map((fact): Cell[] => [fact.label, formatCount(fact.total)]),
    ...Object.entries(load.dropped)
      .filter(([, count]) => count > 0)
      .map(([cause, count]): Cell[] => [`messages dropped: ${cause}`, formatCount(count)]),
    ...(load.duplicated > 0 ? [['messages duplicated', formatCount(load.duplicated)]] : []),
  ]
  const counted =
    events.length === 0
      ? ''
      : table('Events', [{ title: 'Event' }, { title: 'Times', numeric: true }], events)
  const many = load.replicas.length > 12
  const beside =
    load.byKind.length === 0 && counted === ''
      ? ''
      : `<div class="pair">\n${load.byKind.length === 0 ? '' : kinds}\n${counted}\n</div>`
  const perReplica = many ? folded(`All ${formatCount(load.replicas.length)} replicas`, replicas) : replicas
  return `<div class="stack">\n${[perReplica, shardTable(load), beside].filter((part) => part !== '').join('\n')}\n</div>`
}

function shardTable({ shards }: Report['load']): string {
  if (shards.length === 0) return ''
  const rows = table(
    'Load per shard',
    [
      { title: 'Shard' },
      { title: 'Replicas' },
      { title: 'asked', numeric: true },
      { title: 'share', numeric: true },
    ],
    shards.map(({ id, replicas, asked, share, ...range }) => [
      shardWords(id, range),
      replicas.join(', '),
      formatCount(asked),
      formatPercent(share),
    ]),
  )
  return shards.length > 12 ? folded(`All ${formatCount(shards.length)} shards`, rows) : rows
}

/** How a live run kept time. */
export function timingPart(live: LiveFigures): string {
  const numeric = (title: string) => ({ title, numeric: true })
  const lateness = table(
    'Lateness',
    [{ title: 'Real time' }, ...LATENESS_COLUMNS.map(numeric)],
    latenessRows(live),
  )
  const rest = table('Timing', [{ title: 'Quantity' }, { title: 'Value' }], timingRows(live))
  const [from, to, ...figures] = LINK_COLUMNS
  const links =
    live.links.length === 0
      ? ''
      : folded(
          'The links whose messages were latest',
          table('Links', [{ title: from }, { title: to }, ...figures.map(numeric)], linkRows(live)),
        )
  return `<div class="stack">\n${lateness}\n${rest}\n${links}\n</div>`
}

export function predictionPart({ prediction, agreement }: Report): string {
  if (prediction === null || agreement === null) return ''
  const rows = agreement.latency.map(({ metric, measuredMs, predictedMs, ratio }) => [
    metric.replace('.latency.', ' ').replace('p999', 'p99.9'),
    formatMs(measuredMs),
    formatMs(predictedMs),
    formatRatio(ratio),
  ])
  const columns = [
    { title: 'Quantile' },
    { title: 'Measured', numeric: true },
    { title: 'Predicted', numeric: true },
    { title: 'Measured / predicted', numeric: true },
  ]
  const facts: Cell[][] = [
    ['Model', `${prediction.model}, ${formatCount(prediction.trials)} trials`],
    ['P(fresh | t = 0)', formatPercent(prediction.freshAtZero)],
    [
      't for P(fresh | t) ≥ 99.9 %',
      prediction.t999Ms === null ? 'beyond the horizon' : formatMs(prediction.t999Ms),
    ],
    ...(prediction.quorum === null ? [] : quorumRows(prediction.quorum)),
  ]
  const quantiles = rows.length === 0 ? '' : table('Latency, measured and predicted', columns, rows)
  const caveats =
    prediction.caveats.length === 0 ? '' : `<p class="note">${prose(prediction.caveats.join(' '))}</p>`
  return `<div class="stack">\n<div class="pair">\n${quantiles}\n${table('The model', [{ title: 'Prediction' }, { title: 'Value' }], facts)}\n</div>\n${caveats}\n</div>`
}

function quorumRows({ readResilience, writeResilience, load, capacity, kStaleness }: QuorumFacts): Cell[][] {
  return [
    ['Replicas that may be lost', `reads ${readResilience}, writes ${writeResilience}`],
    [
      'Load of the busiest replica',
      `${formatPercent(load)} of operations (capacity ${formatNumber(capacity)} replicas' worth)`,
    ],
    ...kStaleness
      .filter(({ k, pStale }) => pStale > 0 && (k === 1 || k === 3 || k === 10))
      .map(({ k, pStale }): Cell[] => [
        k === 1 ? 'Random quorums that miss the latest version' : `… the latest ${k} versions`,
        formatPercent(pStale),
      ]),
  ]
}

export function noteTable({ notes }: Report): string {
  const rows = notes.slice(0, NOTES_MAX).map((note) => [formatMs(note.tMs), note.place, note.text])
  const title =
    notes.length > NOTES_MAX
      ? `The first ${NOTES_MAX} of ${formatCount(notes.length)} events`
      : `${formatCount(notes.length)} events`
  return folded(
    title,
    table('Events', [{ title: 'At', numeric: true }, { title: 'Where' }, { title: 'What' }], rows),
  )
}
