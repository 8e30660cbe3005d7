import { listed } from '../../base/listed.ts'
import { countOf, formatCount, formatMs, formatPercent } from '../numbers.ts'
import type { LatenessSummary, LiveFigures } from '../types.ts'

/** How a live run kept time, as rows of text that the page and Markdown show alike. */

export const LATENESS_COLUMNS: readonly string[] = ['p50', 'p90', 'p99', 'p99.9', 'worst', 'count']

/** What was late, and by how much, in the order of `LATENESS_COLUMNS`. */
export function latenessRows({ latenessMs, timerErrorMs, fsyncMs }: LiveFigures): string[][] {
  const row = (name: string, { p50, p90, p99, p999, max, count }: LatenessSummary) => [
    name,
    ...[p50, p90, p99, p999, max].map((ms) => formatMs(ms)),
    formatCount(count),
  ]
  return [
    row('messages, late by', latenessMs),
    row('timers and arrivals, late by', timerErrorMs),
    ...(fsyncMs === null ? [] : [row('fdatasync of real files took', fsyncMs)]),
  ]
}

/** Quantity and value. */
export function timingRows({
  stalls,
  busy,
  cpu,
  cores,
  threads,
  startMs,
  timeScale,
  messages,
}: LiveFigures): string[][] {
  const machine = cpu.machine === null ? '' : `, everything on the machine ${formatPercent(cpu.machine)}`
  const stalled =
    stalls.count === 0
      ? 'never for more than 5 ms'
      : `${countOf(stalls.count, 'time')} for more than 5 ms, ${stalls.thread ?? 'one'} for ${formatMs(stalls.maxMs)}`
  return [
    ['time scale', timeScale === 1 ? 'real time' : `${timeScale} times slower than the world that ran`],
    ['threads stood still', stalled],
    [
      'threads at work most',
      listed(busy.map(({ thread, share }) => `${thread} ${formatPercent(share)}`)) || '—',
    ],
    [`use of ${countOf(cores, 'core')}`, `this program ${formatPercent(cpu.own)}${machine}`],
    ['start', `${countOf(threads, 'thread')} in ${formatMs(startMs)}`],
    ...(messages === null ? [] : [['messages', balanceText(messages)]]),
  ]
}

function balanceText(messages: NonNullable<LiveFigures['messages']>): string {
  const { sent, delivered, dropped, inFlight, lost } = messages
  const parts = [
    `${formatCount(sent)} sent`,
    `${formatCount(delivered)} delivered`,
    ...(dropped > 0 ? [`${formatCount(dropped)} dropped by faults and lossy links`] : []),
    ...(inFlight > 0 ? [`${formatCount(inFlight)} under way at the end`] : []),
    lost === 0 ? 'none lost' : `${formatCount(lost)} lost, which is a bug of the lab's`,
  ]
  return parts.join(', ')
}

export const LINK_COLUMNS: readonly string[] = ['From', 'To', 'p50', 'p99', 'count']

export function linkRows({ links }: LiveFigures): string[][] {
  return links.map(({ from, to, latenessMs: { p50, p99, count } }) => [
    from,
    to,
    formatMs(p50),
    formatMs(p99),
    formatCount(count),
  ])
}
