import { describe, expect, test } from 'vitest'
import { among, fallSilent, leaderOf, settleAmong, underWay, zabCluster } from '../../testing/zab-cluster.ts'
import type { Zab } from '../../testing/zab-cluster.ts'
import type { ConsistencySpec } from '../../topology/types.ts'
import type { OpName } from '../contract.ts'

const all = (zab: Zab) => settleAmong(zab, zab.members)

/** An operation with the number and the token that a session would send. */
function ask(
  zab: Zab,
  place: number,
  opId: number,
  fields: { f?: OpName; key?: number; value?: number; expected?: number; count?: number },
  session: { process?: number; sequence?: number; token?: number | null } = {},
): void {
  const op = { f: 'read' as OpName, key: 1, value: 0, expected: 0, count: 0, bytes: 10, ...fields }
  zab.inject(place, {
    type: 'request',
    opId,
    op,
    session: { process: opId, sequence: 1, token: null, ...session },
  })
}

function cluster(
  read: ConsistencySpec['read'],
  params = {},
  consistency: Partial<ConsistencySpec> = {},
): Zab {
  const zab = zabCluster(3, { params, consistency: { read, ...consistency } })
  all(zab)
  return zab
}

describe('local reads (Hunt et al., §4.4)', () => {
  test('a server answers from what it has, however old', () => {
    const zab = cluster('eventual')
    ask(zab, 2, 100, { f: 'write', value: 7 })
    among(zab, [1, 2])
    expect(zab.outcome(100).status).toBe('ok')
    ask(zab, 0, 101, {})
    expect(zab.outcome(101)).toMatchObject({ status: 'ok', value: 0, token: null })
    expect(zab.network).toEqual([])
  })

  test('a session that moves to a server behind waits until that has what the session saw', () => {
    const zab = cluster('sequential')
    ask(zab, 2, 100, { f: 'write', value: 7 })
    zab.deliver(({ from, to }) => from !== 0 && to !== 0)
    const { token } = zab.outcome(100)
    expect(token).toBe(2 ** 32 + 1)
    ask(zab, 0, 101, {}, { token: token as number })
    expect(zab.replies.has(101)).toBe(false)
    zab.deliver()
    expect(zab.outcome(101)).toMatchObject({ value: 7, token })
  })

  test('a server that never catches up does not answer', () => {
    const zab = cluster('sequential')
    ask(zab, 0, 101, {}, { token: 2 ** 32 + 9 })
    for (let i = 0; i < 8; i++) zab.fire(0, 'sweep')
    expect(zab.outcome(101)).toMatchObject({ status: 'info', error: 'read-timeout' })
  })

  test.each([
    ['read-your-writes', true, false],
    ['monotonic-reads', false, true],
    ['causal', true, true],
    ['consistent-prefix', false, true],
  ] as const)('%s: writes hand out a token: %s, reads: %s', (read, ofWrites, ofReads) => {
    const zab = cluster(read)
    ask(zab, 2, 100, { f: 'write', value: 7 })
    zab.deliver()
    ask(zab, 2, 101, {})
    expect([zab.outcome(100).token !== null, zab.outcome(101).token !== null]).toEqual([ofWrites, ofReads])
  })

  test('values, deletions, compare-and-set and scans', () => {
    const zab = zabCluster(1, { preloaded: 3 })
    all(zab)
    let opId = 100
    const outcome = (fields: Parameters<typeof ask>[3]) => {
      ask(zab, 0, ++opId, fields)
      return zab.outcome(opId)
    }
    const at = (counter: number) => ({ at: 2 ** 32 + counter, by: 0 })
    expect(outcome({})).toMatchObject({ value: 1, version: { at: 0 } })
    expect(outcome({ key: 9 })).toMatchObject({ value: 0, version: null })
    expect(outcome({ f: 'cas', key: 9, expected: 5, value: 6 })).toMatchObject({ value: 0, version: null })
    expect(outcome({ f: 'cas', key: 9, expected: 0, value: 6 })).toMatchObject({ value: 1, version: at(2) })
    expect(outcome({ f: 'delete' })).toMatchObject({ status: 'ok', version: at(3) })
    expect(outcome({})).toMatchObject({ value: 0, version: at(3) })
    expect(outcome({ f: 'scan', key: 0, count: 10 })).toMatchObject({ value: 3 })
    expect(outcome({ f: 'scan', key: 0, count: 2 })).toMatchObject({ value: 2 })
  })
})

