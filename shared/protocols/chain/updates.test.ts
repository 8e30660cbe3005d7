import { describe, expect, test } from 'vitest'
import {
  chainCluster,
  nodesAt,
  read,
  tick,
  TICKS_TO_EXCLUDE,
  valuesAt,
  write,
} from '../../testing/chain-cluster.ts'

/** Sections of van Renesse and Schneider, "Chain Replication for Supporting High Throughput and Availability", 2004. */

describe('§2 the protocol without failures', () => {
  test('a write goes from the head to the tail, which answers; then the news goes back', () => {
    const chain = chainCluster(3)
    const op = write(chain, 0, 1, 7)
    const hops: string[] = []
    while (chain.network.length > 0) {
      const [{ from, to, body }] = chain.network
      hops.push(`${from} ${body.kind} ${to}, answered: ${chain.replies.has(op)}`)
      chain.deliver((sent) => sent === chain.network[0] && sent.body === body)
    }
    expect(hops).toEqual([
      '0 chain.update 1, answered: false',
      '1 chain.update 2, answered: false',
      '2 chain.ack 1, answered: true',
      '1 chain.ack 0, answered: true',
    ])
    expect(chain.outcome(op)).toMatchObject({ status: 'ok', version: { at: 1, by: 1 } })
    expect(chain.members.map((place) => chain.state(place).store.committed)).toEqual([1, 1, 1])
    expect(new Set(chain.digests()).size).toBe(1)
  })

  test('writes are pipelined: none waits for the one before it', () => {
    const chain = chainCluster(3)
    const ops = [7, 8, 9].map((value) => write(chain, 0, 1, value))
    expect(chain.network.filter(({ body }) => body.kind === 'chain.update')).toHaveLength(3)
    chain.deliver()
    expect(ops.map((op) => chain.outcome(op).version?.at)).toEqual([1, 2, 3])
  })

  test('no more are under way than the pipeline holds; the next is declined for certain', () => {
    const chain = chainCluster(3, { params: { pendingMax: 2 } })
    const ops = [7, 8, 9].map((value) => write(chain, 0, 1, value))
    expect(chain.outcome(ops[2])).toMatchObject({ status: 'fail', error: 'overloaded' })
  })

  test('a write that the network doubled is not declined while the first is on hold', () => {
    const chain = chainCluster(3, { params: { pendingMax: 1 } })
    const op = { f: 'write' as const, key: 1, value: 7, expected: 0, count: 0, bytes: 10 }
    const session = { process: 9, sequence: 1, token: null }
    // The head has heard of nobody for long and puts it on hold.
    chain.advance(60_000)
    for (let copy = 0; copy < 2; copy++) chain.inject(0, { type: 'request', opId: 900, op, session })
    expect(chain.replies.has(900)).toBe(false)
    tick(chain, 2)
    chain.deliver()
    expect(chain.outcome(900)).toMatchObject({ status: 'ok', version: { at: 1 } })
  })

  test('a node that is not the head names it, or passes the write on', () => {
    const redirecting = chainCluster(3)
    expect(redirecting.outcome(write(redirecting, 1, 1, 7))).toMatchObject({
      error: 'not-leader',
      redirect: 0,
    })
    const forwarding = chainCluster(3, { params: { requestsElsewhere: 'forward' } })
    const op = write(forwarding, 1, 1, 7)
    forwarding.deliver()
    expect(forwarding.outcome(op).status).toBe('ok')
  })

  test('with reads at the tail no other node answers', () => {
    const chain = chainCluster(3, { params: { reads: 'tail' } })
    expect(chain.outcome(read(chain, 0, 1))).toMatchObject({ error: 'not-leader', redirect: 2 })
    expect(chain.outcome(read(chain, 2, 1))).toMatchObject({ status: 'ok' })
  })

  test('the head decides a compare-and-swap by what is under way; its answer has a place in the order', () => {
    const chain = chainCluster(3)
    write(chain, 0, 1, 7)
    const cas = (expected: number, value: number) =>
      chain.request(0, { f: 'cas', key: 1, value, ...{ expected } }, value)
    const [hit, miss] = [cas(7, 8), cas(7, 9)]
    expect(chain.replies.size).toBe(0)
    chain.deliver()
    expect(chain.outcome(hit)).toMatchObject({ value: 1, version: { at: 2 } })
    expect(chain.outcome(miss)).toMatchObject({ status: 'ok', value: 0, version: null })
    expect(chain.outcome(read(chain, 1, 1)).value).toBe(8)
  })

  test('a chain of one is head and tail', () => {
    const chain = chainCluster(1)
    expect(chain.outcome(write(chain, 0, 1, 7)).status).toBe('ok')
    expect(chain.outcome(read(chain, 0, 1)).value).toBe(7)
  })
})

