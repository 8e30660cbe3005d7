import { describe, expect, test } from 'vitest'
import { HOSTILE_NAMES, hostileReport } from './testdata/hostile.ts'
import { sampleReport, sampleTopology } from './testdata/sample-report.ts'
import { overlaps, type Box } from './topology-geometry.ts'
import { layoutTopology } from './topology-layout.ts'
import { topologyPicture } from './topology-picture.ts'
import type { Topology } from '../topology/types.ts'

/** n regions; region i has replicas(i) replicas and clients(i) clients. */
function wide(n: number, replicas: (i: number) => number, clients: (i: number) => number): Topology {
  const plain = sampleTopology()
  const ids = Array.from({ length: n }, (_, i) => `region-${i}`)
  const times = <T>(count: number, of: (k: number) => T): T[] =>
    Array.from({ length: count }, (_, k) => of(k))
  const [replica, client] = [plain.replicas[0], plain.clients[0]] as [
    Topology['replicas'][0],
    Topology['clients'][0],
  ]
  return {
    ...plain,
    regions: ids.map((id) => ({ id, zones: [], at: null })),
    replicas: ids.flatMap((region, i) =>
      times(replicas(i), (k) => ({ ...replica, id: `r${i}-${k}`, region })),
    ),
    clients: ids.flatMap((region, i) => times(clients(i), (k) => ({ ...client, id: `c${i}-${k}`, region }))),
  }
}

const roundTrips = (n: number): number[][] =>
  Array.from({ length: n }, (_, a) => Array.from({ length: n }, (_, b) => 1 + 17 * Math.abs(a - b)))

function inside(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

function firstOverlap(boxes: readonly Box[]): [number, number] | null {
  for (const [i, a] of boxes.entries()) {
    for (let j = i + 1; j < boxes.length; j++) if (overlaps(a, boxes[j])) return [i, j]
  }
  return null
}

describe.each(Array.from({ length: 30 }, (_, i) => i + 1))('%i regions', (n) => {
  test.each([
    ['three replicas each', () => 3, () => 1],
    ['none to fourteen replicas, none to five clients', (i: number) => (i * 5) % 15, (i: number) => i % 6],
    ['a thousand replicas', () => Math.floor(1000 / n), () => 12],
  ])('with %s: nothing overlaps, nothing sticks out', (_, replicas, clients) => {
    const layout = layoutTopology(wide(n, replicas, clients), roundTrips(n), [])
    const page = { x: 0, y: 0, width: layout.width, height: layout.height }
    const labels = layout.links.flatMap((link) => (link.label === null ? [] : [link.label.box]))
    expect(layout.regions).toHaveLength(n)
    expect(firstOverlap([...layout.regions.map((region) => region.box), ...labels])).toBeNull()
    for (const box of [...layout.regions.map((region) => region.box), ...labels])
      expect(inside(box, page)).toBe(true)
    for (const region of layout.regions) {
      const contents = [...region.cards.map((card) => card.box), ...region.pills.map((pill) => pill.box)]
      expect(firstOverlap(contents)).toBeNull()
      for (const box of contents) expect(inside(box, region.box)).toBe(true)
    }
    expect(layout.width).toBeLessThanOrEqual(1100)
  })
})

test.each([2, 3, 4, 5, 6])(
  '%i regions: each pair has its line, and all but crowded ones their round trip',
  (n) => {
    const { links } = layoutTopology(
      wide(
        n,
        () => 3,
        () => 1,
      ),
      roundTrips(n),
      [],
    )
    expect(links).toHaveLength((n * (n - 1)) / 2)
    const unlabelled = links.filter((link) => link.label === null).length
    expect(unlabelled).toBeLessThanOrEqual(n === 6 ? 3 : 0)
  },
)

test('the picture names replicas, zones, rates and round trips, and marks spares', () => {
  const svg = topologyPicture(sampleReport(), 'light')
  for (const text of [
    'us-east-1',
    '>r1<',
    '>a<',
    '400/s, 16 sessions',
    '70.2 ms',
    '212 ms',
    'stroke-dasharray',
  ])
    expect(svg).toContain(text)
  expect(topologyPicture(sampleReport({ spares: [] }), 'light')).not.toContain('stroke-dasharray')
})

test('hostile names are text', () => {
  const svg = topologyPicture(hostileReport(), 'dark')
  expect(svg).not.toMatch(/<(?!\/?(?:svg|rect|path|text|title)\b)/)
  expect(svg.match(/<svg\b/g)).toHaveLength(1)
  for (const name of HOSTILE_NAMES) if (/[<>]/.test(name)) expect(svg).not.toContain(name)
})