describe('sync', () => {
  test("ZooKeeper's: the server first gets what its leader had proposed", () => {
    const zab = cluster('sequential', { reads: 'sync' })
    ask(zab, 2, 100, { f: 'write', value: 7 })
    ask(zab, 0, 101, {})
    zab.deliver(({ body }) => body.kind === 'zab.sync')
    expect(underWay(zab, 'zab.syncReply')).toEqual([])
    zab.deliver()
    expect(zab.outcome(101)).toMatchObject({ value: 7 })
  })

  test("ZooKeeper's: a leader that was deposed answers all the same, so the read is stale", () => {
    const zab = zabCluster(5, { params: { reads: 'sync' }, consistency: { read: 'sequential' } })
    all(zab)
    const old = leaderOf(zab)
    for (const place of [0, 1, 2]) zab.advance(place === 0 ? 60_000 : 0)
    for (const place of [0, 1, 2]) zab.fire(place, 'tick')
    zab.drop()
    settleAmong(zab, [0, 1, 2])
    ask(zab, 2, 100, { f: 'write', value: 7 })
    among(zab, [0, 1, 2])
    expect(zab.outcome(100).status).toBe('ok')
    expect(zab.state(old).lead?.phase).toBe('broadcast')
    ask(zab, 3, 101, {})
    among(zab, [3, 4])
    expect(zab.outcome(101)).toMatchObject({ status: 'ok', value: 0 })
  })

  test('confirmed: a leader that was deposed does not answer', () => {
    const zab = zabCluster(5, { consistency: { read: 'linearizable' } })
    all(zab)
    zab.advance(60_000)
    for (const place of [0, 1, 2]) zab.fire(place, 'tick')
    zab.drop()
    settleAmong(zab, [0, 1, 2])
    ask(zab, 2, 100, { f: 'write', value: 7 })
    among(zab, [0, 1, 2])
    ask(zab, 3, 101, {})
    among(zab, [3, 4])
    expect(zab.replies.has(101)).toBe(false)
    ask(zab, 0, 102, {})
    among(zab, [0, 1, 2])
    expect(zab.outcome(102)).toMatchObject({ status: 'ok', value: 7 })
  })

  test('reads that come while a sync is under way share the next one', () => {
    const zab = cluster('linearizable')
    for (const opId of [101, 102, 103]) ask(zab, 0, opId, {})
    expect(underWay(zab, 'zab.sync')).toHaveLength(1)
    let syncs = 0
    while (zab.network.length > 0) {
      syncs += zab.network[0].body.kind === 'zab.sync' ? 1 : 0
      const [first] = zab.network
      let delivered = false
      zab.deliver((sent) => sent === first && !delivered && (delivered = true))
    }
    expect(syncs).toBe(2)
    for (const opId of [101, 102, 103]) expect(zab.outcome(opId).status).toBe('ok')
  })

  test('a server on its own confirms its syncs at once', () => {
    const zab = zabCluster(1, { consistency: { read: 'linearizable' } })
    for (const opId of [101, 102]) ask(zab, 0, opId, {})
    all(zab)
    ask(zab, 0, 103, {})
    for (const opId of [101, 102, 103]) expect(zab.outcome(opId).status).toBe('ok')
  })

  test("a sync that a server's earlier life asked for does not answer this one's", () => {
    const zab = cluster('linearizable')
    ask(zab, 0, 101, {})
    zab.deliver(({ body }) => body.kind === 'zab.sync')
    zab.drop(({ body }) => body.kind === 'zab.ping')
    zab.crash(0)
    zab.boot(0)
    for (const place of [1, 2]) zab.drop(({ to }) => to === place)
    zab.fire(0, 'election')
    zab.deliver(({ body }) => body.kind !== 'zab.pong')
    expect(zab.state(0).following?.stage).toBe('serving')
    ask(zab, 0, 102, {})
    zab.deliver(({ body }) => body.kind === 'zab.sync')
    expect(zab.state(2).lead?.syncs.length).toBe(2)
    // The first round is answered: not one that was sent after the second question.
    zab.fire(1, 'tick')
    zab.fire(2, 'channel')
    zab.deliver(({ body }) => body.kind !== 'zab.ping' || ('round' in body && body.round === 1))
    expect(zab.replies.has(102)).toBe(false)
  })

  test('bounded-staleness: no sync while the last one is young', () => {
    const zab = cluster('bounded-staleness', { maxStalenessMs: 100 })
    ask(zab, 0, 101, {})
    zab.deliver()
    zab.advance(100)
    ask(zab, 0, 102, {})
    expect(zab.outcome(102).status).toBe('ok')
    zab.advance(1)
    ask(zab, 0, 103, {})
    expect(zab.replies.has(103)).toBe(false)
    zab.deliver()
    expect(zab.outcome(103).status).toBe('ok')
  })
})