describe('the links between nodes', () => {
  test('a lost update is sent again once its successor has not had it for a while', () => {
    const chain = chainCluster(3)
    const op = write(chain, 0, 1, 7)
    chain.drop()
    tick(chain, 1)
    expect(chain.replies.has(op)).toBe(false)
    tick(chain, 2)
    expect(chain.outcome(op).status).toBe('ok')
    expect(chain.factCount('resent')).toBe(1)
  })

  test('updates that overtake others wait for them', () => {
    const chain = chainCluster(2)
    const ops = [7, 8, 9].map((value) => write(chain, 0, 1, value))
    chain.network.reverse()
    chain.deliver()
    expect(valuesAt(chain, 1)).toEqual([7, 8, 9])
    for (const op of ops) expect(chain.outcome(op).status).toBe('ok')
    expect(chain.factCount('resent')).toBe(0)
  })

  test('a doubled update is taken once', () => {
    const chain = chainCluster(2)
    write(chain, 0, 1, 7)
    chain.duplicate(({ body }) => body.kind === 'chain.update')
    chain.deliver()
    expect(valuesAt(chain, 1)).toEqual([7])
  })

  test('a lost acknowledgement: the next question is answered with what is committed', () => {
    const chain = chainCluster(2)
    write(chain, 0, 1, 7)
    chain.deliver(({ body }) => body.kind === 'chain.update')
    chain.drop()
    expect(chain.state(0).store.committed).toBe(0)
    tick(chain)
    expect(chain.state(0).store.committed).toBe(1)
  })
})

describe('the disk', () => {
  test('an update goes on, and is confirmed, once it would survive a crash', () => {
    const chain = chainCluster(2, { holdsDisk: true })
    for (const place of chain.members) chain.flush(place)
    chain.deliver()
    const op = write(chain, 0, 1, 7)
    expect(chain.network).toEqual([])
    chain.flush(0)
    chain.deliver()
    expect(valuesAt(chain, 1)).toEqual([7])
    expect(chain.replies.has(op)).toBe(false)
    chain.flush(1)
    expect(chain.outcome(op).status).toBe('ok')
  })

  test('a node that restarts before it is missed goes on where it was', () => {
    const chain = chainCluster(3)
    const op = write(chain, 0, 1, 7)
    chain.deliver(({ to }) => to === 1)
    chain.crash(1)
    chain.boot(1)
    tick(chain, 3)
    expect(chain.outcome(op).status).toBe('ok')
    expect(nodesAt(chain, 0)).toEqual([0, 1, 2])
    expect(valuesAt(chain, 2)).toEqual([7])
  })

  test('after a power loss everywhere the chain has all that was confirmed', () => {
    const chain = chainCluster(3)
    write(chain, 0, 1, 7)
    chain.deliver()
    for (const place of chain.members) chain.crash(place)
    // The new life of the tail does not know what it has answered, and may do so again.
    chain.replies.clear()
    for (const place of chain.members) chain.boot(place)
    tick(chain, 3)
    expect(chain.outcome(read(chain, 2, 1)).value).toBe(7)
  })
})

describe('§3 requests that are sent again', () => {
  const again = { f: 'write', key: 1, value: 7, expected: 0, count: 0, bytes: 10 } as const
  const retry = (chain: ReturnType<typeof chainCluster>, place: number) =>
    chain.inject(place, {
      type: 'request',
      opId: 900,
      op: again,
      session: { process: 7, sequence: 1, token: null },
    })

  test('a write that was done is not done again, and answered alike', () => {
    const chain = chainCluster(3)
    const op = write(chain, 0, 1, 7)
    chain.deliver()
    retry(chain, 0)
    expect(chain.outcome(900)).toEqual(chain.outcome(op))
    expect(chain.state(0).history.last).toBe(1)
  })

  test('while it is under way, both attempts are answered when it is done', () => {
    const chain = chainCluster(3)
    const op = write(chain, 0, 1, 7)
    retry(chain, 0)
    expect(chain.replies.size).toBe(0)
    chain.deliver()
    expect(chain.outcome(900)).toEqual(chain.outcome(op))
    expect(chain.state(0).history.last).toBe(1)
  })

  test('a new head knows what the old one had passed on', () => {
    const chain = chainCluster(3)
    const op = write(chain, 0, 1, 7)
    chain.deliver(({ to }) => to !== 0)
    chain.crash(0)
    tick(chain, TICKS_TO_EXCLUDE, [1, 2])
    retry(chain, 1)
    expect(chain.outcome(900)).toEqual(chain.outcome(op))
  })
})
