import { describe, expect, test } from 'vitest'
import { niceBinNs, TrafficRecorder } from './traffic.ts'

const KINDS = [{ kind: 'a', label: 'A' }]
const sum = (column: Float64Array) => column.reduce((total, each) => total + each, 0)

test('bins are 1, 2 or 5 times a power of ten milliseconds', () => {
  expect([1, 1_000_001, 3_000_000, 6_000_000, 4e9].map((ns) => niceBinNs(ns) / 1e6)).toEqual([
    1, 2, 5, 10, 5000,
  ])
})

describe('a run of unknown length', () => {
  test('loses nothing when bins merge, and puts each message where it belongs', () => {
    const traffic = new TrafficRecorder(2, 3, Infinity, KINDS)
    const everyNs = 700_000
    const count = 5000
    for (let index = 0; index < count; index++) {
      traffic.sent(index * everyNs, 0, 'a', 10)
      traffic.received(index * everyNs, 1, 10)
      traffic.asked(index * everyNs, 2)
    }
    const { binNs, bins, messagesOut, messagesIn, bytesOut, asked } = traffic.finish()
    expect([sum(messagesOut), sum(messagesIn), sum(bytesOut)]).toEqual([count, count, count * 10])
    expect([sum(asked), asked.length]).toEqual([count, bins * 3])
    expect(bins).toBeLessThanOrEqual(240)
    for (let bin = 0; bin < bins; bin++) {
      const expected = Array.from({ length: count }, (_, index) =>
        Math.floor((index * everyNs) / binNs),
      ).filter((each) => each === bin).length
      const counted = [messagesOut[bin * 2], messagesIn[bin * 2 + 1], asked[bin * 3 + 2]]
      expect([bin, ...counted]).toEqual([bin, expected, expected, expected])
    }
  })
})

test('a kind that the manifest does not name is a bug', () => {
  expect(() => new TrafficRecorder(1, 1, 1e9, KINDS).sent(0, 0, 'b', 1)).toThrow('the message kind b')
})
