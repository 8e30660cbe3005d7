import { expect, test } from 'vitest'
import { Driver } from '../../testing/driver.ts'
import { protocol } from './index.ts'

const cluster = (holdsDisk = false) =>
  new Driver(protocol, { replicas: ['east', 'east', 'east'], preloaded: 2, holdsDisk })

test('a write is done when every replica has it; then any replica reads it', () => {
  const driver = cluster()
  const write = driver.request(0, { f: 'write', key: 5, value: 7 })
  driver.deliver(({ to }) => to === 1)
  driver.deliver(({ from }) => from === 1)
  expect(driver.replies.has(write)).toBe(false)
  driver.deliver()
  expect(driver.outcome(write)).toMatchObject({ status: 'ok', version: { by: 0 } })
  for (const place of [0, 1, 2])
    expect(driver.outcome(driver.request(place, { f: 'read', key: 5 })).value).toBe(7)
  expect(new Set(driver.digests()).size).toBe(1)
})

test('confirmations and the answer wait for the disks', () => {
  const driver = cluster(true)
  const write = driver.request(0, { f: 'write', key: 5, value: 7 })
  driver.deliver()
  for (const place of [1, 2]) driver.flush(place)
  driver.deliver()
  expect(driver.replies.has(write)).toBe(false)
  driver.flush(0)
  expect(driver.outcome(write).status).toBe('ok')
  driver.crash(1)
  driver.boot(1)
  expect(driver.outcome(driver.request(1, { f: 'read', key: 5 })).value).toBe(7)
})

test('one silent replica stops every write, and nobody knows what became of it', () => {
  const driver = cluster()
  const write = driver.request(0, { f: 'write', key: 5, value: 7 })
  driver.drop(({ to }) => to === 2)
  driver.deliver()
  driver.fire(0, 'timeout')
  expect(driver.outcome(write)).toMatchObject({ status: 'info', error: 'write-timeout' })
})

test('keys from before the run are there, others are not, and what it cannot do it declines', () => {
  const driver = cluster()
  expect(driver.outcome(driver.request(0, { f: 'read', key: 1 })).value).toBe(1)
  expect(driver.outcome(driver.request(0, { f: 'read', key: 2 }))).toMatchObject({ value: 0, version: null })
  expect(driver.outcome(driver.request(0, { f: 'scan', key: 1 }))).toMatchObject({
    status: 'fail',
    error: 'refused',
  })
})
