import { expect, test } from 'vitest'
import type { FaultEvent } from '../../../shared/history/types.ts'
import { runEventsOf } from '../../../shared/report/run-events.ts'
import type { RunStatistics } from '../../../shared/report/statistics.ts'
import type { FaultSpec } from '../../../shared/topology/types.ts'
import { faultWindows, plotsOf } from './stream-plots.ts'

/** As the lab tells of them: what a line says of an end is not what it said of the beginning. */
function fault(index: number, spec: FaultSpec, phase: FaultEvent['phase'], ms: number): FaultEvent {
  return { index, spec, phase, timeNs: ms * 1e6, replicas: ['r1'], sides: [], by: 'plan' }
}
const crash: FaultSpec = { kind: 'crash', atMs: 0, forMs: 5, replica: 'r1' }
const isolate: FaultSpec = { kind: 'isolate', atMs: 0, forMs: 5, replica: 'r1' }

test('a window ends with its fault; what has not ended reaches to the edge', () => {
  const events = runEventsOf(
    [
      fault(0, crash, 'start', 1),
      fault(1, isolate, 'start', 2),
      fault(0, crash, 'end', 4),
      fault(2, crash, 'start', 6),
      fault(1, isolate, 'end', 9),
    ],
    [{ timeNs: 3e6, place: 'r1', kind: 'elected', text: 'leads in term 1' }],
  )
  expect(faultWindows(events, 20)).toEqual([
    { fromMs: 1, toMs: 4 },
    { fromMs: 2, toMs: 9 },
    { fromMs: 6, toMs: 20 },
  ])
})

test('an end whose beginning was told too long ago opens no window', () => {
  expect(faultWindows(runEventsOf([fault(0, crash, 'end', 4)], []), 20)).toEqual([])
})

test('lag is that of the furthest behind of those that are up; where counts do not compare there is none', () => {
  const replica = (lag: number | null, up = true) => ({ lag, up }) as RunStatistics['replicas'][number]
  const sample = (...replicas: RunStatistics['replicas']): RunStatistics => ({
    nowMs: 1,
    share: 0,
    operations: { invoked: 0, ok: 0, failed: 0, unknown: 0 },
    okPerS: 0,
    failedPerS: 0,
    latencyMs: { read: null, write: null },
    replicas,
    faults: [],
    latenessP99Ms: null,
  })
  const lagOf = (...samples: RunStatistics[]) => plotsOf(samples, [], 10).lag.lines[0].values
  expect(lagOf(sample(replica(2), replica(5), replica(9, false)), sample(replica(0)))).toEqual([5, 0])
  expect(lagOf(sample(replica(null), replica(null)))).toEqual([null])
})
