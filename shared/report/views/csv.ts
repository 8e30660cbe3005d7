import { METRIC_NAMES } from '../../topology/metric-names.ts'
import { printable } from '../escape.ts'
import { metricValue } from '../metric-value.ts'
import type { LatenessSummary, LiveFigures, Report } from '../types.ts'

export type Cell = string | number | null

/**
 * The report as CSV tables (RFC 4180, CRLF) with an empty line between them: a summary of metric, value and unit, the
 * time series and, where replicas were behind each other, their lag. Figures are in full precision; an absent one is an empty cell.
 */
export function csvReport(report: Report): string {
  const lag = csvReplicationLag(report)
  return `${csvSummary(report)}\r\n${csvSeries(report)}${lag === '' ? '' : `\r\n${lag}`}`
}

/** One line per metric that an expectation may name, then what the run was, its expectations and its replicas. */
export function csvSummary(report: Report): string {
  const { operations, topology } = report
  const rows: Cell[][] = [
    ['metric', 'value', 'unit'],
    ['topology', topology.name, ''],
    ['strategy', topology.replication.strategy, ''],
    ['runtime', report.runtime, ''],
    ['seed', report.seed, ''],
    ['duration', report.durationMs, 'ms'],
    ['measured', report.measuredMs, 'ms'],
    ['operations.invoked', operations.invoked, 'count'],
    ['operations.ok', operations.ok, 'count'],
    ...METRIC_NAMES.map(({ name, unit }): Cell[] => [name, metricValue(report, name), unit]),
    ...Object.keys(report.availability.errors)
      .sort()
      .map((code): Cell[] => [`errors.${code}`, report.availability.errors[code], 'count']),
    ...report.expectations.map((result): Cell[] => [`expectation: ${result.text}`, result.status, '']),
    ...report.guarantees.map((result): Cell[] => [`guarantee: ${result.name}`, result.status, '']),
    ...(report.strongestLevel === undefined ? [] : [['strongest level observed', report.strongestLevel, '']]),
    ...report.faults.flatMap((fault, i): Cell[][] => [
      [`fault ${i + 1}`, fault.label, ''],
      [`fault ${i + 1} from`, fault.fromMs, 'ms'],
      [`fault ${i + 1} to`, fault.toMs, 'ms'],
    ]),
    ...report.load.replicas.flatMap((replica): Cell[][] => [
      [`${replica.id}: operations`, replica.operations, 'count'],
      [`${replica.id}: messages in`, replica.messagesIn, 'messages'],
      [`${replica.id}: messages out`, replica.messagesOut, 'messages'],
      [`${replica.id}: bytes in`, replica.bytesIn, 'bytes'],
      [`${replica.id}: bytes out`, replica.bytesOut, 'bytes'],
    ]),
    ...report.load.shards.map((shard): Cell[] => [`shard ${shard.id}: asked`, shard.asked, 'count']),
    ...liveRows(report.live),
    ...report.staleness.visibility.map((point): Cell[] => [
      `fresh at ${point.tMs} ms`,
      point.fresh,
      'fraction',
    ]),
  ]
  return csvOf(rows)
}

function liveRows(live: LiveFigures | null): Cell[][] {
  if (live === null) return []
  const summary = (name: string, { p50, p99, max }: LatenessSummary): Cell[][] => [
    [`${name} p50`, p50, 'ms'],
    [`${name} p99`, p99, 'ms'],
    [`${name} max`, max, 'ms'],
  ]
  return [
    ['live: faithful', live.faithful ? 'yes' : 'no', ''],
    ['live: time scale', live.timeScale, ''],
    ['live: time scale needed', live.timeScaleNeeded, ''],
    ...summary('live: lateness of messages', live.latenessMs),
    ...summary('live: lateness of timers', live.timerErrorMs),
    ...(live.fsyncMs === null ? [] : summary('live: fdatasync', live.fsyncMs)),
    ['live: stalls', live.stalls.count, 'count'],
    ['live: longest stall', live.stalls.maxMs, 'ms'],
    ['live: cores used by this program', live.cpu.own, 'fraction'],
    ['live: cores used by the machine', live.cpu.machine, 'fraction'],
    ['live: messages lost', live.messages?.lost ?? null, 'count'],
    ...live.links.map(({ from, to, latenessMs }): Cell[] => [
      `live: lateness from ${from} to ${to} p99`,
      latenessMs.p99,
      'ms',
    ]),
  ]
}

/** One line per time bin. */
export function csvSeries({ series }: Report): string {
  const columns = [
    ['t (ms)', series.tMs],
    ['invoked', series.invoked],
    ['ok', series.ok],
    ['failed', series.failed],
    ['unknown', series.unknown],
    ['read p50 (ms)', series.readP50],
    ['read p99 (ms)', series.readP99],
    ['write p50 (ms)', series.writeP50],
    ['write p99 (ms)', series.writeP99],
    ['stale fraction', series.staleFraction],
    ['availability', series.availability],
  ] as const
  return csvOf([
    columns.map(([title]) => title),
    ...series.tMs.map((_, i) => columns.map(([, values]) => values[i] ?? null)),
  ])
}

/** One line per look at the replicas, two columns for each; empty where there was none to compare. */
export function csvReplicationLag({ replicationLag }: Report): string {
  if (replicationLag === undefined || replicationLag.replicas.length < 2) return ''
  const { tMs, replicas } = replicationLag
  return csvOf([
    ['t (ms)', ...replicas.flatMap(({ id }) => [`${id}: versions behind`, `${id}: behind (ms)`])],
    ...tMs.map((t, i): Cell[] => [
      t,
      ...replicas.flatMap(({ versions, ms }) => [versions[i] ?? null, ms[i] ?? null]),
    ]),
  ])
}

/** RFC 4180 lines, ending in CRLF; cells that a spreadsheet would run as a formula are disarmed. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

/**
 * Spreadsheets run a cell that begins with one of = + - @ (or a tab or carriage return before it) as a formula, even
 * when it came quoted. A leading apostrophe makes it text. Numbers of ours need no such guard.
 */
function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return JSON.stringify(cell)
  // The full-width forms count too: some spreadsheets fold them to their plain ones.
  const guarded =
    /^[\s\u00a0\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) || /^[\t\r]/.test(cell)
      ? `'${cell}`
      : cell
  const clean = printable(guarded)
  return /[",\r\n]/.test(clean) ? `"${clean.replace(/"/g, '""')}"` : clean
}
