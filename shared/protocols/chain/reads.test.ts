import { describe, expect, test } from 'vitest'
import { among, chainCluster, read, tick, write } from '../../testing/chain-cluster.ts'
import type { Chain } from '../../testing/chain-cluster.ts'
import type { ConsistencySpec } from '../../topology/types.ts'

/** Sections of Terrace and Freedman, "Object Storage on CRAQ", USENIX ATC 2009. */

const group = (consistency: Partial<ConsistencySpec> = {}, params = {}) =>
  chainCluster(3, { params, consistency: { read: 'linearizable', ...consistency } })

/** 7 is committed everywhere; 8 has reached r0 and r1, or all of them, and nobody but the tail knows that it is committed. */
function dirty(chain: Chain, reaches: 'middle' | 'tail'): void {
  write(chain, 0, 1, 7)
  chain.deliver()
  write(chain, 0, 1, 8)
  chain.deliver(({ body, to }) => body.kind === 'chain.update' && (to === 1 || reaches === 'tail'))
}

const readWith = (chain: Chain, place: number, token: unknown) => {
  const op = { f: 'read', key: 1, value: 0, expected: 0, count: 0, bytes: 10 } as const
  chain.inject(place, { type: 'request', opId: 999, op, session: { process: 9, sequence: 1, token } })
  return 999
}

describe('§2.3 strong consistency', () => {
  test('a clean version is answered at once by any node', () => {
    const chain = group()
    write(chain, 0, 1, 7)
    chain.deliver()
    for (const place of [0, 1, 2]) {
      expect(chain.outcome(read(chain, place, 1))).toMatchObject({ value: 7, version: { at: 1 } })
    }
    expect(chain.network).toEqual([])
    expect(chain.factCount('clean-read')).toBe(2)
  })

  test('of a dirty one the tail is asked, and what it has committed is returned: the old version…', () => {
    const chain = group()
    dirty(chain, 'middle')
    const op = read(chain, 1, 1)
    expect(chain.replies.has(op)).toBe(false)
    chain.deliver(({ body }) => /version/.test(body.kind))
    expect(chain.outcome(op).value).toBe(7)
    expect(chain.factCount('dirty-read')).toBe(1)
  })

  test('…or the new one, of which the node does not know yet that it is committed', () => {
    const chain = group()
    dirty(chain, 'tail')
    const op = read(chain, 0, 1)
    chain.deliver(({ body }) => /version/.test(body.kind))
    expect(chain.outcome(op).value).toBe(8)
    expect(chain.state(0).store.committed).toBe(1)
  })

  test('another key is clean', () => {
    const chain = group()
    dirty(chain, 'middle')
    expect(chain.outcome(read(chain, 1, 2)).status).toBe('ok')
  })

  test('the tail itself never has to ask', () => {
    const chain = group()
    dirty(chain, 'middle')
    expect(chain.outcome(read(chain, 2, 1)).value).toBe(7)
  })

  test('a scan with anything dirty is for the tail', () => {
    const chain = group()
    dirty(chain, 'middle')
    const op = chain.request(1, { f: 'scan', key: 0, count: 9 }, 60)
    expect(chain.network.map(({ to, body }) => [to, body.kind])).toContainEqual([2, 'chain.forward'])
    chain.deliver(({ body }) => body.kind === 'chain.forward')
    expect(chain.outcome(op)).toMatchObject({ value: 1 })
  })

  test('a lost question is asked again', () => {
    const chain = group()
    dirty(chain, 'middle')
    const op = read(chain, 1, 1)
    chain.drop(({ body }) => /version/.test(body.kind))
    tick(chain, 2)
    expect(chain.outcome(op).status).toBe('ok')
  })

  test('without a lease nobody answers, neither the tail nor another node', () => {
    for (const place of [1, 2]) {
      const chain = group()
      chain.advance(500)
      expect(chain.replies.has(read(chain, place, 1))).toBe(false)
      tick(chain)
      expect(chain.replies.size).toBe(1)
    }
  })

  test('a lease counts from when it was asked for, less the drift of both clocks', () => {
    for (const [clockDriftPpm, lastMs] of [
      [0, 499],
      [100_000, 409],
    ]) {
      const chain = group({}, { clockDriftPpm })
      chain.advance(lastMs)
      expect(chain.outcome(read(chain, 2, 1)).status).toBe('ok')
      chain.advance(1)
      expect(chain.replies.has(read(chain, 2, 1, 51))).toBe(false)
    }
  })
})

