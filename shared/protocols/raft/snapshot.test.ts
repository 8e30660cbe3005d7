import { describe, expect, test } from 'vitest'
import { among, beat, elect, leaveLog, raftCluster, termsOf, timeOut } from '../../testing/raft-cluster.ts'
import type { Raft } from '../../testing/raft-cluster.ts'
import { emptyMachine } from './machine.ts'
import { chunkOf, itemsOf } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

const small = { params: { snapshotEvery: 10, catchUpEntries: 2, snapshotChunkBytes: 256 } }

/** Writes so many keys, which the places given take part in. */
function fill(raft: Raft, count: number, places: readonly number[]): void {
  for (let i = 0; i < count; i++) {
    raft.request(places[0], { f: 'write', key: i, value: 100 + i }, i)
    among(raft, places)
  }
}

describe('§7 log compaction', () => {
  test('a snapshot takes the place of the applied log, but for a tail', () => {
    const raft = raftCluster(3, small)
    elect(raft, 0)
    fill(raft, 25, [0, 1, 2])
    for (const place of [0, 1, 2]) {
      const { log, snapshot } = raft.state(place)
      expect(snapshot?.index).toBe(20)
      expect(log.offset).toBe(18)
      expect(snapshot?.cells).toHaveLength(19)
    }
  })

  test('a restart begins from the snapshot, and what was applied after it comes again with the commits', () => {
    const raft = raftCluster(3, small)
    elect(raft, 0)
    fill(raft, 25, [0, 1, 2])
    const digest = raft.state(1).machine.digest
    raft.crash(1)
    raft.boot(1)
    expect(raft.state(1)).toMatchObject({ commitIndex: 20, term: 1 })
    expect(termsOf(raft, 1)).toHaveLength(8)
    beat(raft, 0, 3)
    expect(raft.state(1).machine.digest).toBe(digest)
  })

  test('a follower far behind gets the snapshot in chunks, then the entries after it', () => {
    const raft = raftCluster(3, small)
    elect(raft, 0)
    fill(raft, 25, [0, 1])
    raft.fire(0, 'heartbeat')
    raft.deliver(({ body }) => body.kind !== 'raft.installSnapshot')
    raft.fire(0, 'heartbeat')
    raft.deliver(({ body }) => body.kind !== 'raft.installSnapshot')
    let chunks = 0
    while (raft.network.some(({ body }) => body.kind === 'raft.installSnapshot')) {
      const chunk = raft.network.find(({ body }) => body.kind === 'raft.installSnapshot')?.body
      raft.deliver(({ body }) => body === chunk)
      raft.deliver(({ body }) => body.kind !== 'raft.installSnapshot')
      chunks++
    }
    expect(chunks).toBeGreaterThan(3)
    expect(raft.factCount('snapshot-installed')).toBe(1)
    expect(new Set(raft.digests()).size).toBe(1)
    expect(raft.state(2).machine.applied).toBe(26)
  })

  test('chunks may be lost or come twice', () => {
    const raft = raftCluster(3, small)
    elect(raft, 0)
    fill(raft, 25, [0, 1])
    const isChunk = ({ body }: { body: { kind: string } }) => body.kind === 'raft.installSnapshot'
    for (let round = 0; round < 40 && raft.state(2).machine.applied < 26; round++) {
      raft.fire(0, 'heartbeat')
      raft.deliver((sent) => !isChunk(sent))
      if (round % 3 === 0) raft.drop(isChunk)
      else if (raft.network.some(isChunk)) {
        raft.duplicate(isChunk)
        const [chunk] = raft.network.filter(isChunk)
        raft.deliver((sent) => sent === chunk)
      }
    }
    expect(new Set(raft.digests()).size).toBe(1)
  })

  test('entries after the snapshot stay where the log has its last entry', () => {
    const raft = raftCluster(3)
    leaveLog(raft, 1, [1, 1, 1, 1])
    install(raft, 1, 3, 1)
    expect(raft.state(1).log).toMatchObject({ offset: 3, offsetTerm: 1 })
    expect(termsOf(raft, 1)).toEqual([1])
    expect(raft.state(1).commitIndex).toBe(3)
  })

  test('where it has another entry there, or none, the whole log goes', () => {
    for (const terms of [[1, 1, 1, 1], [1]]) {
      const raft = raftCluster(3)
      leaveLog(raft, 1, terms)
      install(raft, 1, 3, 2)
      expect(raft.state(1).log).toMatchObject({ offset: 3, offsetTerm: 2, entries: [] })
      raft.crash(1)
      raft.drop()
      raft.boot(1)
      expect(raft.state(1).log).toMatchObject({ offset: 3, offsetTerm: 2, entries: [] })
    }
  })

  test('a snapshot older than what is committed changes nothing, and says so', () => {
    const raft = raftCluster(3)
    elect(raft, 0)
    fill(raft, 5, [0, 1, 2])
    const before = raft.state(1).machine.digest
    install(raft, 1, 3, 1, 0)
    expect(raft.state(1).machine.digest).toBe(before)
    expect(raft.network.at(-1)?.body).toMatchObject({ kind: 'raft.installSnapshotReply', matched: 6 })
  })

  test('an append that reaches back into the compacted prefix is no conflict', () => {
    const raft = raftCluster(3, small)
    elect(raft, 0)
    raft.request(0, { f: 'write', key: 50, value: 7 })
    const early = raft.network.find(({ body }) => body.kind === 'raft.appendEntries')
    raft.deliver()
    fill(raft, 25, [0, 1, 2])
    const before = termsOf(raft, 1).length
    if (early === undefined) throw new Error('no append')
    raft.inject(1, { type: 'message', from: 0, body: early.body })
    expect(termsOf(raft, 1)).toHaveLength(before)
    expect(raft.network.at(-1)?.body).toMatchObject({ isAccepted: true, index: 2 })
  })

  test('a snapshot brings its configuration', () => {
    const raft = raftCluster(3)
    install(raft, 1, 3, 2)
    timeOut(raft, 1)
    expect(raft.network.map(({ to }) => to)).toEqual([3, 0])
  })
})

