import { expect, test } from 'vitest'
import fc from 'fast-check'
import { OperationTable } from '../history/columns.ts'
import { STATUS } from '../history/types.ts'
import { historyOf } from '../testing/histories.ts'
import { OvertakenWrites } from './overtaken.ts'

interface Write {
  from: number
  lasts: number
  version: number
}

function counted(writes: readonly Write[], order: 'ordered' | 'dotted' = 'ordered'): OvertakenWrites {
  const ops = new OperationTable()
  for (const { from, lasts, version } of [...writes].sort((a, b) => a.from - b.from)) {
    const row = ops.add(0, 0, 1, 7, 1, from, from, 0)
    ops.endedNs[row] = from + lasts
    ops.status[row] = STATUS.ok
    ops.versionAt[row] = version
  }
  const overtaken = new OvertakenWrites({ ...historyOf({ ops: [] }), ops, order }, ops.count)
  overtaken.add(
    Uint32Array.from({ length: ops.count }, (_, row) => row),
    ops.count,
  )
  return overtaken
}

test('a write with a timestamp from a clock behind is told of success and lost', () => {
  const writes = [
    { from: 0, lasts: 10, version: 500 },
    { from: 10, lasts: 5, version: 400 },
    // Concurrent with the second: nobody can say which was to come first.
    { from: 12, lasts: 5, version: 300 },
    { from: 40, lasts: 5, version: 600 },
  ]
  const { acknowledged, overtaken } = counted(writes)
  expect([acknowledged, overtaken]).toEqual([4, 2])
  expect(counted(writes, 'dotted').overtaken).toBe(0)
})

test('agrees with comparing every pair', () => {
  const write = fc.record({ from: fc.nat(60), lasts: fc.nat(20), version: fc.nat(1000) })
  fc.assert(
    fc.property(fc.uniqueArray(write, { maxLength: 40, selector: ({ version }) => version }), (writes) => {
      const expected = writes.filter((late) =>
        writes.some((early) => early.from + early.lasts <= late.from && early.version > late.version),
      ).length
      // A write of no duration that begins as another of the same instant ends counts both ways round.
      fc.pre(writes.every(({ lasts }) => lasts > 0))
      expect(counted(writes).overtaken).toBe(expected)
    }),
  )
})
