import { expect, test } from 'vitest'
import { Driver } from '../../testing/driver.ts'
import {
  childHashes,
  differingLeaves,
  differingNodes,
  emptyTree,
  FAN_OUT,
  leafOf,
  updateTree,
} from './merkle.ts'
import { protocol } from './index.ts'

test('differing leaves are found through differing nodes', () => {
  const a = emptyTree()
  const b = emptyTree()
  for (const leaf of [0, 31, 32, 500, 1023]) updateTree(a, leaf, 77 + leaf)
  updateTree(b, 32, 77 + 32)
  const nodes = differingNodes(b, [...a.inner])
  expect(nodes).toEqual([0, 15, 31])
  const hashes = nodes.flatMap((node) => childHashes(a, node))
  expect(hashes).toHaveLength(nodes.length * FAN_OUT)
  expect(differingLeaves(b, nodes, hashes)).toEqual([0, 31, 500, 1023])
})

test('keys spread over the leaves', () => {
  const counts = new Map<number, number>()
  for (let key = 0; key < 102_400; key++) counts.set(leafOf(key), (counts.get(leafOf(key)) ?? 0) + 1)
  expect(counts.size).toBe(1024)
  expect(Math.max(...counts.values())).toBeLessThan(160)
})

const params = { n: 2, r: 1, w: 1, readRepair: 'off', hintedHandoff: false, antiEntropy: true }

/** Two members, of which each has writes that the other missed. */
function diverged(keysEach: number, extra: Readonly<Record<string, boolean | string | number>> = {}) {
  const driver = new Driver(protocol, {
    params: { ...params, ...extra },
    preloaded: 10,
    isChecked: keysEach < 10,
  })
  for (let key = 0; key < keysEach; key++) {
    driver.request(0, { f: 'write', key: 2 * key, value: 100 + key })
    driver.request(1, { f: 'write', key: 2 * key + 1, value: 200 + key }, 1)
  }
  driver.drop()
  return driver
}

test('equal trees cost one request and one reply', () => {
  const driver = diverged(0)
  driver.fire(0, 'anti-entropy')
  expect(driver.deliver()).toBe(2)
})

test('one comparison makes two diverged members equal, in four messages where little differs', () => {
  const driver = diverged(5)
  expect(new Set(driver.digests()).size).toBe(2)
  driver.fire(0, 'anti-entropy')
  expect(driver.deliver()).toBe(4)
  expect(new Set(driver.digests()).size).toBe(1)
  expect(driver.factCount('anti-entropy')).toBe(10)
  for (const place of [0, 1]) expect(driver.state(place).store.cells.size).toBe(10)
})

test('messages are bounded: many cells take several, none of more than 256', () => {
  const driver = diverged(400)
  driver.fire(0, 'anti-entropy')
  const sizes: number[] = []
  const messages = driver.deliver(({ body }) => {
    if ('cells' in body) sizes.push(body.cells.length)
    return true
  })
  expect(messages).toBeLessThan(10)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(256)
  expect(new Set(driver.digests()).size).toBe(1)
})

test('concurrent siblings meet, deletions spread, and the other members stay as they are', () => {
  const driver = diverged(0, { conflicts: 'siblings' })
  driver.request(0, { f: 'write', key: 20, value: 5 })
  driver.request(1, { f: 'write', key: 20, value: 6 }, 1)
  driver.request(1, { f: 'delete', key: 3 }, 1)
  driver.drop()
  driver.fire(1, 'anti-entropy')
  driver.deliver()
  expect(new Set(driver.digests()).size).toBe(1)
  const read = driver.request(0, { f: 'read', key: 20 }, 2)
  expect(driver.outcome(read).siblings).toEqual([5, 6])
  const deleted = driver.request(0, { f: 'read', key: 3 }, 2)
  expect(driver.outcome(deleted).value).toBe(0)
})

test('where a deletion was forgotten too soon, the value that one member still has from before the run comes back', () => {
  const driver = diverged(0, { tombstoneGraceMs: 10 })
  driver.request(0, { f: 'delete', key: 3 })
  driver.drop()
  driver.fire(0, 'collection')
  driver.fire(0, 'anti-entropy')
  driver.deliver()
  expect(new Set(driver.digests()).size).toBe(1)
  const read = driver.request(0, { f: 'read', key: 3 })
  expect(driver.outcome(read).value).toBe(1)
})
