import { expect, test } from 'vitest'
import { bareOutcome } from './outcomes.ts'
import { RangeScan } from './range-scan.ts'
import { operation, Session } from './session.ts'

function scanOf(key: number, count: number, shardOf: (key: number) => number): RangeScan {
  const session = new Session(0, 0)
  session.key = key
  session.op = operation('scan', key, 0, 0, count, 10)
  return new RangeScan(session, shardOf)
}

const rows = (found: number, endsAt: number) => ({ ...bareOutcome('ok', null, found), endsAt })

test('goes on where the answer ended, whatever the map said', () => {
  let border = 100
  const scan = scanOf(90, 50, (key) => (key < border ? 0 : 1))
  expect(scan.next()).toEqual({ shard: 0, from: 90, count: 50 })
  expect(scan.next()).toBe(null)
  // The range has split at 95 meanwhile, and the client hears of it before it goes on.
  border = 95
  scan.partEnded(rows(5, 95), 3, 2)
  expect(scan.next()).toEqual({ shard: 1, from: 95, count: 45 })
  scan.partEnded(rows(45, 200), 4, 1)
  expect(scan.next()).toBe(null)
  expect([scan.outcome().value, scan.attempts, scan.from]).toEqual([50, 2, 4])
})

test('ends with the last range, with what there was', () => {
  const scan = scanOf(90, 50, () => 0)
  scan.next()
  scan.partEnded(rows(7, 2 ** 32), 3, 1)
  expect(scan.next()).toBe(null)
  expect(scan.outcome()).toMatchObject({ status: 'ok', value: 7 })
})

test('fails where a part does', () => {
  const scan = scanOf(90, 50, () => 0)
  scan.next()
  scan.partEnded(bareOutcome('fail', 'wrong-range'), 3, 4)
  expect(scan.next()).toBe(null)
  expect(scan.outcome()).toMatchObject({ status: 'fail', error: 'wrong-range', value: 0 })
})
