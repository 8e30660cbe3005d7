import { describe, expect, test } from 'vitest'
import { EMPTY_FILE, type TopologyFile } from './file.ts'
import { absoluteBoxes, clearOf, GRID, overlaps, regionAt, ringOf, sceneOf } from './layout.ts'
import { align, arrange, distribute, isWorldMap, moveTo, nudge, separated } from './layout-arrange.ts'
import { cityOf, projected } from './layout-world.ts'

/** `sizes[i]` replicas in region i. */
function fileWith(sizes: readonly number[]): TopologyFile {
  const regions = sizes.map((_, i) => ({ id: `g${i}` }))
  const replicas = sizes.flatMap((count, i) =>
    Array.from({ length: count }, (_, k) => ({ id: `r${i}-${k}`, region: `g${i}` })),
  )
  return {
    ...EMPTY_FILE,
    regions,
    replicas,
    clients: regions.map(({ id }) => ({ id: `c-${id}`, region: id })),
  }
}

function expectApart(file: TopologyFile): void {
  const scene = sceneOf(file)
  const boxes = scene.regions.map(({ box }) => box)
  boxes.forEach((a, i) => {
    for (const b of boxes.slice(i + 1)) expect(overlaps(a, b)).toBe(false)
  })
}

describe('the lab lays out', () => {
  test.each([
    [[1]],
    [[3, 0]],
    [[1, 20, 2]],
    [[2, 2, 2, 2]],
    [Array.from({ length: 100 }, () => 1)],
    [[100, 1, 1, 1, 7]],
  ])('regions beside each other, places inside theirs: %j', (sizes) => {
    const file = fileWith(sizes)
    expectApart(file)
    const { regions, places } = sceneOf(file)
    const homes = new Map(regions.map(({ id, box }) => [id, box]))
    for (const { id, region, box } of places) {
      const home = homes.get(region ?? '')
      expect(home).toBeDefined()
      expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= (home?.width ?? 0)).toBe(true)
      expect(box.y + box.height).toBeLessThanOrEqual(home?.height ?? 0)
      const others = places.filter((other) => other.region === region && other.id !== id)
      expect(others.some((other) => overlaps(other.box, box))).toBe(false)
    }
  })

  test('what has a position stands there; the rest finds room beside it', () => {
    const file = fileWith([3])
    const placed = {
      ...file,
      replicas: [{ ...file.replicas[0], at: { x: 16, y: 40 } }, ...file.replicas.slice(1)],
    }
    const [first, ...others] = sceneOf(placed).places
    expect(first.box).toMatchObject({ x: 16, y: 40 })
    expect(others.some(({ box }) => overlaps(box, first.box))).toBe(false)
  })

  test('files that are half typed still have a scene', () => {
    const broken = {
      ...fileWith([1]),
      replicas: [
        { id: 'r', region: 'nowhere' },
        { id: 'r', region: 'g0' },
        { id: 'g0', region: 'g0', at: 'here' },
      ],
    } as unknown as TopologyFile
    expect(sceneOf(broken).places.map(({ id, region }) => [id, region])).toEqual([
      ['c-g0', 'g0'],
      ['r', null],
    ])
    expect(sceneOf(EMPTY_FILE)).toEqual({ regions: [], places: [] })
    expect(ringOf([])).toEqual([])
  })
})