describe('servers without a leader', () => {
  test('consistency: they answer nothing until they have one', () => {
    const zab = cluster('eventual')
    fallSilent(zab, [0, 1, 2])
    ask(zab, 0, 101, {})
    ask(zab, 0, 102, { f: 'write', value: 7 })
    expect(zab.replies.size).toBe(0)
    settleAmong(zab, [0, 1, 2])
    for (const opId of [101, 102]) expect(zab.outcome(opId).status).toBe('ok')
  })

  test('consistency: requests that wait too long have certainly not happened', () => {
    const zab = cluster('eventual')
    fallSilent(zab, [0, 1, 2])
    ask(zab, 0, 101, { f: 'write', value: 7 })
    for (let i = 0; i < 8; i++) zab.fire(0, 'sweep')
    expect(zab.outcome(101)).toMatchObject({ status: 'fail', error: 'unavailable' })
  })

  test('availability: they answer reads, as in read-only mode, and never behind their session', () => {
    const zab = cluster('sequential', {}, { onPartition: 'availability' })
    ask(zab, 0, 100, { f: 'write', value: 7 })
    zab.deliver()
    fallSilent(zab, [0, 1, 2])
    ask(zab, 0, 101, {}, { token: zab.outcome(100).token as number })
    expect(zab.outcome(101)).toMatchObject({ status: 'ok', value: 7 })
    ask(zab, 0, 102, {}, { token: 2 ** 33 })
    expect(zab.replies.has(102)).toBe(false)
    ask(zab, 0, 103, { f: 'write', value: 8 })
    expect(zab.replies.has(103)).toBe(false)
    expect(zab.factCount('cut-off-read')).toBe(2)
  })
})

describe('sessions', () => {
  const repeated = { process: 5, sequence: 3 }
  const cas = { f: 'cas', expected: 0, value: 7 } as const

  test('an attempt that meets an earlier one among the proposals changes nothing, and is answered with it', () => {
    const zab = cluster('eventual')
    ask(zab, 0, 100, cas, repeated)
    ask(zab, 1, 101, cas, repeated)
    zab.deliver()
    for (const opId of [100, 101])
      expect(zab.outcome(opId)).toMatchObject({ value: 1, version: { at: 2 ** 32 + 1 } })
    expect(zab.state(2).committed).toBe(1)
  })

  test('an attempt after the fact, under another leader, is told what the first did', () => {
    const zab = cluster('eventual')
    ask(zab, 2, 100, cas, repeated)
    zab.deliver(({ to }) => to !== 2)
    fallSilent(zab, [0, 1, 2])
    expect(zab.outcome(100)).toMatchObject({ status: 'info' })
    settleAmong(zab, [0, 1])
    ask(zab, 0, 101, cas, repeated)
    among(zab, [0, 1])
    expect(zab.outcome(101)).toMatchObject({ status: 'ok', value: 1, version: { at: 2 ** 32 + 1 } })
    expect(zab.state(0).committed).toBe(1)
  })

  test('an attempt that is late, after its session has gone on, does nothing', () => {
    const zab = cluster('eventual')
    ask(zab, 0, 100, { f: 'write', value: 8 }, { process: 5, sequence: 4 })
    zab.deliver()
    ask(zab, 1, 101, { f: 'write', value: 7 }, repeated)
    zab.deliver()
    expect(zab.replies.has(101)).toBe(false)
    expect(zab.state(2).committed).toBe(1)
  })

  test('a request that the network doubled is done once', () => {
    const zab = cluster('eventual')
    ask(zab, 0, 100, { f: 'write', value: 8 }, repeated)
    ask(zab, 0, 100, { f: 'write', value: 8 }, repeated)
    expect(underWay(zab, 'zab.request')).toHaveLength(1)
  })

  test('the session table survives a snapshot, a crash, and synchronisation by SNAP', () => {
    const params = { snapshotEvery: 2, diffTxns: 0 }
    const zab = zabCluster(3, { params })
    settleAmong(zab, [1, 2])
    ask(zab, 2, 100, cas, repeated)
    for (const opId of [200, 201, 202]) ask(zab, 2, opId, { f: 'write', key: opId, value: opId })
    among(zab, [1, 2])
    settleAmong(zab, [0, 1, 2])
    expect(zab.factCount('sync-snap')).toBe(1)
    zab.crash(0)
    zab.boot(0)
    all(zab)
    ask(zab, 0, 101, cas, repeated)
    expect(zab.outcome(101)).toMatchObject({ status: 'ok', value: 1, version: { at: 2 ** 32 + 1 } })
  })
})
