import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { Agenda } from './agenda.ts'

/** Takes everything, as [time, a]. */
function drain(agenda: Agenda): [number, number][] {
  const taken: [number, number][] = []
  while (agenda.next()) taken.push([agenda.nowNs, agenda.a])
  return taken
}

describe('order', () => {
  test('events come by time, and by order of scheduling where times are equal', () => {
    const agenda = new Agenda()
    const times = [5, 5_000_000_000_000, 0, 5, 1023, 1024, 1_048_576, 1_073_741_824, 1023, 8e15]
    times.forEach((at, index) => agenda.schedule(at, 0, index, 0, 0, null))
    const expected = times
      .map((at, index): [number, number] => [at, index])
      .sort((x, y) => x[0] - y[0] || x[1] - y[1])
    expect(drain(agenda)).toEqual(expected)
  })

  test('an event for the very present comes after those already due then', () => {
    const agenda = new Agenda()
    agenda.schedule(7, 0, 1, 0, 0, null)
    agenda.schedule(7, 0, 2, 0, 0, null)
    agenda.next()
    agenda.schedule(7, 0, 3, 0, 0, null)
    expect(drain(agenda)).toEqual([
      [7, 2],
      [7, 3],
    ])
  })

  test('thousands at one far instant come in order of scheduling, and quickly', () => {
    const agenda = new Agenda()
    for (let index = 0; index < 50_000; index++) agenda.schedule(5e9, 0, index, 0, 0, null)
    expect(drain(agenda).map(([, index]) => index)).toEqual(
      Array.from({ length: 50_000 }, (_, index) => index),
    )
  })

  test('the past is refused, and so is a time that is no number', () => {
    const agenda = new Agenda()
    agenda.schedule(10, 0, 0, 0, 0, null)
    agenda.next()
    expect(() => agenda.schedule(9, 0, 0, 0, 0, null)).toThrow('before now')
    expect(() => agenda.schedule(NaN, 0, 0, 0, 0, null)).toThrow('before now')
  })

  test('cancelling twice, or after the event was taken, is a bug that is named', () => {
    const agenda = new Agenda()
    const id = agenda.schedule(1, 0, 0, 0, 0, null)
    agenda.cancel(id)
    expect(() => agenda.cancel(id)).toThrow('not pending')
  })
})

test('agrees with a sorted list under any mixture of scheduling, taking and cancelling', () => {
  const delay = fc.oneof(
    fc.nat(3),
    fc.nat(3000),
    fc.nat(5_000_000),
    fc.integer({ min: 0, max: 4e9 }),
    fc.integer({ min: 0, max: 3e14 }),
  )
  const action = fc.oneof(
    { weight: 5, arbitrary: delay.map((d) => ({ do: 'schedule' as const, d })) },
    { weight: 4, arbitrary: fc.constant({ do: 'take' as const, d: 0 }) },
    { weight: 2, arbitrary: fc.nat(1000).map((d) => ({ do: 'cancel' as const, d })) },
  )
  fc.assert(
    fc.property(fc.array(action, { maxLength: 400 }), (actions) => {
      const agenda = new Agenda(2)
      let model: { at: number; n: number; id: number }[] = []
      let n = 0
      for (const { do: what, d } of actions) {
        if (what === 'schedule') {
          const at = agenda.nowNs + d
          model.push({ at, n, id: agenda.schedule(at, n & 255, n, n * 2, n * 3, `p${n}`) })
          n++
        } else if (what === 'take') {
          model.sort((x, y) => x.at - y.at || x.n - y.n)
          const first = model.shift()
          expect(agenda.peekNs()).toBe(first?.at ?? Infinity)
          expect(agenda.next()).toBe(first !== undefined)
          if (first) {
            expect([agenda.nowNs, agenda.a, agenda.b, agenda.c, agenda.kind, agenda.payload]).toEqual([
              first.at,
              first.n,
              first.n * 2,
              first.n * 3,
              first.n & 255,
              `p${first.n}`,
            ])
          }
        } else if (model.length > 0) {
          const victim = model[d % model.length]
          agenda.cancel(victim.id)
          model = model.filter((entry) => entry !== victim)
        }
        expect(agenda.pending).toBe(model.length)
      }
      model.sort((x, y) => x.at - y.at || x.n - y.n)
      expect(drain(agenda)).toEqual(model.map((entry) => [entry.at, entry.n]))
    }),
    { numRuns: 400 },
  )
})
