import type { LatencySummary } from '../../../shared/metrics/types.ts'
import { formatCount, formatNumber, formatPercent } from '../../../shared/report/numbers.ts'
import type { Report } from '../../../shared/report/types.ts'
import type { Figure } from '../../components/figure.ts'
import { formatMs } from '../../model/units.ts'

/** The figures by which a run is judged first; one that is missing says why. */
export function keyFigures({ operations, throughput, latencyMs, staleness, availability }: Report): Figure[] {
  return [
    {
      label: 'Operations',
      value: formatCount(operations.invoked),
      detail: `${formatCount(operations.failed)} failed, ${formatCount(operations.unknown)} unknown`,
    },
    { label: 'Throughput', value: `${formatNumber(throughput.okPerS)}/s`, detail: 'answered well' },
    latencyFigure('Read', latencyMs.read),
    latencyFigure('Write', latencyMs.write),
    {
      label: 'Stale reads',
      value: formatPercent(staleness.staleFraction),
      detail:
        staleness.reads === 0
          ? 'no read was judged'
          : `${formatCount(staleness.staleReads)} of ${formatCount(staleness.reads)}`,
      tone: 'stale',
    },
    {
      label: 'Availability',
      value: formatPercent(availability.overall),
      detail:
        availability.calm === null
          ? availability.overall === null
            ? 'nothing was asked'
            : 'faults from beginning to end'
          : `${formatPercent(availability.calm)} without faults`,
    },
  ]
}

function latencyFigure(kind: 'Read' | 'Write', { count, p50, p99 }: LatencySummary): Figure {
  return {
    label: `${kind} p99`,
    value: formatMs(p99),
    detail: count === 0 ? `no ${kind.toLowerCase()} was timed` : `median ${formatMs(p50)}`,
    tone: kind === 'Read' ? 'read' : 'write',
  }
}
