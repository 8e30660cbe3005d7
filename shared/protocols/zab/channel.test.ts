import { describe, expect, test } from 'vitest'
import { Rng } from '../../base/rng.ts'
import { leaderOf, settleAmong, underWay, zabCluster } from '../../testing/zab-cluster.ts'
import type { Zab } from '../../testing/zab-cluster.ts'

const write = (zab: Zab, value: number) => zab.request(0, { f: 'write', key: 1, value }, value)

function pair(): Zab {
  const zab = zabCluster(2)
  settleAmong(zab, [0, 1])
  expect(leaderOf(zab)).toBe(1)
  for (const place of [0, 1]) if (zab.isArmed(place, 'channel')) zab.fire(place, 'channel')
  zab.deliver()
  return zab
}

describe('channels', () => {
  test('what is lost is sent again after the time limit', () => {
    const zab = pair()
    const op = write(zab, 7)
    zab.drop()
    zab.advance(300)
    zab.fire(0, 'channel')
    expect(zab.factCount('retransmission')).toBe(1)
    zab.deliver()
    expect(zab.outcome(op).status).toBe('ok')
  })

  test('a connection that finds no leader yet is tried again sooner: after 100 ms, and each time', () => {
    const zab = zabCluster(2)
    // Both settle on place 1, which learns it last: whoever follows it connects too early.
    zab.deliver()
    zab.fire(0, 'finalize')
    expect(zab.state(0).role).toBe('following')
    for (let retry = 1; retry <= 3; retry++) {
      zab.deliver()
      expect(zab.state(1).role).toBe('looking')
      zab.advance(99)
      zab.fire(0, 'channel')
      expect(zab.factCount('retransmission')).toBe(retry - 1)
      zab.advance(1)
      zab.fire(0, 'channel')
      expect(zab.factCount('retransmission')).toBe(retry)
    }
    zab.fire(1, 'finalize')
    zab.deliver()
    expect(zab.state(0).following?.stage).toBe('serving')
  })

  test('or after three acknowledgements that say the same', () => {
    const zab = pair()
    const ops = [11, 12, 13, 14].map((value) => write(zab, value))
    zab.network.splice(0, 1)
    zab.deliver()
    expect(zab.factCount('retransmission')).toBe(1)
    for (const op of ops) expect(zab.outcome(op).status).toBe('ok')
  })

  test('packets that come early wait for their turn, and doubled ones are delivered once', () => {
    const zab = pair()
    for (const value of [11, 12, 13]) write(zab, value)
    zab.duplicate(({ body }) => body.kind === 'zab.request')
    zab.network.reverse()
    zab.deliver()
    const { log } = zab.state(1)
    expect(log.entries.map(({ value }) => value)).toEqual([11, 12, 13])
  })

  test('packets of an earlier life of either end are refused, and the other end learns of it', () => {
    const zab = pair()
    write(zab, 7)
    zab.crash(1)
    zab.boot(1)
    zab.advance(300)
    zab.fire(0, 'channel')
    zab.deliver()
    expect(zab.state(0).role).toBe('looking')
    settleAmong(zab, [0, 1])
    expect(zab.state(leaderOf(zab)).lead?.epoch).toBe(2)
  })

  test('a connection that was followed by another is not revived by its late beginning', () => {
    const zab = zabCluster(2)
    for (const place of [0, 1]) zab.deliver(({ to }) => to === place)
    zab.deliver()
    for (const place of [0, 1]) zab.fire(place, 'finalize')
    const late = zab.network.find(({ body }) => body.kind === 'zab.followerInfo')
    zab.deliver()
    zab.crash(0)
    zab.boot(0)
    // A ping finds out that the connection is gone, and with it the quorum.
    for (let half = 0; half < 2; half++) {
      zab.fire(1, 'tick')
      zab.deliver()
    }
    settleAmong(zab, [0, 1])
    const link = zab.state(0).following?.channel.link
    if (late === undefined) throw new Error('nobody connected')
    zab.inject(1, { type: 'message', from: 0, body: late.body })
    zab.deliver()
    expect(zab.state(1).lead?.learners.get(0)?.channel.link).toBe(link)
    expect(zab.state(0).following?.stage).toBe('serving')
  })

  test('whatever the network loses, doubles and reorders, everything arrives once and in order', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rng = Rng.stream(seed, 'channel')
      const zab = pair()
      const ops = Array.from({ length: 30 }, (_, i) => write(zab, 100 + i))
      for (let turn = 0; turn < 3_000 && ops.some((op) => !zab.replies.has(op)); turn++) {
        if (zab.network.length === 0 || rng.below(8) === 0) {
          zab.advance(100)
          for (const place of [0, 1]) if (zab.isArmed(place, 'channel')) zab.fire(place, 'channel')
          continue
        }
        const chosen = zab.network[rng.below(zab.network.length)]
        const fate = rng.below(10)
        if (fate < 2) zab.drop((sent) => sent === chosen)
        else if (fate < 4) zab.duplicate((sent) => sent === chosen)
        else {
          let isDone = false
          zab.deliver((sent) => !isDone && sent === chosen && (isDone = true))
        }
      }
      expect(zab.state(1).log.entries.map(({ value }) => value)).toEqual(ops.map((_, i) => 100 + i))
      for (const op of ops) expect(zab.outcome(op).status).toBe('ok')
    }
  })

  test('acknowledgements travel with what goes the same way, or after a while alone', () => {
    const zab = pair()
    write(zab, 7)
    zab.deliver()
    expect(underWay(zab, 'zab.commit')).toEqual([])
    expect(zab.state(0).following?.channel.owesAck).toBe(true)
    zab.fire(0, 'channel')
    expect(zab.network.map(({ body }) => body.kind)).toEqual(['zab.channelAck'])
  })
})
