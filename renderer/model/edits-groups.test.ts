import { expect, test } from 'vitest'
import { EMPTY_FILE, type Position, type TopologyFile } from './file.ts'
import { paletteItem } from './edits-groups.ts'
import { overlaps, sceneOf } from './layout.ts'

function dropped(file: TopologyFile, item: string, at: Position): TopologyFile {
  return paletteItem(item)?.add(file, at, null).file ?? file
}

const withRegion = dropped(EMPTY_FILE, 'region', { x: 100, y: 80 })
const [{ box }] = sceneOf(withRegion).regions

test('a replica that is dropped beside a region, where another would overlap it, goes into that one', () => {
  const beside = dropped(withRegion, 'replica', { x: box.x + box.width + 20, y: box.y + box.height + 10 })
  expect(beside.regions).toHaveLength(1)
  expect(beside.replicas[0].region).toBe(withRegion.regions[0].id)
})

test('far from all regions it gets one of its own', () => {
  const apart = dropped(withRegion, 'replica', { x: box.x + 4 * box.width, y: box.y })
  expect(apart.regions).toHaveLength(2)
  expect(apart.replicas[0].region).toBe(apart.regions[1].id)
})

test('of two regions the nearer one takes it', () => {
  const two = dropped(withRegion, 'region', { x: 100 + 2 * box.width, y: 80 })
  const [first, second] = sceneOf(two).regions.map((region) => region.box)
  const between = { x: (first.x + first.width + second.x) / 2 + 15, y: 80 }
  expect(dropped(two, 'client', between).clients[0].region).toBe(two.regions[1].id)
})

test('a region that is dropped on another one stands clear of it', () => {
  const two = dropped(withRegion, 'region', { x: 130, y: 100 })
  const [a, b] = sceneOf(two).regions
  expect(overlaps(a.box, b.box)).toBe(false)
})
