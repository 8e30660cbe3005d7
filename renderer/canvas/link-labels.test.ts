import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { overlaps, type Box } from '../model/layout.ts'
import { placeLabels, type LabelWish } from './link-labels.ts'
import { detailAt, nameAt } from './use-detail.ts'

const size = { width: 10, height: 10 }
const along = (key: string, y = 0, isUrgent = false): LabelWish => ({
  key,
  from: { x: 0, y },
  to: { x: 100, y },
  size,
  isUrgent,
})
const box = (x: number, y: number, width = 10, height = 10): Box => ({ x, y, width, height })
const nothing = { regions: [], texts: [] }

describe('labels of links', () => {
  test('stand in the middle where nothing is in the way', () => {
    expect(placeLabels([along('a')], nothing).get('a')).toEqual({ x: 50, y: 0 })
  })

  test('move along their line off a region and off a name', () => {
    for (const obstacles of [
      { regions: [box(40, -20, 20, 40)], texts: [] },
      { regions: [], texts: [box(40, -20, 20, 40)] },
    ]) {
      const at = placeLabels([along('a')], obstacles).get('a')
      expect(Math.abs((at?.x ?? 50) - 50)).toBeGreaterThanOrEqual(15)
    }
  })

  test('rather stand on the sheet of a region than on a name', () => {
    const at = placeLabels([along('a')], { regions: [box(-500, -500, 1000, 1000)], texts: [box(45, -5)] })
    expect(Math.abs((at.get('a')?.x ?? 50) - 50)).toBeGreaterThanOrEqual(10)
  })

  test('are left out where they would hide names, unless they are urgent', () => {
    const everywhere = { regions: [], texts: [box(-500, -500, 1000, 1000)] }
    expect(placeLabels([along('a')], everywhere).size).toBe(0)
    expect(placeLabels([along('a', 0, true)], everywhere).get('a')).toEqual({ x: 50, y: 0 })
  })

  test('the urgent one has the place that two want', () => {
    const short = { from: { x: 50, y: 0 }, to: { x: 51, y: 0 } }
    const crowd = Array.from({ length: 12 }, (_, i) => ({ ...along(String(i)), ...short }))
    const placed = placeLabels([...crowd, { ...along('urgent', 0, true), ...short }], nothing)
    expect(placed.get('urgent')).toEqual({ x: 50.5, y: 0 })
    // Above it and below there is room for one each; the others would cover one another.
    expect(placed.size).toBe(3)
  })

  test('step beside a line that has no room, and only then', () => {
    const wall = [box(-200, -5, 400)]
    const at = placeLabels([along('a')], { regions: [], texts: wall }).get('a')
    expect(at?.x).toBe(50)
    expect(Math.abs(at?.y ?? 0)).toBe(10)
  })

  test('never cover one another, and stand on their lines or close beside', () => {
    const point = fc.record({ x: fc.nat(200), y: fc.nat(200) })
    const wish = fc.record({ from: point, to: point, isUrgent: fc.boolean() })
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
        const named = wishes.map((each, i) => ({ ...each, key: String(i), size }))
        const boxes = [...placeLabels(named, nothing)].map(([key, { x, y }]) => {
          const { from, to } = named[Number(key)]
          const cross = (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x)
          const length = Math.hypot(to.x - from.x, to.y - from.y)
          expect(Math.abs(cross)).toBeLessThanOrEqual(17.5 * length + 1e-6)
          return box(x - 5, y - 5)
        })
        boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect(overlaps(a, b)).toBe(false)))
      }),
    )
  })
})

test('a canvas shows less the further away it is', () => {
  expect(detailAt(1)).toEqual({ isFar: false, isApart: false })
  expect(detailAt(0.6)).toEqual({ isFar: true, isApart: false })
  expect(detailAt(0.28)).toEqual({ isFar: true, isApart: true })
})

test.each([
  ['cassandra-eu-west-1-a', 1, 'cassandra-eu-west-1-a'],
  ['cassandra-eu-west-1-a', 0.5, 'a'],
  ['eu-12', 0.5, 'eu-12'],
  ['eu-12', 0.1, '12'],
  ['eu-12', 0.05, ''],
  ['node-', 0.1, ''],
])('%s at zoom %d is called "%s"', (id, zoom, name) => {
  expect(nameAt(id, zoom, 112)).toBe(name)
})
