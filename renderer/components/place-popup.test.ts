import { expect, test } from 'vitest'
import { placePopup } from './place-popup.ts'

const VIEWPORT = { width: 1000, height: 600 }
const anchorAt = (left: number, top: number) => ({ left, top, right: left + 100, bottom: top + 28 })

test('below its anchor where there is room', () => {
  expect(placePopup(anchorAt(50, 100), { width: 200, height: 150 }, VIEWPORT)).toMatchObject({
    left: 50,
    top: 132,
    isAbove: false,
  })
})

test('above where only there is room, and as low as it can', () => {
  const place = placePopup(anchorAt(50, 500), { width: 200, height: 150 }, VIEWPORT)
  expect(place).toMatchObject({ top: 500 - 4 - 150, isAbove: true })
})

test('never over an edge: pushed in sideways, cut in height', () => {
  expect(placePopup(anchorAt(950, 100), { width: 200, height: 50 }, VIEWPORT).left).toBe(792)
  expect(placePopup(anchorAt(-40, 100), { width: 200, height: 50 }, VIEWPORT).left).toBe(8)
  const tall = placePopup(anchorAt(50, 200), { width: 200, height: 5000 }, VIEWPORT)
  expect(tall).toMatchObject({ isAbove: false, top: 232 })
  expect(tall.top + tall.heightMax).toBeLessThanOrEqual(600)
  const tallAbove = placePopup(anchorAt(50, 400), { width: 200, height: 5000 }, VIEWPORT)
  expect(tallAbove).toMatchObject({ isAbove: true, top: 8 })
})

test('flush at the other edge, or in the middle', () => {
  const popup = { width: 40, height: 20 }
  expect(placePopup(anchorAt(500, 100), popup, VIEWPORT, 'end').left).toBe(560)
  expect(placePopup(anchorAt(500, 100), popup, VIEWPORT, 'centre').left).toBe(530)
})
