import { expect, test } from 'vitest'
import { cityOf, projected } from '../../renderer/model/layout-world.ts'
import { landModule, landPath, simplified } from './land.ts'

/** Rings of the path as absolute points. */
function rings(): [number, number][][] {
  return landPath()
    .split('z')
    .filter(Boolean)
    .map((text) => {
      const numbers = (text.match(/-?\d+/g) ?? []).map(Number)
      let [x, y] = numbers
      const points: [number, number][] = [[x, y]]
      for (let i = 2; i < numbers.length; i += 2) points.push([(x += numbers[i]), (y += numbers[i + 1])])
      return points
    })
}

const isInside = (ring: readonly [number, number][], x: number, y: number): boolean => {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

test('the path is small, and land is where cities are', () => {
  expect(landModule().length).toBeLessThan(25_000)
  const all = rings()
  const isLand = (lat: number, lon: number): boolean => {
    const { x, y } = projected({ lat, lon })
    return all.filter((ring) => isInside(ring, x, y)).length % 2 === 1
  }
  // Madrid, Nairobi, Denver, Brasília, Alice Springs, Novosibirsk; then the middle of five oceans, and the Caspian Sea's like.
  for (const [lat, lon] of [
    [40.4, -3.7],
    [-1.3, 36.8],
    [39.7, -105],
    [-15.8, -47.9],
    [-23.7, 133.9],
    [55, 82.9],
  ])
    expect(isLand(lat, lon), `${lat} ${lon}`).toBe(true)
  for (const [lat, lon] of [
    [30, -40],
    [-20, -120],
    [-20, 80],
    [85, 0],
    [0, -20],
  ])
    expect(isLand(lat, lon), `${lat} ${lon}`).toBe(false)
  // A line across half of the map would be one over the date line, drawn the wrong way round.
  const steps = all.flatMap((ring) => ring.slice(1).map(([x], i) => Math.abs(x - ring[i][0])))
  expect(Math.max(...steps)).toBeLessThan(360)
  const frankfurt = cityOf('eu-central-1')
  expect(frankfurt !== null && isLand(frankfurt.lat, frankfurt.lon)).toBe(true)
})

test('what is nearer than the tolerance to the simpler line goes, corners stay', () => {
  expect(
    simplified(
      [
        [0, 0],
        [5, 0.5],
        [10, 0],
        [10, 10],
      ],
      1,
    ),
  ).toEqual([
    [0, 0],
    [10, 0],
    [10, 10],
  ])
  expect(
    simplified(
      [
        [0, 0],
        [5, 3],
        [10, 0],
      ],
      1,
    ),
  ).toHaveLength(3)
})
