import { describe, expect, test } from 'vitest'
import type { MixSpec, MixWorkload } from '../topology/types.ts'
import { clientOf, topologyOf } from '../testing/topologies.ts'
import { expectedOperations } from './expected.ts'
import { OperationSource, emptyDraft } from './source.ts'
import type { OperationDraft, SourceConfig } from './source.ts'

const ZERO: MixSpec = {
  read: 0,
  update: 0,
  insert: 0,
  scan: 0,
  readModifyWrite: 0,
  compareAndSet: 0,
  delete: 0,
}

/** YCSB's six core workloads, from its workload files. */
const YCSB: Record<string, Partial<MixSpec>> = {
  A: { read: 0.5, update: 0.5 },
  B: { read: 0.95, update: 0.05 },
  C: { read: 1 },
  D: { read: 0.95, insert: 0.05 },
  E: { scan: 0.95, insert: 0.05 },
  F: { read: 0.5, readModifyWrite: 0.5 },
}

function workloadOf(overrides: Partial<MixWorkload> = {}): MixWorkload {
  return {
    kind: 'mix',
    mix: { ...ZERO, read: 0.5, update: 0.5 },
    mixName: 'custom',
    keys: 1000,
    distribution: { kind: 'scrambled-zipfian', constant: 0.99 },
    valueBytes: 100,
    scanLengthMax: 100,
    ...overrides,
  }
}

function sourceOf(workload: MixWorkload, overrides: Partial<SourceConfig> = {}): OperationSource {
  return new OperationSource({
    workload,
    seed: 1,
    clientName: 'c1',
    clientIndex: 0,
    clientCount: 1,
    expectedOperations: 1000,
    ...overrides,
  })
}

function draw(source: OperationSource, slot: number, count: number): OperationDraft[] {
  return Array.from({ length: count }, () => {
    const draft = emptyDraft()
    source.next(slot, draft)
    return draft
  })
}

const NAME_OF_READ = {
  none: 'read',
  'write-same-key': 'readModifyWrite',
  'cas-same-key': 'compareAndSet',
} as const

/** The mix's name of what was drawn; keys of inserts lie beyond the records. */
function nameOf(draft: OperationDraft, records: number): keyof MixSpec {
  if (draft.f === 'scan') return 'scan'
  if (draft.f === 'delete') return 'delete'
  if (draft.f === 'write') return draft.key >= records ? 'insert' : 'update'
  return NAME_OF_READ[draft.then]
}

describe('shares', () => {
  const mixes = Object.entries({
    ...YCSB,
    custom: {
      read: 0.2,
      update: 0.2,
      insert: 0.1,
      scan: 0.1,
      readModifyWrite: 0.1,
      compareAndSet: 0.1,
      delete: 0.2,
    },
  })
  test.each(mixes)('of workload %s', (_name, partial) => {
    const mix = { ...ZERO, ...partial }
    const draws = 100_000
    const counts = { ...ZERO }
    for (const draft of draw(sourceOf(workloadOf({ mix })), 0, draws)) counts[nameOf(draft, 1000)]++
    for (const operation of Object.keys(ZERO) as (keyof MixSpec)[]) {
      const share = mix[operation]
      expect(Math.abs(counts[operation] / draws - share)).toBeLessThanOrEqual(
        4 * Math.sqrt((share * (1 - share)) / draws),
      )
    }
  })

  test('are weighed by their sum', () => {
    const mix = { ...ZERO, read: 0.3333333, update: 0.3333333, delete: 0.3333333 }
    const deletes = draw(sourceOf(workloadOf({ mix })), 0, 90_000).filter(({ f }) => f === 'delete').length
    expect(Math.abs(deletes / 90_000 - 1 / 3)).toBeLessThan(0.0065)
  })
})

describe('operations', () => {
  test('scan lengths are uniform from 1 to the most', () => {
    const counts = new Float64Array(11)
    const mix = { ...ZERO, scan: 1 }
    for (const { count } of draw(sourceOf(workloadOf({ mix, scanLengthMax: 10 })), 0, 100_000))
      counts[count]++
    expect(counts[0]).toBe(0)
    for (let length = 1; length <= 10; length++) expect(Math.abs(counts[length] - 10_000)).toBeLessThan(380)
  })

  test('a reused draft carries nothing over', () => {
    const mix = { ...ZERO, read: 0.2, update: 0.2, scan: 0.2, readModifyWrite: 0.2, delete: 0.2 }
    const source = sourceOf(workloadOf({ mix }))
    const draft = emptyDraft()
    for (let i = 0; i < 1000; i++) {
      source.next(0, draft)
      expect(draft.count > 0).toBe(draft.f === 'scan')
      expect(draft.bytes).toBe(draft.f === 'delete' ? 0 : 100)
      if (draft.f !== 'read') expect(draft.then).toBe('none')
    }
  })

  test('clients insert disjoint keys, and reads of an insert follow its acknowledgement', () => {
    const workload = workloadOf({
      mix: { ...ZERO, read: 0.5, insert: 0.5 },
      keys: 10,
      distribution: { kind: 'latest', constant: 0.99 },
    })
    const source = sourceOf(workload, { clientIndex: 1, clientCount: 3 })
    const seen = new Set<number>()
    let acknowledged = 9
    for (const draft of draw(source, 0, 500)) {
      if (draft.f === 'write') {
        expect(draft.key % 3).toBe(11 % 3)
        seen.add(draft.key)
      } else expect(draft.key).toBeLessThanOrEqual(9)
    }
    for (const key of seen) {
      source.acknowledgeInsert(key)
      acknowledged = key
    }
    const reads = draw(source, 0, 500).filter(({ f }) => f === 'read')
    expect(Math.max(...reads.map(({ key }) => key))).toBe(acknowledged)
  })
})

describe('streams', () => {
  test('the same seed gives the same operations, another seed others', () => {
    const of = (seed: number) => draw(sourceOf(workloadOf(), { seed }), 0, 200)
    expect(of(5)).toEqual(of(5))
    expect(of(5)).not.toEqual(of(6))
  })

  test('what a session does is independent of the other sessions and clients', () => {
    const alone = draw(sourceOf(workloadOf()), 3, 200)
    const busy = sourceOf(workloadOf())
    const among = Array.from({ length: 200 }, (_, i) => {
      draw(busy, i % 3, i % 5)
      return draw(busy, 3, 1)[0]
    })
    expect(among).toEqual(alone)
    expect(draw(sourceOf(workloadOf()), 2, 200)).not.toEqual(alone)
    expect(draw(sourceOf(workloadOf(), { clientName: 'c2' }), 3, 200)).not.toEqual(alone)
  })
})

test('expected operations: rate × time, and a millisecond per answer for closed loops', () => {
  const open = clientOf('a', { loop: { open: { ratePerS: 200 } } })
  const closed = clientOf('b', { sessions: 4, loop: { closed: { thinkMs: 3 } } })
  expect(expectedOperations([open], 5000)).toBe(1000)
  expect(expectedOperations([closed], 5000)).toBe(5000)
  expect(expectedOperations([open, closed], 5000)).toBe(6000)
  expect(expectedOperations(topologyOf().clients, 1000)).toBe(1000)
})