describe('arrangements', () => {
  const cloud: TopologyFile = {
    ...EMPTY_FILE,
    regions: [
      'us-east-1',
      'eu-west-1',
      'eu-west-2',
      'eu-west-3',
      'eu-central-1',
      'ap-northeast-1',
      'home',
    ].map((id) => ({ id })),
  }

  test.each(['ring', 'grid', 'world'] as const)(
    '%s: on the grid, nothing covered, and stable',
    (arrangement) => {
      const file = arrange(cloud, arrangement)
      expectApart(file)
      for (const { at } of file.regions)
        expect([(at?.x ?? 1) % GRID, (at?.y ?? 1) % GRID].map(Math.abs)).toEqual([0, 0])
      expect(arrange(file, arrangement)).toBe(file)
      expect(arrange(file, 'auto')).toEqual(cloud)
    },
  )

  test('the world map keeps west to the left and north above', () => {
    const at = new Map(arrange(cloud, 'world').regions.map(({ id, at }) => [id, at ?? { x: 0, y: 0 }]))
    const x = (id: string) => at.get(id)?.x ?? NaN
    expect(x('us-east-1')).toBeLessThan(x('eu-west-1'))
    expect(x('eu-west-1')).toBeLessThan(x('ap-northeast-1'))
    expect(at.get('home')?.y).toBeGreaterThan(at.get('ap-northeast-1')?.y ?? NaN)
  })

  test.each(['ring', 'grid', 'world'] as const)('%s: wherever the regions stood before', (arrangement) => {
    const pile = { ...cloud, regions: cloud.regions.map(({ id }) => ({ id, at: { x: 5, y: 5 } })) }
    const file = arrange(pile, arrangement)
    expectApart(file)
    expect(file).toEqual(arrange(cloud, arrangement))
  })

  test('only a file that was laid out so is a world map', () => {
    expect([cloud, arrange(cloud, 'ring'), arrange(cloud, 'grid')].map(isWorldMap)).toEqual([
      false,
      false,
      false,
    ])
    expect(isWorldMap(arrange(cloud, 'world'))).toBe(true)
    expect(isWorldMap(arrange(fileWith([1, 1]), 'world'))).toBe(false)
  })

  test('cities are found by the name of their region', () => {
    expect(cityOf('eu-west-1')).toEqual({ lat: 53.3, lon: -6.3 })
    expect(cityOf('eu-west-1-copy-2')).toEqual(cityOf('eu-west-1'))
    expect(cityOf('us-east-1a')).toEqual(cityOf('us-east-1'))
    expect(cityOf('mars')).toBeNull()
    expect(projected({ lat: 10, lon: -20 })).toEqual({ x: -80, y: -40 })
  })

  test('pushing apart ends with a margin between all', () => {
    const pile = Array.from({ length: 12 }, (_, i) => ({ x: i, y: i * 2, width: 100, height: 60 }))
    const boxes = separated(pile, 20)
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) expect(overlaps(a, b, 20)).toBe(false)
    })
  })

  test('aligning and distributing move places in canvas coordinates, regions with what they hold', () => {
    const file = fileWith([2, 1])
    const aligned = align(file, ['r0-0', 'r1-0'], 'top')
    const boxes = absoluteBoxes(sceneOf(aligned))
    expect(boxes.get('r0-0')?.y).toBe(boxes.get('r1-0')?.y)
    expect(align(aligned, ['r0-0', 'r1-0'], 'top')).toBe(aligned)
    expect(align(file, ['r0-0'], 'top')).toBe(file)
    // A region and one of its own replicas are one thing that moves.
    expect(align(file, ['g0', 'r0-0'], 'left')).toBe(file)

    const three = distribute(
      moveTo(fileWith([1, 1, 1]), sceneOf(fileWith([1, 1, 1])), [
        { id: 'g0', at: { x: 0, y: 0 } },
        { id: 'g1', at: { x: 240, y: 0 } },
        { id: 'g2', at: { x: 1_000, y: 0 } },
      ]),
      ['g0', 'g1', 'g2'],
      'x',
    )
    const [a, b, c] = sceneOf(three).regions.map(({ box }) => box)
    expect(b.x - (a.x + a.width)).toBeCloseTo(c.x - (b.x + b.width), 0)
  })

  test('moving one thing leaves all others where they were seen', () => {
    const file = fileWith([2, 3, 1])
    const before = absoluteBoxes(sceneOf(file))
    const moved = nudge(file, ['r1-1'], { x: 8, y: 8 })
    const after = absoluteBoxes(sceneOf(moved))
    for (const [id, box] of before) {
      if (id === 'r1-1') expect(after.get(id)).toMatchObject({ x: box.x + 8, y: box.y + 8 })
      else expect(after.get(id)).toMatchObject({ x: box.x, y: box.y })
    }
    expect(nudge(file, ['nobody'], { x: 8, y: 8 })).toBe(file)
  })

  test('a place that is dropped in another region stands there, in its coordinates', () => {
    const file = fileWith([1, 1])
    const scene = sceneOf(file)
    const home = scene.regions[1].box
    const moved = moveTo(file, scene, [{ id: 'r0-0', at: { x: home.x + 24, y: home.y + 160 }, region: 'g1' }])
    expect(moved.replicas[0]).toEqual({ id: 'r0-0', region: 'g1', at: { x: 24, y: 160 } })
    expect(regionAt(scene, { x: home.x + 5, y: home.y + 5 })).toBe('g1')
    expect(regionAt(scene, { x: -900, y: 0 })).toBeNull()
  })
})

test('what is dropped on something finds room beside it', () => {
  const taken = [{ x: 0, y: 0, width: 120, height: 56 }]
  expect(clearOf({ x: 0, y: 0, width: 120, height: 32 }, taken)).toEqual({ x: 0, y: 64 })
  expect(clearOf({ x: 200, y: 0, width: 120, height: 32 }, taken)).toEqual({ x: 200, y: 0 })
  const column = Array.from({ length: 9 }, (_, i) => ({ x: 0, y: i * 56, width: 120, height: 56 }))
  expect(clearOf({ x: 0, y: 0, width: 120, height: 56 }, column)).toEqual({ x: 136, y: 0 })
})
