import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hybridEvent, hybridReceive } from './hybrid.ts'
import { intervalOf, isSurelyAhead, isSurelyPast, waitUntilPastNs } from './interval.ts'
import { lamportEvent, lamportReceive } from './lamport.ts'
import { above, BEGINNING, compareTimestamps, isLater, latest, nextOf } from './timestamp.ts'
import type { Timestamp } from './timestamp.ts'
import { covers, includes, join, zeroVector } from './version-vectors.ts'

/** One event of a random execution, with what each kind of clock says of it. */
interface Event {
  readonly node: number
  /** Numbers of the events that may have influenced it, itself aside: the definition of happened-before. */
  readonly past: ReadonlySet<number>
  readonly lamport: number
  readonly hybrid: Timestamp
  readonly vector: readonly number[]
  readonly physicalNs: number
}

/** One turn: time passes, then a node does something of its own, or receives what was sent and not received yet. */
const turns = fc.array(
  fc.record({ node: fc.nat(3), passes: fc.nat(2), receives: fc.option(fc.nat(), { nil: null }) }),
  { maxLength: 80 },
)

const EPSILON = 5
/** Of true time, so that no two clocks are further apart than EPSILON. */
const offsets = fc.array(fc.integer({ min: 0, max: EPSILON }), { minLength: 4, maxLength: 4 })

type Turns = typeof turns extends fc.Arbitrary<infer T> ? T : never

function run(script: Turns, offset: readonly number[]): Event[] {
  const events: Event[] = []
  const lastOf = new Map<number, number>()
  const sent: number[] = []
  let trueNs = 1
  for (const { node, passes, receives } of script) {
    trueNs += passes
    const physicalNs = trueNs + offset[node]
    const before = events[lastOf.get(node) ?? -1] as Event | undefined
    const source = receives === null || sent.length === 0 ? null : sent.splice(receives % sent.length, 1)[0]
    const message = source === null ? null : events[source]
    const past = new Set([...(before?.past ?? []), ...(message?.past ?? [])])
    if (before !== undefined) past.add(lastOf.get(node) as number)
    if (source !== null) past.add(source)
    const own = before?.vector ?? zeroVector(4)
    const seen = message === null ? own : join(own, message.vector)
    events.push({
      node,
      past,
      physicalNs,
      vector: seen.map((at, actor) => (actor === node ? at + 1 : at)),
      lamport:
        message === null
          ? lamportEvent(before?.lamport ?? 0)
          : lamportReceive(before?.lamport ?? 0, message.lamport),
      hybrid:
        message === null
          ? hybridEvent(before?.hybrid ?? BEGINNING, physicalNs)
          : hybridReceive(before?.hybrid ?? BEGINNING, message.hybrid, physicalNs),
    })
    lastOf.set(node, events.length - 1)
    // Whatever happens may be the sending of a message.
    sent.push(events.length - 1)
  }
  return events
}

const holds = (property: (events: Event[]) => void) =>
  fc.assert(
    fc.property(turns, offsets, (script, offset) => {
      property(run(script, offset))
    }),
    { numRuns: 200 },
  )

describe('Lamport 1978', () => {
  test('clock condition: an event that may have influenced another has the smaller number', () => {
    holds((events) => {
      for (const { past, lamport } of events) {
        for (const earlier of past) expect(events[earlier].lamport).toBeLessThan(lamport)
      }
    })
  })
})

