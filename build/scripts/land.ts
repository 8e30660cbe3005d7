import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { feature } from 'topojson-client'
import { projected } from '../../renderer/model/layout-world.ts'

/**
 * The outline of the continents behind the world map, as one SVG path in the canvas's coordinates. From Natural Earth's
 * 1:110 million land (public domain), as the package `world-atlas` (ISC) has it; simplified until a region of a cloud
 * still stands on the right coast.
 */

type Point = readonly [x: number, y: number]
type Atlas = Parameters<typeof feature>[0]

/** Pixels of the canvas, of which a degree has four. */
const TOLERANCE_PX = 1
/** Islands smaller than this are left out, in square pixels: Cyprus stays, Malta goes. */
const AREA_MIN = 8
/** No cloud has a region in Antarctica. */
const SOUTH_MAX = -60

export function landPath(): string {
  const file = createRequire(import.meta.url).resolve('world-atlas/land-110m.json')
  const atlas = JSON.parse(readFileSync(file, 'utf8')) as Atlas
  const land = feature(atlas, atlas.objects.land)
  const geometries = land.type === 'FeatureCollection' ? land.features.map(({ geometry }) => geometry) : []
  const rings = geometries.flatMap((geometry) =>
    geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : [],
  )
  return rings
    .filter((ring) => ring.some(([, lat]) => lat > SOUTH_MAX))
    .map((ring) => simplified(unwrapped(ring)))
    .filter((ring) => ring.length > 3 && areaOf(ring) >= AREA_MIN)
    .map(pathOf)
    .join('')
}

/** The module that the window draws the land from. */
export function landModule(): string {
  return [
    '/**',
    ' * The continents in the coordinates of `projected`: Natural Earth 1:110m land (public domain) by way of world-atlas',
    ' * (ISC licence), simplified by `build/scripts/land.ts`, which writes this file: `npm run generate`.',
    ' */',
    `export const LAND =\n  '${landPath()}'`,
    '',
  ].join('\n')
}

/** On the canvas. What reaches over the date line goes on beyond the edge of the map instead of across all of it. */
function unwrapped(ring: readonly (readonly number[])[]): Point[] {
  let turn = 0
  const lons = ring.map(([lon], i) => {
    const step = i === 0 ? 0 : lon - ring[i - 1][0]
    if (Math.abs(step) > 180) turn -= Math.sign(step) * 360
    return lon + turn
  })
  const middle = (Math.min(...lons) + Math.max(...lons)) / 2
  const home = -360 * Math.round(middle / 360)
  return ring.map(([, lat], i) => {
    const { x, y } = projected({ lat, lon: lons[i] + home })
    return [x, y]
  })
}

/** Douglas and Peucker's line simplification (1973): drops points nearer than the tolerance to the line without them. */
export function simplified(line: readonly Point[], tolerance = TOLERANCE_PX): Point[] {
  if (line.length < 3) return [...line]
  const [first, last] = [line[0], line[line.length - 1]]
  let farthest = 0
  let distance = 0
  for (let i = 1; i < line.length - 1; i++) {
    const d = distanceTo(line[i], first, last)
    if (d > distance) [farthest, distance] = [i, d]
  }
  if (distance <= tolerance) return [first, last]
  const head = simplified(line.slice(0, farthest + 1), tolerance)
  return [...head.slice(0, -1), ...simplified(line.slice(farthest), tolerance)]
}

/** From a point to the line through two others, or to the one where both are the same, as in a closed ring. */
function distanceTo([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const length = Math.hypot(bx - ax, by - ay)
  if (length === 0) return Math.hypot(x - ax, y - ay)
  return Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length
}

function areaOf(ring: readonly Point[]): number {
  let twice = 0
  for (let i = 0; i + 1 < ring.length; i++) twice += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1]
  return Math.abs(twice) / 2
}

/** In whole pixels from point to point, the closing line left to `z`. */
function pathOf(ring: readonly Point[]): string {
  const whole = ring.slice(0, -1).map(([x, y]): Point => [Math.round(x), Math.round(y)])
  const [start] = whole
  const steps = whole.slice(1).map(([x, y], i) => `${x - whole[i][0]} ${y - whole[i][1]}`)
  return `M${start[0]} ${start[1]}l${steps.join(' ').replace(/ -/g, '-')}z`
}
