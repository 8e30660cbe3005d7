import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { borderPoint, hullOf, nearestTowards, originBefore, sideOf } from './geometry.ts'

const box = (x: number, y: number, width = 10, height = 10) => ({ x, y, width, height })

describe('lines', () => {
  test('leave a box at its border', () => {
    expect(borderPoint(box(0, 0), { x: 105, y: 5 })).toEqual({ x: 10, y: 5 })
    expect(borderPoint(box(0, 0), { x: 5, y: -95 })).toEqual({ x: 5, y: 0 })
    expect(borderPoint(box(0, 0), { x: 105, y: 105 })).toEqual({ x: 10, y: 10 })
  })

  test('to a point inside the box do not leave it', () => {
    expect(borderPoint(box(0, 0), { x: 6, y: 5 })).toEqual({ x: 5, y: 5 })
    expect(borderPoint(box(0, 0), { x: 5, y: 5 })).toEqual({ x: 5, y: 5 })
  })
})

test('a hull holds every box with its margin, and turns one way only', () => {
  const boxes = fc.array(
    fc.record({ x: fc.nat(500), y: fc.nat(500), width: fc.nat(90), height: fc.nat(90) }),
    { minLength: 1, maxLength: 12 },
  )
  fc.assert(
    fc.property(boxes, (some) => {
      const hull = hullOf(some, 4)
      hull.forEach((a, i) => {
        const b = hull[(i + 1) % hull.length]
        for (const each of some)
          for (const corner of [
            { x: each.x - 4, y: each.y - 4 },
            { x: each.x + each.width + 4, y: each.y + each.height + 4 },
          ])
            expect((b.x - a.x) * (corner.y - a.y) - (b.y - a.y) * (corner.x - a.x)).toBeGreaterThanOrEqual(0)
      })
    }),
    { numRuns: 200 },
  )
  expect(hullOf([], 4)).toEqual([])
})

test('a line parts points', () => {
  const line = [
    { x: 0, y: 0 },
    { x: 0, y: 10 },
  ] as const
  expect(sideOf(...line, { x: 5, y: 3 })).toBe(-sideOf(...line, { x: -5, y: 300 }))
})

test('the nearest thing in a direction', () => {
  const things = [
    { id: 'right', box: box(100, 0) },
    { id: 'far', box: box(300, 0) },
    { id: 'below', box: box(20, 90) },
  ]
  const towards = (x: number, y: number) => nearestTowards(box(0, 0), things, { x, y })?.id ?? null
  expect([towards(1, 0), towards(0, 1), towards(-1, 0), towards(0, -1)]).toEqual([
    'right',
    'below',
    null,
    null,
  ])
})

test('a view shows what lies behind its content, for as long as it shows the content', () => {
  const at = (origin: number, content: [number, number], behind: [number, number]) =>
    originBefore(
      { origin, length: 100 },
      { from: content[0], to: content[1] },
      { from: behind[0], to: behind[1] },
    )
  // Shorter than the view: in its middle, but not at the cost of the content.
  expect(at(-30, [10, 30], [0, 80])).toBe(-10)
  expect(at(-70, [-40, 0], [0, 80])).toBe(-40)
  expect(at(40, [75, 95], [0, 80])).toBe(-5)
  // Longer than the view: nothing beyond its ends, and else no movement.
  expect(at(-50, [-10, 30], [0, 400])).toBe(-10)
  expect(at(-50, [0, 30], [0, 400])).toBe(0)
  expect(at(350, [380, 400], [0, 400])).toBe(300)
  expect(at(120, [140, 180], [0, 400])).toBe(120)
  // What does not fit stays as it was.
  expect(at(7, [0, 200], [0, 80])).toBe(7)
})