describe('Kulkarni et al. 2014', () => {
  test('figure 5: an event takes physical time if that is ahead, else counts', () => {
    expect(hybridEvent({ ns: 10, logical: 3 }, 11)).toEqual({ ns: 11, logical: 0 })
    expect(hybridEvent({ ns: 10, logical: 3 }, 10)).toEqual({ ns: 10, logical: 4 })
    expect(hybridEvent({ ns: 10, logical: 3 }, 2)).toEqual({ ns: 10, logical: 4 })
  })

  test.each([
    // last, sent, physical time, the event's own
    [[10, 3], [10, 7], 10, [10, 8]],
    [[10, 7], [10, 3], 9, [10, 8]],
    [[10, 3], [8, 7], 10, [10, 4]],
    [[10, 3], [12, 7], 11, [12, 8]],
    [[10, 3], [12, 7], 12, [12, 8]],
    [[10, 3], [12, 7], 13, [13, 0]],
  ] as const)('figure 5: %j receives %j at %i', (last, sent, physicalNs, own) => {
    const of = ([ns, logical]: readonly [number, number]) => ({ ns, logical })
    expect(hybridReceive(of(last), of(sent), physicalNs)).toEqual(of(own))
  })

  test('theorem 1: an event that may have influenced another has the smaller timestamp', () => {
    holds((events) => {
      for (const { past, hybrid } of events) {
        for (const earlier of past) expect(isLater(hybrid, events[earlier].hybrid)).toBe(true)
      }
    })
  })

  test('theorem 2 and corollary 1: ahead of physical time by no more than clocks are apart', () => {
    holds((events) => {
      for (const { hybrid, physicalNs } of events) {
        expect(hybrid.ns).toBeGreaterThanOrEqual(physicalNs)
        expect(hybrid.ns - physicalNs).toBeLessThanOrEqual(EPSILON)
      }
    })
  })

  test('theorem 3: the counter is at most the number of events before it at the same instant', () => {
    holds((events) => {
      for (const { past, hybrid } of events) {
        const same = [...past].filter((earlier) => events[earlier].hybrid.ns === hybrid.ns)
        expect(hybrid.logical).toBeLessThanOrEqual(same.length)
      }
    })
  })
})

describe('version vectors', () => {
  test('an event may have influenced another just where its vector is included in the other', () => {
    holds((events) => {
      events.forEach(({ vector, past, node }, later) => {
        for (let earlier = 0; earlier < later; earlier++) {
          const dot = { by: events[earlier].node, at: events[earlier].vector[events[earlier].node] }
          expect(includes(vector, events[earlier].vector)).toBe(past.has(earlier))
          expect(covers(vector, dot)).toBe(past.has(earlier))
        }
        expect(covers(vector, { by: node, at: vector[node] })).toBe(true)
      })
    })
  })
})

describe('Corbett et al. 2012, §3', () => {
  const now = intervalOf({ wallNs: 100, uncertaintyNs: 7 })

  test('now is in the interval, which says what has certainly passed and what has certainly not come', () => {
    expect(now).toEqual({ earliestNs: 93, latestNs: 107 })
    expect([92, 93, 107, 108].map((ns) => isSurelyPast(now, ns))).toEqual([true, false, false, false])
    expect([92, 93, 107, 108].map((ns) => isSurelyAhead(now, ns))).toEqual([false, false, false, true])
  })

  test('§4.2.1: what is the latest that now can be has passed after twice the uncertainty, and not before', () => {
    const waitNs = waitUntilPastNs(now, now.latestNs)
    const at = (elapsedNs: number) => intervalOf({ wallNs: 100 + elapsedNs, uncertaintyNs: 7 })
    expect(isSurelyPast(at(waitNs), now.latestNs)).toBe(true)
    expect(isSurelyPast(at(waitNs - 1), now.latestNs)).toBe(false)
    expect(waitNs).toBe(15)
    expect(waitUntilPastNs(now, 50)).toBe(0)
  })
})

describe('timestamps', () => {
  test('are ordered by instant, then by counter', () => {
    const sorted = [
      { ns: 1, logical: 9 },
      { ns: 2, logical: 0 },
      { ns: 2, logical: 1 },
    ]
    expect([...sorted].reverse().sort(compareTimestamps)).toEqual(sorted)
    expect(latest(sorted[0], sorted[1])).toBe(sorted[1])
    expect(nextOf(sorted[1])).toEqual(sorted[2])
  })

  test('one above a floor is the one wanted, or the first after the floor', () => {
    const floor = { ns: 5, logical: 3 }
    expect(above(floor, { ns: 5, logical: 4 })).toEqual({ ns: 5, logical: 4 })
    expect(above(floor, floor)).toEqual({ ns: 5, logical: 4 })
    expect(above(floor, { ns: 2, logical: 9 })).toEqual({ ns: 5, logical: 4 })
  })
})