function install(raft: Raft, place: number, index: number, indexTerm: number, from = 3): void {
  const configuration = { voters: [0, 1], outgoing: [], learners: [] }
  const chunk = { offset: 0, next: 0, isLast: true, cells: [], sessions: [] }
  const body = {
    kind: 'raft.installSnapshot',
    term: from === 3 ? 3 : 1,
    index,
    indexTerm,
    configuration,
    windowNs: null,
    ...chunk,
  } as const
  raft.inject(place, { type: 'message', from, body })
}

test('chunks cover a snapshot once, in order, whatever their size', () => {
  const { sessions } = emptyMachine(0, 10)
  sessions.set(1, { process: 1, sequence: 1, value: 0, version: 1, at: 1 })
  sessions.set(2, { process: 2, sequence: 1, value: 0, version: 2, at: 2 })
  const cells = [3, 4, 5].map((key) => ({ key, value: 9, at: key, bytes: 100, stamp: null }))
  const configuration = { voters: [0], outgoing: [], learners: [] }
  const snapshot: Snapshot = {
    index: 5,
    term: 1,
    configuration,
    cells,
    sessions: [...sessions.values()],
    windowNs: null,
  }
  for (const bytesMax of [1, 130, 260, 10_000]) {
    const seen = { cells: [] as unknown[], sessions: [] as unknown[] }
    for (let at = 0; at < itemsOf(snapshot);) {
      const chunk = chunkOf(snapshot, at, bytesMax)
      seen.cells.push(...chunk.cells)
      seen.sessions.push(...chunk.sessions)
      expect(chunk.next).toBeGreaterThan(at)
      at = chunk.next
    }
    expect(seen).toEqual({ cells, sessions: snapshot.sessions })
  }
})
