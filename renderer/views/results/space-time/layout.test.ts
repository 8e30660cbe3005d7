import { describe, expect, test } from 'vitest'
import type { OperationTrace, PackedOperations } from '../../../../shared/ipc/contract.ts'
import { barAt, diagramOf, LABEL_PX } from './layout.ts'
import { withRows } from './packed.ts'

/** Two sessions of one client and one of another: a write, a stale read of it, an operation without an end. */
const OPS: PackedOperations = {
  total: 3,
  row: [10, 11, 12],
  session: [1, 0, 2],
  client: ['a', 'a', 'b'],
  f: ['write', 'read', 'write'],
  key: ['k1', 'k1', 'k2'],
  value: [5, null, 7],
  result: [null, 4, null],
  status: ['ok', 'ok', 'info'],
  error: [null, null, 'timeout'],
  invokedMs: [10, 20, 30],
  endedMs: [15, 40, null],
  place: ['r1', 'r2', null],
  stale: [false, true, false],
  label: null,
}
const TRACE: OperationTrace = {
  operation: 10,
  messages: [
    { from: 'a', to: 'r1', kind: 'w', label: 'write', sentMs: 10, arrivedMs: 12 },
    { from: 'r1', to: 'r2', kind: 'w', label: 'write', sentMs: 12, arrivedMs: null },
  ],
  reason: null,
}
const draw = (trace: OperationTrace | null = null) =>
  diagramOf({
    ops: OPS,
    window: { from: 0, to: 100 },
    width: LABEL_PX + 1000,
    faults: [{ index: 0, kind: 'crash', label: 'crash r1', fromMs: 50, toMs: 200, by: 'plan' }],
    trace,
  })

describe('the diagram', () => {
  test('has a lane for each session, those of one client together', () => {
    expect(draw().lanes.map(({ label }) => label)).toEqual(['a #0', 'a #1', 'b #2'])
  })

  test('draws operations from invocation to end, to scale, in the colour of what happened', () => {
    const bars = draw().bars.map(({ at, lane, x, width, tone, label }) => [
      at,
      lane,
      x - LABEL_PX,
      width,
      tone,
      label,
    ])
    expect(bars).toEqual([
      [0, 1, 100, 50, 'write', 'w k1=5'],
      [1, 0, 200, 200, 'stale', 'r k1→4'],
      // What has no end reaches to the edge.
      [2, 2, 300, 700, 'unknown', 'w k2=7'],
    ])
  })

  test('cuts faults at the edge of the window', () => {
    expect(draw().faults).toEqual([{ x: LABEL_PX + 500, width: 500 }])
  })

  test('names faults that begin together in one, none over another', () => {
    const fault = (label: string, fromMs: number, toMs: number) =>
      ({ index: 0, kind: 'crash', label, fromMs, toMs, by: 'plan' }) as const
    const { faultNames } = diagramOf({
      ops: OPS,
      window: { from: 10, to: 110 },
      width: LABEL_PX + 1000,
      faults: [fault('b', 60, 70), fault('a', 0, 80), fault('c', 10, 30), fault('gone', 0, 5)],
      trace: null,
    })
    expect(faultNames).toEqual([
      { x: LABEL_PX, width: 500, label: 'a, c' },
      { x: LABEL_PX + 500, width: 100, label: 'b' },
    ])
  })

  test('follows an operation from its own lane through the replicas; a lost message ends on its way', () => {
    const { arrows, lanes } = draw(TRACE)
    const middle = (label: string) => (lanes.find((lane) => lane.label === label)?.top ?? NaN) + 9
    expect(arrows[0]).toMatchObject({ fromY: middle('a #1'), toY: middle('r1'), isLost: false })
    expect(arrows[0].toX - arrows[0].fromX).toBeCloseTo(20)
    expect(arrows[1].isLost).toBe(true)
    expect(arrows[1].toY).toBeCloseTo((middle('r1') + middle('r2')) / 2)
  })

  test('finds the bar under a point, and nothing beside it', () => {
    const diagram = draw()
    const bar = diagram.bars[1]
    expect(barAt(diagram, bar.x + 5, bar.top + 3)?.at).toBe(1)
    expect(barAt(diagram, bar.x - 20, bar.top + 3)).toBeNull()
  })
})

test('rows that must be seen are put among the others where they belong, and none twice', () => {
  const pick = (...indices: number[]): PackedOperations => ({
    ...(Object.fromEntries(
      Object.entries(OPS).map(([name, column]) => [
        name,
        Array.isArray(column) ? indices.map((at) => column[at] as unknown) : column,
      ]),
    ) as unknown as PackedOperations),
    total: 3,
  })
  expect(withRows(pick(0, 2), pick(1, 2))).toEqual(OPS)
  expect(withRows(OPS, pick(1))).toBe(OPS)
})
