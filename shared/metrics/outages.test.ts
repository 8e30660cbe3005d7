import { expect, test } from 'vitest'
import fc from 'fast-check'
import { NS_PER_MS } from '../base/time.ts'
import { OperationTable } from '../history/columns.ts'
import { OP_NAMES, STATUS } from '../history/types.ts'
import type { History } from '../history/types.ts'
import { historyOf } from '../testing/histories.ts'
import { outagesOf } from './outages.ts'

const [READ, WRITE] = ['read', 'write'].map((name) => OP_NAMES.indexOf(name as never))

/** Operations as [begin, end] in milliseconds, in a load of this many; an end of null is a failure. */
function history(
  operations: readonly (readonly [f: number, begin: number, end: number | null])[],
  [warmupMs, untilMs]: readonly [number, number],
): History {
  const ops = new OperationTable()
  for (const [f, begin, end] of [...operations].sort((a, b) => a[1] - b[1])) {
    const row = ops.add(0, 0, f, 7, 1, begin * NS_PER_MS, begin * NS_PER_MS, 0)
    ops.endedNs[row] = (end ?? begin + 1) * NS_PER_MS
    ops.status[row] = end === null ? STATUS.fail : STATUS.ok
  }
  return {
    ...historyOf({ ops: [] }),
    ops,
    warmupNs: warmupMs * NS_PER_MS,
    issuedUntilNs: untilMs * NS_PER_MS,
    endedNs: untilMs * NS_PER_MS,
  }
}

test('a leader is gone from 400 ms on, and the next one answers from 1,600 ms on', () => {
  const times = [...Array.from({ length: 40 }, (_, at) => at * 10), 1600, 1610, 1620, 2000]
  const failed = [500, 900, 1300]
  const { read, write } = outagesOf(
    history(
      [
        ...times.map((at) => [WRITE, at, at + 5] as const),
        ...failed.map((at) => [WRITE, at, null] as const),
        ...Array.from({ length: 200 }, (_, at) => [READ, at * 10, at * 10 + 2] as const),
      ],
      [100, 2010],
    ),
  )
  expect(write).toEqual({ ms: 1605 - 395, fromMs: 395 })
  expect(read?.ms).toBeCloseTo(18, 9)
})

test('nothing succeeded: the whole load is one outage; nothing was tried: there is none', () => {
  const { read, write } = outagesOf(history([[WRITE, 300, null]], [100, 900]))
  expect(write).toEqual({ ms: 800, fromMs: 100 })
  expect(read).toBeNull()
})

test('operations that end in another order than they began, and before or after the load, agree with sorting', () => {
  const operation = fc
    .tuple(fc.constant(WRITE), fc.nat(1000), fc.nat(400))
    .map(([f, begin, lasts]) => [f, begin, begin + lasts] as const)
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 60 }), (operations) => {
      const [from, until] = [200, 1100]
      const ends = operations.map(([, , end]) => end).filter((end) => end >= from && end <= until)
      const marks = [from, ...ends.sort((a, b) => a - b), until]
      const longest = Math.max(...marks.slice(1).map((mark, at) => mark - marks[at]))
      fc.pre(operations.some(([, begin]) => begin >= from))
      expect(outagesOf(history(operations, [from, until])).write?.ms).toBeCloseTo(longest, 6)
    }),
  )
})
