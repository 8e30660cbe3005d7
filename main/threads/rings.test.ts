import { expect, test } from 'vitest'
import { Rng } from '../../shared/base/rng.ts'
import { Rings } from './rings.ts'
import type { Payload, RingMemory } from './rings.ts'

/** Smaller rings than a run would have, so that frames go over their end and do not fit. */
function smallRings(ringBytes: number, threads = 2): RingMemory {
  return { buffer: new SharedArrayBuffer(threads * threads * (64 + ringBytes)), threads, ringBytes }
}

/** Takes less than it says it may, as text does whose bytes nobody has counted. */
function payloadOf(text: string): Payload {
  return { bytesMax: text.length + 5, writeTo: ({ bytes }, at) => bytes.write(text, at) }
}

function drained(rings: Rings): string[] {
  const payloads: string[] = []
  rings.drain(({ bytes }, from, to) => payloads.push(bytes.toString('utf8', from, to)))
  return payloads
}

test('frames come out whole and in order, empty ones too', () => {
  const memory = smallRings(64)
  const [writer, reader] = [new Rings(memory, 0), new Rings(memory, 1)]
  expect(drained(reader)).toEqual([])
  for (const payload of ['one', '', 'three']) writer.send(1, payloadOf(payload))
  expect(reader.hasArrivals).toBe(true)
  expect(drained(reader)).toEqual(['one', '', 'three'])
  expect(reader.hasArrivals).toBe(false)
})

test('what does not fit waits, and follows piece by piece', () => {
  const memory = smallRings(16)
  const [writer, reader] = [new Rings(memory, 0), new Rings(memory, 1)]
  const long = 'a long payload that needs several rings full'
  writer.send(1, payloadOf(long))
  writer.send(1, payloadOf('next'))
  const got: string[] = []
  for (let round = 0; round < 10; round++) {
    got.push(...drained(reader))
    expect(reader.isMidFrame).toBe(got.length === 0)
    if (writer.flush()) break
  }
  got.push(...drained(reader))
  expect(got).toEqual([long, 'next'])
})

test('the writer hears what has to wait, and for whom some of it has moved', () => {
  const memory = smallRings(16, 3)
  const [writer, reader] = [new Rings(memory, 0), new Rings(memory, 2)]
  const moved: number[] = []
  const flush = () => writer.flush((to) => moved.push(to))
  expect(writer.send(1, payloadOf('fits'))).toBe(true)
  expect(writer.send(2, payloadOf('fits not at once'))).toBe(false)
  expect(writer.send(2, payloadOf(''))).toBe(false)
  expect(flush()).toBe(false)
  expect(moved).toEqual([])
  drained(reader)
  expect(flush()).toBe(true)
  expect(moved).toEqual([2])
  expect(flush()).toBe(true)
  expect(moved).toEqual([2])
})

test('any frames in any pieces: all arrive once, in order', () => {
  const rng = Rng.stream(7, 'rings')
  for (let round = 0; round < 200; round++) {
    const memory = smallRings(2 ** rng.between(4, 8), 3)
    const [a, b, reader] = [new Rings(memory, 0), new Rings(memory, 1), new Rings(memory, 2)]
    const sent: string[][] = [[], []]
    const got: string[][] = [[], []]
    const take = () => {
      for (const payload of drained(reader)) got[Number(payload[0])].push(payload)
    }
    for (let step = 0; step < 60; step++) {
      const from = rng.below(2)
      // Zeros would pass for the lengths of empty frames, if they were ever taken for lengths.
      const payload = `${from}/${step}/${'\0'.repeat(rng.below(3) === 0 ? rng.below(300) : rng.below(12))}`
      sent[from].push(payload)
      ;[a, b][from].send(2, payloadOf(payload))
      if (rng.below(3) === 0) take()
      if (rng.below(2) === 0) [a, b][from].flush()
    }
    for (let left = 10_000; left > 0 && !(a.flush() && b.flush()); left--) take()
    take()
    expect(got).toEqual(sent)
    expect(reader.isMidFrame).toBe(false)
  }
})

test('the next thread on a ring goes on where the last one stopped', () => {
  const memory = smallRings(64)
  const writer = new Rings(memory, 0)
  writer.send(1, payloadOf('before'))
  expect(drained(new Rings(memory, 1))).toEqual(['before'])
  writer.send(1, payloadOf('after'))
  expect(drained(new Rings(memory, 1))).toEqual(['after'])
})
