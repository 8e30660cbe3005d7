import { describe, expect, test } from 'vitest'
import { EMPTY_FILE, type TopologyFile } from '../model/file.ts'
import { linksOf, REGIONS_LINKED_MAX } from './links.ts'

const NONE: ReadonlySet<string> = new Set()
const regions = (count: number): TopologyFile => ({
  ...EMPTY_FILE,
  regions: Array.from({ length: count }, (_, i) => ({ id: `g${i}` })),
  replicas: [
    { id: 'r1', region: 'g0' },
    { id: 'r2', region: 'g1' },
  ],
})

describe('links', () => {
  test('every two regions have one, with the round trip that the lab answered', () => {
    const roundTripMs = [
      [0.5, 70.5, 152],
      [70.5, 0.5, 204],
      [152, 204, 0.5],
    ]
    const links = linksOf(regions(3), roundTripMs, NONE)
    expect(links.map(({ from, to, label }) => [from, to, label])).toEqual([
      ['g0', 'g1', '70.5 ms'],
      ['g0', 'g2', '152 ms'],
      ['g1', 'g2', '204 ms'],
    ])
    expect(links.every(({ isWide, isStated }) => isWide && !isStated)).toBe(true)
    expect(linksOf(regions(3), null, NONE).map(({ label }) => label)).toEqual(['', '', ''])
  })

  test('entries between places have one per pair, with round trip, direction and loss', () => {
    const file: TopologyFile = {
      ...regions(2),
      links: {
        between: [
          { from: 'g1', to: 'g0', lossPpm: 5_000 },
          { from: 'r1', to: 'r2', oneWay: 20 },
          { from: 'r2', to: 'r1', directed: true, oneWay: { dist: 'uniform', min: 20, max: 30 } },
          { from: 'g0', to: 'g0', oneWay: 1 },
          { from: 'r1', to: 'nobody', oneWay: 1 },
          { from: 'r1', to: 'g1', oneWay: { dist: 'pareto' } as never },
        ],
      },
    }
    expect(
      linksOf(
        file,
        [
          [1, 80],
          [80, 1],
        ],
        NONE,
      ).map(({ label, isStated }) => [label, isStated]),
    ).toEqual([
      ['80 ms · 0.5 % lost', true],
      ['40 ms · 25 ms to r1', true],
      // Half typed: no latency yet.
      ['', true],
    ])
  })

  test('of many regions only those are drawn that are stated, marked or asked for', () => {
    const many = regions(REGIONS_LINKED_MAX + 1)
    expect(linksOf(many, null, NONE)).toEqual([])
    expect(linksOf(many, null, new Set(['g3']))).toHaveLength(REGIONS_LINKED_MAX)
    const stated = { ...many, links: { between: [{ from: 'g9', to: 'g2', oneWay: 1 }] } }
    expect(linksOf(stated, null, NONE)).toHaveLength(1)
    expect(
      linksOf(many, null, NONE, [
        { from: 'r1', to: 'r2' },
        { from: 'r1', to: 'nobody' },
      ]),
    ).toHaveLength(1)
  })
})
