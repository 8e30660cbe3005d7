import { expect, test } from 'vitest'
import { metricsOf } from '../metrics/index.ts'
import { buildPlan } from '../plan/build.ts'
import { protocol as template } from '../protocols/_template/index.ts'
import { createRegistry, strategiesOf } from '../protocols/registry.ts'
import type { AnyProtocol } from '../protocols/contract.ts'
import { simulate } from '../simulator/index.ts'
import { parseTopology } from '../topology/parse.ts'

/** A folder copied from `_template` and registered: files may name it, and it runs, with nothing else touched. */
const toy: AnyProtocol = { ...template, manifest: { ...template.manifest, title: 'Toy' } }
const registry = createRegistry([toy])

const file = (faults: unknown[]) =>
  JSON.stringify({
    format: 'replica-lab/topology@1',
    name: 'toy',
    regions: [{ id: 'east' }],
    replicas: ['r1', 'r2', 'r3'].map((id) => ({ id, region: 'east', disk: { fsync: 0.5 } })),
    clients: [{ id: 'c1', region: 'east', sessions: 4, timeoutMs: 400, loop: { closed: { thinkMs: 2 } } }],
    replication: { strategy: template.manifest.id },
    workload: { mix: 'ycsb-a' },
    faults,
    run: { durationMs: 1200 },
  })

function run(faults: unknown[]) {
  const parsed = parseTopology(file(faults), strategiesOf(registry))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const found = registry.get(parsed.value.replication.strategy) as AnyProtocol
  return metricsOf(simulate(buildPlan(parsed.value), found, { checked: true }))
}

test('a registered protocol runs from a topology file, in checked mode', () => {
  const { operations, staleness, latencyMs } = run([])
  expect(operations.ok).toBeGreaterThan(600)
  expect(operations.failed + operations.unknown).toBe(0)
  expect(staleness.staleReads).toBe(0)
  // Two links of 0.25 ms for a read; a write waits for two more and two flushes of half a millisecond, one after
  // the other at most.
  expect(latencyMs.read.p50).toBeCloseTo(0.5, 1)
  expect(latencyMs.write.p50).toBeGreaterThan(1.4)
})

test('one replica down: reads go on, writes do not', () => {
  const { availability, latencyMs } = run([{ kind: 'power-loss', replicas: ['r3'], atMs: 300, forMs: 600 }])
  expect(latencyMs.read.count).toBeGreaterThan(100)
  expect(availability.errors['write-timeout'] ?? availability.errors['timeout']).toBeGreaterThan(0)
})
