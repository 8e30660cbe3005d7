import { describe, expect, test } from 'vitest'
import { InsertSequence } from './inserts.ts'

describe('the keys a client inserts', () => {
  test('clients never collide', () => {
    const clients = [0, 1, 2].map((c) => new InsertSequence(100, c, 3))
    const keys = clients.flatMap((client) => Array.from({ length: 50 }, () => client.next()))
    expect(new Set(keys).size).toBe(150)
    expect([...keys].sort((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, i) => 100 + i))
  })

  test('the last key known to be there waits for earlier inserts', () => {
    const inserts = new InsertSequence(10, 1, 2)
    expect([inserts.next(), inserts.next(), inserts.next()]).toEqual([11, 13, 15])
    expect(inserts.last).toBe(9)
    inserts.acknowledge(15)
    expect(inserts.last).toBe(9)
    inserts.acknowledge(11)
    expect(inserts.last).toBe(11)
    inserts.acknowledge(13)
    expect(inserts.last).toBe(15)
  })

  test.each([12, 9, 0, 13, 17, -1, 11.5])('a key that is not under way (%d) changes nothing', (key) => {
    const inserts = new InsertSequence(10, 1, 2)
    inserts.next()
    inserts.acknowledge(11)
    inserts.acknowledge(key)
    inserts.acknowledge(11)
    expect(inserts.last).toBe(11)
    expect(inserts.next()).toBe(13)
  })

  test('an insert whose end nobody reports is given up in the end', () => {
    const inserts = new InsertSequence(0, 0, 1)
    inserts.next()
    for (let i = 0; i < 200_000; i++) inserts.acknowledge(inserts.next())
    expect(inserts.last).toBe(200_000)
  })
})
