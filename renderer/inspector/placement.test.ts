import { expect, test } from 'vitest'
import { movedSlices, sharesBetween } from './placement.ts'

const shard = (shard: number, share: number, ...replicas: string[]) => ({ shard, replicas, share })
const BEFORE = [shard(0, 0.5, 'r1'), shard(1, 0.5, 'r2')]
const AFTER = [shard(0, 0.5, 'r1'), shard(1, 0.25, 'r2'), shard(2, 0.25, 'r3')]
const shares = (shift: number) => sharesBetween(BEFORE, AFTER, shift).map(({ id, share }) => [id, share])

test('shares go from what they were to what they become; a newcomer begins with nothing and comes last', () => {
  expect(shares(0)).toEqual([
    ['r1', 0.5],
    ['r2', 0.5],
  ])
  expect(shares(0.5)).toEqual([
    ['r1', 0.5],
    ['r2', 0.375],
    ['r3', 0.125],
  ])
  expect(shares(1)).toEqual([
    ['r1', 0.5],
    ['r2', 0.25],
    ['r3', 0.25],
  ])
})

test('who leaves stays in the list, down to nothing', () => {
  expect(sharesBetween(AFTER, BEFORE, 1).map(({ id, share }) => [id, share])).toEqual([
    ['r1', 0.5],
    ['r2', 0.5],
    ['r3', 0],
  ])
})

test('a piece grows from where it lies, and says from whom it comes', () => {
  const pieces = [{ from: 0.75, share: 0.25, source: 'r2', target: 'r3' }]
  expect(movedSlices(pieces, 0.4)).toEqual([
    { from: 0.75, share: 0.1, title: '25 % of the keys, from r2 to r3' },
  ])
})
