import { describe, expect, test } from 'vitest'
import { CHECKERS, checksFor } from '../checkers/registry.ts'
import { historyOf } from '../testing/histories.ts'
import { topologyOf } from '../testing/topologies.ts'
import { GUARANTEE_CHOICES } from '../topology/choices.ts'
import { GUARANTEE_NAMES } from '../topology/metric-names.ts'
import type { Topology } from '../topology/types.ts'
import { shownEvidence } from './evidence/shown.ts'
import { expectationResult } from './expectations.ts'
import { runVerdicts } from './guarantees.ts'
import type { Measured } from './metric-value.ts'

/** A session that reads what it has overwritten, 2 s later. */
const STALE = historyOf({
  ops: [
    { f: 'write', at: 0, end: 2, value: 5, version: [1, 0] },
    { f: 'write', at: 3, end: 4, value: 6, version: [2, 0] },
    { f: 'read', session: 1, at: 1000, end: 1001, result: 6, version: [2, 0] },
    { f: 'read', at: 2000, end: 2006, result: 5, version: [1, 0] },
  ],
})
const FRESH = historyOf({
  ops: [
    { f: 'write', at: 0, end: 2, value: 5, version: [1, 0] },
    { f: 'read', session: 1, at: 3, end: 6, result: 5, version: [1, 0] },
  ],
})

function topology(consistency: Partial<Topology['consistency']>, expected: string[] = []): Topology {
  const base = topologyOf({})
  return {
    ...base,
    consistency: { ...base.consistency, read: 'eventual', session: [], ...consistency },
    expect: expected.map((guarantee) => ({ guarantee, is: 'holds' })),
  }
}

test('files may expect exactly what can be judged of a run, in the same order, and each has words', () => {
  const models = ['register', 'cas-register', 'counter', 'set'] as const
  const judged = [...CHECKERS.values()]
    .filter((checker) => models.some((model) => checker.models.includes(model)))
    .map(({ name }) => name)
  expect(GUARANTEE_NAMES).toEqual(judged)
  expect(GUARANTEE_CHOICES.map(({ value }) => value).sort()).toEqual([...judged].sort())
})

describe('a run that went wrong', () => {
  const { guarantees, strongestLevel } = runVerdicts(
    STALE,
    topology({ read: 'causal', session: ['monotonic-reads'] }, ['sequential']),
  )
  const of = (name: string) => guarantees.find((result) => result.name === name)

  test('has a verdict on everything, and a line on what it came to', () => {
    expect(guarantees.map(({ name }) => name)).toEqual(checksFor('register').map(({ name }) => name))
    expect(strongestLevel).toBe('consistent-prefix holds; read-your-writes is violated')
    expect(of('bounded-staleness')).toMatchObject({ status: 'violated', figures: { deltaMs: 1996 } })
  })

  test('says what was asked, and gives what was asked a proof of its own', () => {
    expect(of('sequential')).toMatchObject({ asked: 'expected', status: 'violated', because: null })
    expect(of('causal')).toMatchObject({ asked: 'claimed', status: 'violated', because: null })
    expect(of('monotonic-reads')).toMatchObject({ asked: 'claimed', status: 'holds', evidence: null })
    expect(of('causal-memory')).toMatchObject({ asked: null, status: 'violated' })
    expect(of('causal-memory')?.because).not.toBeNull()
  })

  test('proves it with the operations, complete in themselves', () => {
    const evidence = shownEvidence(of('read-your-writes')?.evidence)
    expect(evidence).toMatchObject({ operations: [1, 3], unit: 'ms' })
    expect(evidence?.shown.map(({ row, f, from, to, isProof }) => [row, f, from, to, isProof])).toEqual([
      [1, 'write', 3, 4, true],
      [2, 'read', 1000, 1001, false],
      [3, 'read', 2000, 2006, true],
    ])
    expect(JSON.parse(JSON.stringify(guarantees))).toEqual(guarantees)
  })
})

test('values with numbers far apart are judged like any others', () => {
  const far = (value: number): number => (value === 5 ? 0xffff_fffe : 0xf000_0000)
  const { guarantees } = runVerdicts(
    historyOf({
      ops: [
        { f: 'write', at: 0, end: 2, value: far(5) },
        { f: 'write', at: 3, end: 4, value: far(6) },
        { f: 'read', session: 1, at: 5, end: 6, result: far(5) },
        { f: 'read', session: 1, at: 7, end: 8, result: 0 },
      ],
    }),
    topology({}),
  )
  const evidence = shownEvidence(guarantees.find(({ name }) => name === 'linearizable')?.evidence)
  expect(evidence?.sentence).toContain('wrote 4026531840')
})

test('a number of versions or of ms that the file states is judged beside the usual one', () => {
  const expected = ['k-atomic:1', 'k-atomic:3', 'bounded-staleness:1500', 'bounded-staleness:1996']
  const { guarantees } = runVerdicts(STALE, topology({}, expected))
  const of = (name: string) => guarantees.find((result) => result.name === name)
  expect(expected.map((name) => of(name)?.status)).toEqual(['violated', 'holds', 'violated', 'holds'])
  expect(of('k-atomic:3')).toMatchObject({ title: '3-atomic', asked: 'expected' })
  expect(of('k-atomic')).toMatchObject({ title: '2-atomic', status: 'holds', asked: null })
  const met = expectationResult(
    { guarantee: 'bounded-staleness:1996', is: 'holds' },
    {} as Measured,
    guarantees,
  )
  expect(met).toMatchObject({ text: 'bounded-staleness:1996 holds', status: 'met' })
})

test('a run that went well needs one checker for nearly all', () => {
  const { guarantees, strongestLevel } = runVerdicts(FRESH, topology({}))
  expect(strongestLevel).toBe('linearizable holds')
  expect(guarantees.filter(({ because }) => because === 'linearizable').map(({ name }) => name)).toContain(
    'causal',
  )
  expect(guarantees.filter(({ status }) => status === 'violated')).toEqual([])
})

test('a run too large for a verdict says so; what is asked of it is judged further', () => {
  const ops = Array.from({ length: 4_001 }, (_, i) => ({
    f: 'write' as const,
    at: i,
    end: i + 0.5,
    value: i + 1,
    version: [i + 1, 0] as const,
  }))
  // The last reads are stale, so that nothing follows from linearizability.
  const stale = [
    {
      f: 'read' as const,
      session: 1,
      at: 30_000,
      end: 30_001,
      result: 4_000,
      version: [4_000, 0] as const,
    },
  ]
  const history = historyOf({ ops: [...ops, ...stale] })
  const of = (wanted: Topology) =>
    runVerdicts(history, wanted).guarantees.find(({ name }) => name === 'sequential')
  expect(of(topology({}))).toMatchObject({
    status: 'undecided',
    evidence: 'the run has 4,002 operations, and of more than 4,000 this is not judged',
  })
  expect(of(topology({}, ['sequential']))?.status).toBe('holds')
})
