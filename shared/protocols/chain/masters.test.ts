import { describe, expect, test } from 'vitest'
import {
  chainCluster,
  nodesAt,
  read,
  settleMasters,
  tick,
  TICKS_TO_EXCLUDE,
  write,
} from '../../testing/chain-cluster.ts'
import type { Chain } from '../../testing/chain-cluster.ts'

/** The masters: one register of Paxos, and the leases that guard its changes. */

const configuration = (epoch: number, nodes: number[]) => ({ epoch, nodes, joining: -1 })

/** Phase 2 of a ballot as a proposer would send it. */
const accept = (chain: Chain, place: number, ballot: number, nodes: number[]) =>
  chain.inject(place, {
    type: 'message',
    from: 2,
    body: { kind: 'chain.accept', ballot, configuration: configuration(2, nodes) },
  })

describe('leases', () => {
  test('a master accepts no chain without a node before its lease has run out', () => {
    const chain = chainCluster(3)
    accept(chain, 0, 5000, [0, 2])
    expect(chain.state(0).acceptor).toMatchObject({ promised: 5000, acceptedBallot: 0 })
    chain.fire(0, 'deferred')
    expect(chain.nowNs).toBe(500e6)
    expect(chain.state(0).acceptor).toMatchObject({ acceptedBallot: 5000, accepted: { nodes: [0, 2] } })
  })

  test('meanwhile it grants that node no other', () => {
    const chain = chainCluster(3)
    accept(chain, 0, 5000, [0, 2])
    tick(chain)
    expect(chain.state(0).mastery?.members.get(1)?.leasedUntilNs).toBe(500e6)
    expect(chain.state(0).mastery?.members.get(2)?.leasedUntilNs).toBe(600e6)
  })

  test('a chain that keeps everybody is accepted at once', () => {
    const chain = chainCluster(4, { params: { chainLength: 3, masters: 3 } })
    accept(chain, 0, 5000, [0, 1, 2, 3])
    expect(chain.state(0).acceptor?.acceptedBallot).toBe(5000)
  })

  test('a master that restarted does not know whom it granted leases, so it waits for as long as any could last', () => {
    const chain = chainCluster(3)
    chain.advance(400)
    chain.crash(0)
    chain.boot(0)
    accept(chain, 0, 5000, [0, 2])
    expect(chain.state(0).acceptor?.acceptedBallot).toBe(0)
    chain.fire(0, 'deferred')
    expect(chain.nowNs).toBe(900e6)
    expect(chain.state(0).acceptor?.acceptedBallot).toBe(5000)
  })

  test('no lease for an epoch other than the one last accepted', () => {
    const chain = chainCluster(4, { params: { chainLength: 3, masters: 3 } })
    for (const place of [0, 1]) accept(chain, place, 5000, [0, 1, 2, 3])
    chain.drop()
    chain.advance(500)
    tick(chain, 1, [2, 0, 1])
    expect(chain.replies.has(read(chain, 2, 1))).toBe(false)
  })

  test('an answer to an earlier life is none', () => {
    const chain = chainCluster(3, { consistency: { read: 'linearizable' } })
    chain.advance(5_000)
    for (const place of chain.members) chain.fire(place, 'tick')
    chain.deliver(({ body }) => body.kind === 'chain.heartbeat')
    const grants = chain.network.filter(({ to, body }) => to === 2 && body.kind === 'chain.grant')
    chain.crash(2)
    chain.boot(2)
    for (const { from, body } of grants) chain.inject(2, { type: 'message', from, body })
    expect(chain.replies.has(read(chain, 2, 1))).toBe(false)
  })
})

describe('Paxos', () => {
  test('a proposal that may have been chosen is finished before anything else is', () => {
    const chain = chainCluster(3)
    chain.advance(500)
    // A proposer that has failed since got master 1 to accept.
    accept(chain, 1, 5000, [0, 1])
    chain.drop()
    chain.log.length = 0
    tick(chain, TICKS_TO_EXCLUDE, [1, 2])
    const proposed = chain.log.filter((line) => line.startsWith('r1 → r2 chain.accept '))
    expect(proposed[0]).toMatch(/epoch 2, nodes \[0, 1\]/)
    expect(proposed[1]).toMatch(/epoch 3, nodes \[1\]/)
  })

  test.each([
    ['the first of the masters has accepted', [0, 1]],
    ['others have accepted', [1, 2]],
  ])('a proposal whose proposer is gone is brought to its end, though nobody wants a change: %s', (_, by) => {
    const chain = chainCluster(4, { params: { masters: 3 } })
    chain.advance(500)
    tick(chain)
    for (const place of by) {
      accept(chain, place, 5000, [0, 1, 2])
      settleMasters(chain, place)
    }
    chain.drop()
    tick(chain, 2 * TICKS_TO_EXCLUDE)
    // Replica 3 has been there all the time, and joins again.
    for (const place of [0, 1, 2]) {
      expect(chain.state(place).configuration.epoch).toBeGreaterThan(1)
      expect(chain.state(place).mastery?.openSinceNs).toBeNull()
    }
    const id = write(chain, 0, 1, 7)
    tick(chain)
    expect(chain.replies.get(id)).toMatchObject({ status: 'ok' })
  })

  test('a master that has promised more refuses, and the proposer tries again later', () => {
    const chain = chainCluster(3)
    chain.inject(1, { type: 'message', from: 2, body: { kind: 'chain.prepare', ballot: 9_000_000 } })
    chain.drop()
    chain.log.length = 0
    tick(chain, TICKS_TO_EXCLUDE, [0, 1])
    const prepared = chain.log.filter((line) => line.startsWith('r0 → r1 chain.prepare '))
    expect(prepared).toHaveLength(2)
    expect(prepared[1]).toMatch(/ballot 90/)
    expect(nodesAt(chain, 1)).toEqual([0, 1])
  })

  test('a minority of the masters changes nothing, and the chain goes on as long as it is whole', () => {
    const chain = chainCluster(5, { params: { masters: 5, chainLength: 2 } })
    for (const place of [2, 3, 4]) chain.crash(place)
    tick(chain, TICKS_TO_EXCLUDE, [0, 1])
    expect(nodesAt(chain, 0)).toEqual([0, 1])
    const op = write(chain, 0, 1, 7)
    expect(chain.replies.has(op)).toBe(false)
    chain.boot(2)
    tick(chain, 1, [0, 1, 2])
    expect(chain.outcome(op).status).toBe('ok')
  })

  test('a promise and what was accepted survive a crash', () => {
    const chain = chainCluster(3)
    chain.advance(500)
    accept(chain, 0, 5000, [0, 1])
    chain.crash(0)
    chain.boot(0)
    expect(chain.state(0).acceptor).toEqual({
      promised: 5000,
      acceptedBallot: 5000,
      accepted: configuration(2, [0, 1]),
    })
  })
})
