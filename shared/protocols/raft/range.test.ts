import { describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../plan/ranges.ts'
import { Driver } from '../../testing/driver.ts'
import { among, beat, elect, raftCluster, timeOut } from '../../testing/raft-cluster.ts'
import type { Raft } from '../../testing/raft-cluster.ts'
import type { RangeCommand } from '../contract.ts'
import { protocol } from './index.ts'
import type { Origin, Remains } from './range.ts'

const RANGES = { span: EVERYTHING, origin: null, valueBytes: 100 }

function cluster(setup: Parameters<typeof raftCluster>[1] = {}): Raft {
  const raft = raftCluster(3, { ranges: RANGES, ...setup })
  elect(raft, 0)
  return raft
}

/** A range born of another, at each place with what it is given there. */
function born(origins: readonly (Origin | null)[], setup: Parameters<typeof raftCluster>[1] = {}): Raft {
  const params = { campaignAtStart: false, ...setup.params }
  const replicas = origins.map(() => 'east')
  const originOf = (place: number) => ({ ...RANGES, span: null, origin: origins[place] })
  return new Driver(protocol, { replicas, ...setup, params, rangesOf: originOf }) as unknown as Raft
}

const command = (raft: Raft, place: number, wanted: RangeCommand) => {
  raft.inject(place, { type: 'range', command: wanted })
  raft.deliver()
}
const split = (raft: Raft, at: number, shard = 1) => command(raft, 0, { type: 'split', at, shard })

function write(raft: Raft, key: number, value: number, process = 0) {
  const opId = raft.request(0, { f: 'write', key, value }, process)
  raft.deliver()
  return raft.outcome(opId)
}

const read = (raft: Raft, key: number, place = 0) => {
  const opId = raft.request(place, { f: 'read', key })
  raft.deliver()
  return raft.outcome(opId)
}

const originAt = (raft: Raft, place: number): Origin => {
  const found = raft.rangeChanges.find((each) => each.place === place && each.change.type === 'split')
  if (found?.change.type !== 'split') throw new Error(`place ${place} has split nothing off`)
  return found.change.origin as Origin
}

describe('a split', () => {
  test('comes with its entry at every replica, between the same two commands', () => {
    const raft = cluster()
    write(raft, 10, 1)
    write(raft, 90, 2)
    split(raft, 50)
    write(raft, 20, 3)
    expect(raft.rangeChanges.map(({ place }) => place).sort((a, b) => a - b)).toEqual([0, 1, 2])
    const [first, second, third] = [0, 1, 2].map((place) => originAt(raft, place))
    for (const { snapshot } of [first, second, third]) {
      expect(snapshot).toMatchObject({ index: 4, term: 1, range: { from: 50, to: EVERYTHING.to } })
      expect(snapshot.cells.map(({ key, value }) => [key, value])).toEqual([[90, 2]])
    }
    expect([first, second, third].map(({ isHeir }) => isHeir)).toEqual([true, false, false])
    expect([...raft.state(2).machine.cells.keys()]).toEqual([10, 20])
    expect(new Set(raft.digests()).size).toBe(1)
  })

  test('leaves the old range with nothing to say about the keys that went', () => {
    const raft = cluster({ preloaded: 100, consistency: { read: 'linearizable' } })
    expect(read(raft, 90)).toMatchObject({ status: 'ok', value: 1 })
    split(raft, 50)
    expect(read(raft, 49)).toMatchObject({ status: 'ok', value: 1 })
    expect(read(raft, 50)).toMatchObject({ status: 'fail', error: 'wrong-range' })
    expect(write(raft, 90, 7)).toMatchObject({ status: 'fail', error: 'wrong-range' })
    const scan = raft.request(0, { f: 'scan', key: 40, count: 30 })
    raft.deliver()
    expect(raft.outcome(scan)).toMatchObject({ status: 'ok', value: 10, endsAt: 50 })
  })

  test('refuses what stood behind it in the log, or waited for a confirmation, and does not do it', () => {
    const raft = cluster({ consistency: { read: 'linearizable' } })
    raft.inject(0, { type: 'range', command: { type: 'split', at: 50, shard: 1 } })
    const late = raft.request(0, { f: 'write', key: 90, value: 5 })
    const waiting = raft.request(0, { f: 'read', key: 90 }, 1)
    const fine = raft.request(0, { f: 'write', key: 10, value: 6 }, 2)
    raft.fire(0, 'flush')
    raft.deliver()
    expect(raft.outcome(late)).toMatchObject({ status: 'fail', error: 'wrong-range' })
    expect(raft.outcome(waiting)).toMatchObject({ status: 'fail', error: 'wrong-range' })
    expect(raft.outcome(fine).status).toBe('ok')
    expect([...raft.state(0).machine.cells.keys()]).toEqual([10])
  })

  test('happens once, however often it is asked for, and not at a border', () => {
    const raft = cluster()
    split(raft, 50)
    split(raft, 50)
    split(raft, 50, 2)
    split(raft, 0, 3)
    expect(raft.rangeChanges).toHaveLength(3)
    expect(raft.state(0).log.entries).toHaveLength(2)
  })

  test('is for leaders, who take one at a time', () => {
    const raft = cluster()
    raft.inject(1, { type: 'range', command: { type: 'split', at: 50, shard: 1 } })
    expect(raft.state(1).log.entries).toHaveLength(1)
    raft.inject(0, { type: 'range', command: { type: 'split', at: 50, shard: 1 } })
    raft.inject(0, { type: 'range', command: { type: 'split', at: 20, shard: 2 } })
    expect(raft.state(0).log.entries).toHaveLength(2)
  })

  test('is gone with the entry where another leader takes that back', () => {
    const raft = cluster({ params: { preVote: false, checkQuorum: false } })
    raft.inject(0, { type: 'range', command: { type: 'split', at: 50, shard: 1 } })
    raft.drop()
    timeOut(raft, 1)
    among(raft, [1, 2])
    beat(raft, 1, 3)
    expect(raft.rangeChanges).toEqual([])
    expect(raft.state(0).machine.range.to).toBe(EVERYTHING.to)
  })

  test('comes again after a restart, from the log', () => {
    const raft = cluster()
    split(raft, 50)
    raft.crash(2)
    raft.boot(2)
    expect(raft.state(2).machine.range.to).toBe(EVERYTHING.to)
    beat(raft, 0, 2)
    expect(raft.rangeChanges.filter(({ place }) => place === 2)).toHaveLength(2)
  })

  test('reaches by snapshot whoever was away, who splits nothing off', () => {
    const raft = cluster({ params: { snapshotEvery: 2, catchUpEntries: 0 } })
    raft.crash(2)
    write(raft, 90, 1)
    split(raft, 50)
    for (let value = 2; value < 6; value++) write(raft, 10, value)
    raft.boot(2)
    beat(raft, 0, 4)
    expect(raft.state(2).machine).toMatchObject({ applied: 7, range: { from: 0, to: 50 } })
    expect(raft.rangeChanges.map(({ place }) => place).sort((a, b) => a - b)).toEqual([0, 1])
  })
})

describe('the new range', () => {
  test('begins where the old one stood, led by whoever led that, and its versions go on', () => {
    const raft = cluster({ consistency: { read: 'linearizable' } })
    const before = write(raft, 90, 2).version
    split(raft, 50)
    const right = born(
      [0, 1, 2].map((place) => originAt(raft, place)),
      { consistency: { read: 'linearizable' } },
    )
    right.deliver()
    expect(right.state(0)).toMatchObject({ role: 'leader', term: 2 })
    expect(read(right, 90)).toMatchObject({ status: 'ok', value: 2, version: before })
    expect(write(right, 90, 3).version?.at).toBeGreaterThan(before?.at ?? Infinity)
    expect(read(right, 10)).toMatchObject({ status: 'fail', error: 'wrong-range' })
  })

  test('knows what sessions have done: a retry is told what the first attempt was', () => {
    const raft = cluster()
    const first = write(raft, 90, 2, 5)
    write(raft, 90, 3, 6)
    split(raft, 50)
    const right = born([0, 1, 2].map((place) => originAt(raft, place)))
    right.deliver()
    // A driver of its own counts its sessions' operations from 1, as the other did: this is the same operation again.
    expect(write(right, 90, 2, 5)).toEqual(first)
    expect(right.state(0).machine.cells.get(90)?.value).toBe(3)
  })

  test('is on disk before anybody hears of it', () => {
    const raft = cluster()
    write(raft, 90, 2)
    split(raft, 50)
    const right = born([0, 1, 2].map((place) => originAt(raft, place)))
    right.deliver()
    right.crash(1)
    right.boot(1)
    expect(right.state(1)).toMatchObject({ term: 2, snapshot: { index: 3, range: { from: 50 } } })
    expect(right.state(1).machine.cells.get(90)?.value).toBe(2)
  })

  test('an empty replica of it elects nobody and answers nothing until it has been filled', () => {
    const raft = cluster()
    write(raft, 90, 2)
    split(raft, 50)
    const right = born([originAt(raft, 0), null, null])
    right.drop()
    timeOut(right, 1)
    timeOut(right, 2)
    expect([right.state(1).role, right.state(1).term]).toEqual(['follower', 0])
    expect(read(right, 90, 1)).toMatchObject({ status: 'fail', error: 'wrong-range' })
    timeOut(right, 0)
    right.deliver()
    beat(right, 0, 4)
    expect(right.state(0).role).toBe('leader')
    expect(right.state(1).machine.range.from).toBe(50)
    expect(read(right, 90, 1)).toMatchObject({ status: 'ok', value: 2 })
  })
})

describe('a merge', () => {
  /** Two ranges, split at 50, the right one frozen. */
  function frozen() {
    const left = cluster({ consistency: { read: 'linearizable' } })
    write(left, 90, 2, 5)
    split(left, 50)
    const right = born(
      [0, 1, 2].map((place) => originAt(left, place)),
      { consistency: { read: 'linearizable' } },
    )
    right.deliver()
    for (let value = 3; value < 12; value++) write(right, 80, value, 6)
    command(right, 0, { type: 'freeze' })
    return { left, right }
  }
  const remainsAt = (raft: Raft, place: number) => protocol.ranges?.remains(raft.state(place)) as Remains

  test('freezes the right one: what it leaves is the same everywhere and can no longer change', () => {
    const { right } = frozen()
    const before = remainsAt(right, 0)
    expect(before.cells.map(({ key, value }) => [key, value])).toEqual([
      [90, 2],
      [80, 11],
    ])
    expect(write(right, 80, 99, 7)).toMatchObject({ status: 'fail', error: 'wrong-range' })
    expect(read(right, 80)).toMatchObject({ status: 'fail', error: 'wrong-range' })
    expect(remainsAt(right, 0)).toEqual(before)
    expect(remainsAt(right, 2)).toEqual(before)
  })

  test('and brings it to the left one, with later versions than any before', () => {
    const { left, right } = frozen()
    const old = remainsAt(right, 0).cells.find(({ key }) => key === 80)
    command(left, 0, { type: 'absorb', shard: 1, remains: remainsAt(right, 0) })
    expect(left.rangeChanges.filter(({ change }) => change.type === 'absorbed')).toHaveLength(3)
    expect(read(left, 80)).toMatchObject({ status: 'ok', value: 11, version: { at: old?.at, by: 0 } })
    expect(write(left, 80, 50, 8).version?.at).toBeGreaterThan(old?.at ?? Infinity)
    expect(new Set(left.digests()).size).toBe(1)
  })

  test('with its sessions: what was done on the right is not done again on the left', () => {
    const { left, right } = frozen()
    write(left, 10, 70, 5)
    command(left, 0, { type: 'absorb', shard: 1, remains: remainsAt(right, 0) })
    expect(left.state(1).machine.sessions.get(6)).toMatchObject({ sequence: 9 })
    // The left one's own last command of a session stays where it is the later one.
    expect(left.state(1).machine.sessions.get(5)).toMatchObject({ sequence: 2 })
  })

  test('does nothing twice, nor where the neighbour is another', () => {
    const { left, right } = frozen()
    const remains = remainsAt(right, 0)
    command(left, 0, { type: 'absorb', shard: 1, remains: { ...remains, from: 60 } })
    expect(left.state(0).machine.range.to).toBe(50)
    command(left, 0, { type: 'absorb', shard: 1, remains })
    write(left, 80, 50, 8)
    command(left, 0, { type: 'absorb', shard: 1, remains })
    expect(read(left, 80)).toMatchObject({ value: 50 })
  })

  test('lasts in snapshots', () => {
    const { left, right } = frozen()
    left.crash(2)
    command(left, 0, { type: 'absorb', shard: 1, remains: remainsAt(right, 0) })
    const { machine } = left.state(0)
    left.boot(2)
    beat(left, 0, 3)
    expect(left.state(2).machine.range).toEqual(machine.range)
    expect(left.state(2).machine.digest).toBe(machine.digest)
  })
})

describe('what there is of a range', () => {
  test('is counted by keys and bytes, keys that were never written included', () => {
    const raft = cluster({ preloaded: 10 })
    write(raft, 3, 7)
    write(raft, 50, 8)
    raft.request(0, { f: 'delete', key: 4 })
    raft.deliver()
    // Ten keys of 100 bytes, of which one is gone and one has 10; and a new one of 10.
    expect(protocol.ranges?.size(raft.state(0))).toEqual({ keys: 10, bytes: 820 })
    expect(protocol.ranges?.middle(raft.state(0), 'keys')).toBe(6)
    expect(protocol.ranges?.middle(raft.state(0), 'bytes')).toBe(6)
    split(raft, 6)
    expect(protocol.ranges?.size(raft.state(0))).toEqual({ keys: 5, bytes: 410 })
  })

  test('has no middle where there is one key', () => {
    expect(protocol.ranges?.middle(cluster({ preloaded: 1 }).state(0), 'keys')).toBe(null)
  })
})