describe('§2.3 eventual consistency', () => {
  test('the newest version known is returned, committed or not', () => {
    const chain = group({ read: 'eventual' })
    dirty(chain, 'middle')
    expect([0, 1, 2].map((place) => chain.outcome(read(chain, place, 1)).value)).toEqual([8, 8, 7])
    expect(chain.factCount('early-read')).toBe(2)
  })

  test('a session that asks for a guarantee is shown committed versions only', () => {
    const chain = group({ read: 'eventual', session: ['monotonic-reads'] })
    dirty(chain, 'middle')
    expect(chain.outcome(read(chain, 0, 1)).value).toBe(7)
  })
})

describe('§2.3 eventual consistency with maximum-bounded inconsistency', () => {
  test.each([
    ['time', { maxInconsistencyMs: 100, maxInconsistencyVersions: 10 }, 101],
    ['versions', { maxInconsistencyMs: 1000, maxInconsistencyVersions: 0 }, 0],
  ])('beyond the bound in %s the tail is asked', (_, params, waitMs) => {
    const chain = group({ read: 'eventual' }, { reads: 'bounded-inconsistency', ...params })
    dirty(chain, 'middle')
    if (waitMs > 0) {
      expect(chain.outcome(read(chain, 1, 1)).value).toBe(8)
      chain.advance(waitMs)
    }
    const op = read(chain, 1, 1, 51)
    expect(chain.replies.has(op)).toBe(false)
    chain.deliver(({ body }) => /version/.test(body.kind))
    expect(chain.outcome(op).value).toBe(7)
  })
})

describe('levels between', () => {
  test('bounded staleness: the committed version while nothing newer can be older than the bound, else the tail', () => {
    const chain = group({ read: 'bounded-staleness' }, { maxStalenessMs: 300 })
    dirty(chain, 'tail')
    chain.advance(300)
    expect(chain.outcome(read(chain, 0, 1)).value).toBe(7)
    chain.advance(1)
    const op = read(chain, 0, 1, 51)
    expect(chain.replies.has(op)).toBe(false)
    chain.deliver(({ body }) => /version/.test(body.kind))
    expect(chain.outcome(op).value).toBe(8)
  })

  test('bounded staleness: a node without a lease answers for so long only', () => {
    const chain = group({ read: 'bounded-staleness' }, { maxStalenessMs: 300, clockDriftPpm: 0 })
    chain.advance(800)
    expect(chain.outcome(read(chain, 0, 1)).status).toBe('ok')
    chain.advance(1)
    expect(chain.replies.has(read(chain, 0, 1, 51))).toBe(false)
  })

  test('sequential: a node waits until it knows that what the session has seen is committed', () => {
    const chain = group({ read: 'sequential' })
    dirty(chain, 'tail')
    expect(chain.outcome(2).token).toBe(2)
    const op = readWith(chain, 0, 2)
    expect(chain.replies.has(op)).toBe(false)
    chain.deliver()
    expect(chain.outcome(op)).toMatchObject({ value: 8, token: 2 })
  })

  test('read-your-writes hands a position to writers only, monotonic-reads to readers only', () => {
    const mine = group({ read: 'read-your-writes' })
    dirty(mine, 'tail')
    expect(mine.outcome(2).token).toBe(2)
    expect(mine.outcome(read(mine, 1, 1)).token).toBe(null)
    const monotonic = group({ read: 'monotonic-reads' })
    dirty(monotonic, 'tail')
    expect(monotonic.outcome(2).token).toBe(null)
    expect(monotonic.outcome(read(monotonic, 2, 1)).token).toBe(2)
  })
})

describe('cut off from the masters', () => {
  test('consistency: requests wait for a lease and in the end fail for certain', () => {
    const chain = group({ read: 'eventual' }, { requestTimeoutMs: 700 })
    chain.advance(600)
    const ops = [read(chain, 0, 1), write(chain, 0, 1, 7)]
    tick(chain, 9, [0])
    for (const op of ops) expect(chain.outcome(op)).toMatchObject({ status: 'fail', error: 'unavailable' })
  })

  test('availability: reads are answered from what is committed here, writes wait all the same', () => {
    const chain = group({ read: 'eventual', onPartition: 'availability' })
    dirty(chain, 'middle')
    chain.drop()
    chain.advance(600)
    expect(chain.outcome(read(chain, 0, 1)).value).toBe(7)
    expect(chain.factCount('cut-off-read')).toBe(1)
    expect(chain.replies.has(write(chain, 0, 1, 9))).toBe(false)
  })

  test('a replica outside of the chain lets the tail answer', () => {
    const chain = chainCluster(4, { params: { chainLength: 3 }, consistency: { read: 'sequential' } })
    write(chain, 0, 1, 7)
    chain.deliver()
    const op = read(chain, 3, 1)
    expect(chain.replies.has(op)).toBe(false)
    among(chain, [0, 1, 2, 3])
    expect(chain.outcome(op).value).toBe(7)
  })
})
