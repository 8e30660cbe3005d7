import { expect, test } from 'vitest'
import type { Topology } from '../../topology/types.ts'
import { sampleTopology } from '../testdata/sample-report.ts'
import { essenceOf } from './essence.ts'

const topology = sampleTopology()
const same = (change: Partial<Topology>) => essenceOf({ ...topology, ...change }) === essenceOf(topology)

test('a move on the canvas, another name, other faults or another seed leave the datasheet as it is', () => {
  expect(essenceOf(topology)).toMatch(/^[0-9a-f]{32}$/)
  expect(same({ name: 'Another', notes: 'Moved.', faults: [], expect: [] })).toBe(true)
  expect(same({ run: { ...topology.run, seed: topology.run.seed + 1, timeScale: 5 } })).toBe(true)
  expect(same({ replicas: topology.replicas.map((replica) => ({ ...replica, at: { x: 1, y: 2 } })) })).toBe(
    true,
  )
  expect(same({ regions: topology.regions.map((region) => ({ ...region, at: { x: 9, y: 9 } })) })).toBe(true)
})

test('whatever a probe runs with makes it another', () => {
  const [first, ...others] = topology.replicas
  expect(same({ replicas: others })).toBe(false)
  expect(same({ replicas: [{ ...first, disk: { fsync: 7 } }, ...others] })).toBe(false)
  expect(same({ replication: { ...topology.replication, params: { n: 9 } } })).toBe(false)
  expect(same({ run: { ...topology.run, durationMs: topology.run.durationMs + 1 } })).toBe(false)
  expect(same({ links: { ...topology.links, between: [] } })).toBe(topology.links.between.length === 0)
})
