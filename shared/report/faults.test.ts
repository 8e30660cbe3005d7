import { expect, test } from 'vitest'
import type { FaultEvent } from '../history/types.ts'
import type { FaultSpec } from '../topology/types.ts'
import { faultLabel, faultWindows } from './faults.ts'

const window = { atMs: 0, forMs: null }
const event = (index: number, phase: FaultEvent['phase'], ms: number, spec: FaultSpec): FaultEvent => ({
  index,
  phase,
  timeNs: ms * 1e6,
  spec,
  replicas: [],
  sides: [],
  by: 'plan',
})

test.each<[FaultSpec, string[], string]>([
  [{ ...window, kind: 'partition', groups: [['r1'], ['r2', 'r3']] }, [], 'partition r1 | r2 r3'],
  [{ ...window, kind: 'partition', groups: [['r1', 'r2']] }, [], 'r1 and r2 cut off from the rest'],
  [{ ...window, kind: 'crash', replica: 'leader' }, ['r2'], 'r2 (leader) crashed'],
  [{ ...window, kind: 'crash', replica: 'leader' }, [], 'leader crashed'],
  [{ ...window, kind: 'cut', from: 'a', to: 'b', oneWay: true }, [], 'link a → b cut'],
  [{ ...window, kind: 'loss', from: 'a', to: 'b', lossPpm: 12_500 }, [], 'link a ↔ b loses 1.25 %'],
  [
    { ...window, kind: 'clock', replica: 'r1', offsetMs: -50, driftPpm: 200 },
    [],
    'clock of r1: behind by 50 ms and drifting 200 ppm',
  ],
])('%j', (spec, struck, label) => expect(faultLabel(spec, struck)).toBe(label))

test('starts pair with ends by index; an open fault lasts to the end; an instant has no length', () => {
  const crash = { ...window, kind: 'crash', replica: 'r1' } as const
  const restart = { ...window, kind: 'restart', replica: 'r1' } as const
  const windows = faultWindows(
    [
      event(1, 'start', 5, crash),
      event(0, 'start', 2, crash),
      event(2, 'instant', 7, restart),
      event(1, 'end', 9, crash),
    ],
    100,
  )
  expect(windows.map(({ index, fromMs, toMs }) => [index, fromMs, toMs])).toEqual([
    [0, 2, 100],
    [1, 5, 9],
    [2, 7, 7],
  ])
})
