import { expect, test } from 'vitest'
import { Driver } from '../../testing/driver.ts'
import { protocol } from './index.ts'

const params = { coordinator: 'client', conflicts: 'siblings', readRepair: 'async', hintedHandoff: false }
const C0 = 5
const C1 = 6

function cluster() {
  return new Driver(protocol, { params, clients: ['east', 'east'], preloaded: 2 })
}

test('the order of versions depends on the parameter', () => {
  const configured = (conflicts: string) => protocol.orderOf?.(protocol.configure({ ...params, conflicts }))
  expect(configured('siblings')).toBe('dotted')
  expect(configured('last-writer-wins')).toBe('ordered')
})

test('concurrent writes stay side by side until a session that has read them writes', () => {
  const driver = cluster()
  driver.request(C0, { f: 'write', key: 5, value: 7 }, 0)
  driver.request(C1, { f: 'write', key: 5, value: 8 }, 1)
  driver.deliver()
  const both = driver.request(C0, { f: 'read', key: 5 }, 2)
  driver.deliver()
  expect(driver.outcome(both)).toMatchObject({
    value: 7,
    siblings: [7, 8],
    version: { at: 1, by: 0 },
    context: [
      [0, 1],
      [1, 1],
    ],
  })
  driver.request(C0, { f: 'write', key: 5, value: 9 }, 2)
  driver.deliver()
  const one = driver.request(C1, { f: 'read', key: 5 }, 3)
  driver.deliver()
  expect(driver.outcome(one)).toMatchObject({ value: 9, siblings: null, version: { at: 2, by: 2 } })
})

test("a session's own writes supersede one another, and any write the value that was loaded before the run", () => {
  const driver = cluster()
  for (const value of [7, 8]) driver.request(C0, { f: 'write', key: 1, value }, 0)
  driver.deliver()
  const read = driver.request(C1, { f: 'read', key: 1 }, 1)
  driver.deliver()
  expect(driver.outcome(read)).toMatchObject({ value: 8, siblings: null })
})

test('a session that has read nothing but the value from before the run may write', () => {
  const driver = cluster()
  const read = driver.request(C0, { f: 'read', key: 1 }, 0)
  driver.deliver()
  expect(driver.outcome(read)).toMatchObject({ value: 1, context: [], version: { at: 0, by: 0 } })
  const write = driver.request(C0, { f: 'write', key: 1, value: 7 }, 0)
  driver.deliver()
  expect(driver.outcome(write).status).toBe('ok')
})

test('read repair merges siblings on replicas that each have one', () => {
  const driver = cluster()
  driver.request(C0, { f: 'write', key: 5, value: 7 }, 0)
  driver.drop(({ to }) => to === 1)
  driver.deliver()
  driver.request(C1, { f: 'write', key: 5, value: 8 }, 1)
  driver.drop(({ to }) => to === 0)
  driver.deliver()
  driver.request(C0, { f: 'read', key: 5 }, 2)
  driver.deliver()
  expect(new Set(driver.digests()).size).toBe(1)
  expect(driver.state(0).store.cells.get(5)?.siblings).toHaveLength(2)
})
