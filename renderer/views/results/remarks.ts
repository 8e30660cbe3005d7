import { countOf } from '../../../shared/report/numbers.ts'
import type { Report } from '../../../shared/report/types.ts'

/** What has to be known of a run before its figures are believed, as a sentence. */
export interface Remark {
  readonly isWarning: boolean
  readonly sentence: string
}

/** The worst first: what makes figures missing or doubtful, then how they compare with what was predicted. */
export function remarksOn(report: Report): Remark[] {
  const { stoppedEarly, live, agreement, operations } = report
  const warn = (sentence: string | null): Remark[] =>
    sentence === null ? [] : [{ isWarning: true, sentence }]
  return [
    ...warn(
      stoppedEarly === null
        ? null
        : `Ended early: ${stoppedEarly}. What is shown is what there was until then.`,
    ),
    ...(operations.ok === 0 ? warn(nothingSucceeded(report)) : missingKinds(report).flatMap(warn)),
    ...(live === null
      ? []
      : [
          {
            isWarning: !live.faithful,
            sentence: `${live.faithful ? 'Faithful' : 'Not faithful'}: ${live.reason}`,
          },
        ]),
    ...(agreement === null || agreement.sentence === ''
      ? []
      : [{ isWarning: false, sentence: agreement.sentence }]),
  ]
}

function nothingSucceeded({ operations: { invoked, warmup } }: Report): string {
  if (invoked > 0) {
    return (
      `None of the ${countOf(invoked, 'operation')} succeeded. There are no latencies and no staleness, and a guarantee ` +
      'holds where no answer contradicts it: of hardly any answers that says little.'
    )
  }
  return (
    (warmup > 0
      ? `No operation began once the warm-up was over, only ${countOf(warmup, 'operation')} before. `
      : 'No operation began. ') +
    'There is nothing to measure, and guarantees hold of nothing. A longer run, or clients that ask more often, would fill this.'
  )
}

/** Kinds of operations that clients tried for nothing. What came as a file does not always say how long anything took. */
function missingKinds({ settings, latencyMs, availability: { outages } }: Report): string[] {
  if (settings.some(({ label }) => label === 'Imported')) return []
  const isMissing = (kind: 'read' | 'write') => outages[kind] !== null && latencyMs[kind].count === 0
  return [
    ...(isMissing('read')
      ? [
          'No read succeeded, though clients tried: nothing is known of the latency of reads and of staleness.',
        ]
      : []),
    ...(isMissing('write')
      ? [
          'No write succeeded, though clients tried: there is no latency of writes, and reads have nothing to miss.',
        ]
      : []),
  ]
}
