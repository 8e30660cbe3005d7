import { describe, expect, test } from 'vitest'
import { pacelcOf, type Findings } from './classify.ts'
import type { Answered, Experience, PartitionFinding, Side } from './types.ts'

const share = (fraction: number | null): Answered => ({
  tried: 100,
  answered: 100 * (fraction ?? 0),
  fraction,
})

function experience(reads: number | null, writes: number | null): Experience {
  const latency = { p50Ms: 1, p99Ms: 2 }
  return {
    reads: share(reads),
    writes: share(writes),
    errors: [],
    staleFraction: 0,
    judgedReads: 0,
    readLatency: latency,
    writeLatency: latency,
  }
}

/** A side by what it answered once settled. */
const side = (label: string, reads: number | null, writes: number | null): Side => ({
  label,
  share: 'minority',
  replicas: [],
  clients: [],
  hasLeader: null,
  whole: experience(0, 0),
  settled: experience(reads, writes),
  outages: { readMs: 0, writeMs: 0 },
})

const partition = (...sides: Side[]): PartitionFinding => ({
  probe: 'partition-1',
  title: 'r3 cut off',
  forMs: 60_000,
  sides,
  linearizable: 'holds',
  lost: { acknowledged: 0, judgedKeys: 0, lost: 0, examples: [] },
})

function classOf(findings: Partial<Findings>): ReturnType<typeof pacelcOf> {
  return pacelcOf({
    copies: 3,
    claimsSequential: false,
    partitions: [],
    visibility: {
      points: [],
      freshAtZero: 1,
      t999Ms: 0,
      staleFraction: 0,
      versionLagP99: 0,
      versionLagMax: 0,
      timeLagP99Ms: null,
    },
    linearizableInCalm: 'holds',
    sequentialInCalm: 'holds',
    linearizableUnderPartition: 'holds',
    readBeyondNearestMs: 1,
    writeBeyondNearestMs: 2,
    ...findings,
  })
}

const text = ({ cap, partition: p, else: e }: ReturnType<typeof pacelcOf>) => `${cap} P${p}/E${e}`

describe('the class', () => {
  test('a quorum system: the smaller side refuses, reads are linearizable', () => {
    const found = classOf({
      partitions: [partition(side('the majority', 1, 1), side('the minority (r3)', 0, 0))],
    })
    expect(text(found)).toBe('CP PC/EC')
    expect(found.evidence.partition).toBe(
      'Once a partition had settled, the minority (r3) answered 0 % of the reads and 0 % of the writes; all that was answered is linearizable.',
    )
  })

  test('an eventual one: both sides answer, contended reads are out of order', () => {
    const found = classOf({
      partitions: [partition(side('a', 0.99, 1), side('b', 1, 0.97))],
      linearizableInCalm: 'violated',
      sequentialInCalm: 'violated',
      linearizableUnderPartition: 'violated',
    })
    expect(text(found)).toBe('AP PA/EL')
  })

  test('reads that go on beside the writes of the other side are availability, at the price of order', () => {
    const oneSided = [partition(side('a', 1, 1), side('b', 1, 0))]
    const found = classOf({ partitions: oneSided, linearizableUnderPartition: 'violated' })
    expect(text(found)).toBe('AP PA/EC')
    expect(found.evidence.partition).toBe(
      'Each side of each partition went on answering reads, though b answered 0 % of the writes; what was answered is not linearizable.',
    )
  })

  test('reads go on everywhere and writes nowhere (read one, write all): consistency was kept, not availability', () => {
    const readOnly = [partition(side('a', 1, 0), side('b', 1, 0))]
    expect(text(classOf({ partitions: readOnly }))).toBe('CP PC/EC')
    expect(text(classOf({ partitions: readOnly, linearizableUnderPartition: 'undecided' }))).toBe('CP PC/EC')
  })

  test('refused reads are not made up for by stale ones elsewhere', () => {
    const found = classOf({
      partitions: [partition(side('a', 1, 1), side('b', 0.5, 0))],
      linearizableUnderPartition: 'violated',
    })
    expect(text(found)).toBe('CP PC/EC')
  })

  test('one partition that a side refuses is enough', () => {
    const all = partition(side('a', 1, 1), side('b', 1, 1))
    const refused = partition(side('a', 1, 1), side('b', 0.2, 0.2))
    expect(text(classOf({ partitions: [all] }))).toBe('AP PA/EC')
    expect(text(classOf({ partitions: [all, refused] }))).toBe('CP PC/EC')
  })

  test('what nobody tried says nothing: only reads were asked for', () => {
    expect(text(classOf({ partitions: [partition(side('a', 1, null), side('b', 1, null))] }))).toBe(
      'AP PA/EC',
    )
  })

  test('one copy: nothing to partition', () => {
    expect(text(classOf({ copies: 1 }))).toBe('CA PC/EC')
  })

  test('copies that no partition can part are not available either', () => {
    expect(text(classOf({ partitions: [] }))).toBe('CP PC/EC')
  })

  test('one order of all operations is consistency where it is what was claimed, and not luck', () => {
    const late = { linearizableInCalm: 'violated', sequentialInCalm: 'holds' } as const
    expect(text(classOf({ ...late, claimsSequential: true }))).toMatch(/EC$/)
    expect(text(classOf({ ...late, claimsSequential: false }))).toMatch(/EL$/)
    expect(text(classOf({ ...late, claimsSequential: true, sequentialInCalm: 'undecided' }))).toMatch(/EL$/)
  })
})
