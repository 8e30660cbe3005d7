import { describe, expect, test } from 'vitest'
import {
  among,
  chainCluster,
  settleMasters,
  nodesAt,
  read,
  tick,
  TICKS_TO_EXCLUDE,
  valuesAt,
  write,
} from '../../testing/chain-cluster.ts'

/** Sections of van Renesse and Schneider, 2004, on failures; and what they leave to the master. */

const LINEARIZABLE = { consistency: { read: 'linearizable' } } as const

describe('§3.1 failure of the head', () => {
  test('its successor becomes the head; what had been passed on is done, what had not is lost', () => {
    const chain = chainCluster(3)
    const passedOn = write(chain, 0, 1, 7)
    chain.deliver(({ to }) => to === 1)
    const lost = write(chain, 0, 1, 8)
    chain.crash(0)
    tick(chain, TICKS_TO_EXCLUDE, [1, 2])
    expect(nodesAt(chain, 2)).toEqual([1, 2])
    expect(chain.outcome(passedOn).status).toBe('ok')
    expect(chain.replies.has(lost)).toBe(false)
    const next = write(chain, 1, 1, 9)
    chain.deliver()
    expect(chain.outcome(next).version).toEqual({ at: 2, by: 2 })
    expect(chain.factCount('head-failed')).toBe(1)
  })
})

describe('§3.2 failure of the tail', () => {
  test('its predecessor becomes the tail, and confirms all that it has', () => {
    const chain = chainCluster(3)
    const op = write(chain, 0, 1, 7)
    chain.deliver(({ to }) => to === 1)
    chain.crash(2)
    tick(chain, TICKS_TO_EXCLUDE, [0, 1])
    expect(nodesAt(chain, 0)).toEqual([0, 1])
    expect(chain.outcome(op).status).toBe('ok')
    expect(chain.factCount('tail-failed')).toBe(1)
  })
})

describe('§3.3 failure in the middle', () => {
  test('its predecessor sends its successor what that has not got', () => {
    const chain = chainCluster(3)
    const ops = [7, 8, 9].map((value) => write(chain, 0, 1, value))
    chain.drop(({ to }) => to === 1)
    expect(valuesAt(chain, 2)).toEqual([])
    chain.crash(1)
    tick(chain, TICKS_TO_EXCLUDE, [0, 2])
    expect(nodesAt(chain, 2)).toEqual([0, 2])
    expect(valuesAt(chain, 2)).toEqual([7, 8, 9])
    for (const op of ops) expect(chain.outcome(op).status).toBe('ok')
    expect(chain.factCount('middle-failed')).toBe(1)
  })
})

describe('§3.4 extending the chain', () => {
  test('a replica that returns enters as the tail', () => {
    const chain = chainCluster(3)
    write(chain, 0, 1, 7)
    chain.deliver()
    chain.crash(0)
    tick(chain, TICKS_TO_EXCLUDE, [1, 2])
    write(chain, 1, 1, 8)
    chain.deliver()
    chain.boot(0)
    tick(chain, 6)
    expect(nodesAt(chain, 1)).toEqual([1, 2, 0])
    expect(chain.state(1).configuration.joining).toBe(-1)
    expect(new Set(chain.digests()).size).toBe(1)
    expect(chain.factCount('state-sent')).toBe(0)
  })

  test('what is too old for the history kept comes as a state, in chunks', () => {
    const chain = chainCluster(3, { params: { catchUpUpdates: 2, snapshotChunkBytes: 50 } })
    chain.crash(0)
    tick(chain, TICKS_TO_EXCLUDE, [1, 2])
    for (let key = 0; key < 9; key++) write(chain, 1, key, 10 + key)
    chain.deliver()
    chain.boot(0)
    tick(chain, 6)
    expect(nodesAt(chain, 1)).toEqual([1, 2, 0])
    expect(chain.factCount('state-installed')).toBe(1)
    expect(new Set(chain.digests()).size).toBe(1)
    // What it got as a state it has on its disk.
    for (const place of chain.members) chain.crash(place)
    chain.replies.clear()
    for (const place of chain.members) chain.boot(place)
    tick(chain, 3)
    expect(chain.outcome(read(chain, 0, 4)).value).toBe(14)
  })

  test('one that waits in reserve takes the place of one that fails', () => {
    const chain = chainCluster(4, { params: { chainLength: 3 } })
    write(chain, 0, 1, 7)
    chain.deliver()
    expect(valuesAt(chain, 3)).toEqual([])
    chain.crash(1)
    tick(chain, TICKS_TO_EXCLUDE + 6, [0, 2, 3])
    expect(nodesAt(chain, 0)).toEqual([0, 2, 3])
    expect(valuesAt(chain, 3)).toEqual([7])
  })

  test('a newcomer whose disk is slow is sent no more at a time than the chain has under way', () => {
    const chain = chainCluster(3, { params: { pendingMax: 2 } })
    chain.crash(2)
    tick(chain, TICKS_TO_EXCLUDE, [0, 1])
    chain.boot(2)
    for (let i = 0; i < 10 && chain.state(1).joinerFeed === null; i++) {
      for (const place of chain.members) chain.fire(place, 'tick')
      chain.deliver(({ to, body }) => to === 1 || body.kind !== 'chain.update')
    }
    expect(chain.state(1).joinerFeed).toMatchObject({ to: 2, mode: 'stream' })
    chain.drop()
    for (let value = 1; value <= 6; value++) {
      write(chain, 0, 1, value)
      chain.deliver(({ from, to }) => from !== 2 && to !== 2)
    }
    expect(chain.state(1).store.committed).toBe(6)
    const sent = chain.network.flatMap(({ to, body }) =>
      to === 2 && body.kind === 'chain.update' ? body.updates : [],
    )
    expect(sent.map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('a newcomer that is the tail answers nothing before it has all that was confirmed without it', () => {
    const chain = chainCluster(3, LINEARIZABLE)
    chain.crash(2)
    tick(chain, TICKS_TO_EXCLUDE, [0, 1])
    chain.boot(2)
    const op = write(chain, 0, 1, 7)
    // The old tail has not got the write yet, nor does it hear of the newcomer.
    const isLate = ({ to, body }: (typeof chain.network)[number]) =>
      to === 1 && (body.kind === 'chain.update' || body.kind === 'chain.configuration')
    for (let i = 0; i < 4; i++) {
      for (const place of chain.members) chain.fire(place, 'tick')
      chain.deliver((sent) => !isLate(sent))
    }
    expect(chain.state(2).configuration).toMatchObject({ epoch: 3, nodes: [0, 1, 2], joining: 2 })
    chain.deliver(({ to, body }) => to === 1 && body.kind === 'chain.update' && body.updates.length > 0)
    expect(chain.outcome(op).status).toBe('ok')
    const early = read(chain, 2, 1)
    expect(chain.replies.has(early)).toBe(false)
    tick(chain, 4)
    expect(chain.state(2).configuration).toMatchObject({ epoch: 4, joining: -1 })
    expect(chain.outcome(early).value).toBe(7)
  })
})

describe('a false suspicion', () => {
  test('a tail that was left out has no lease by then, and answers nothing', () => {
    const chain = chainCluster(3, LINEARIZABLE)
    tick(chain, TICKS_TO_EXCLUDE, [0, 1])
    expect(nodesAt(chain, 0)).toEqual([0, 1])
    expect(nodesAt(chain, 2)).toEqual([0, 1, 2])
    write(chain, 0, 1, 7)
    among(chain, [0, 1])
    const op = read(chain, 2, 1)
    expect(chain.replies.has(op)).toBe(false)
    // Back in touch, it asks whoever is the tail.
    tick(chain, 2)
    expect(chain.outcome(op).value).toBe(7)
  })

  test('a head that was left out gets nothing into the chain, and gives up what it had', () => {
    const chain = chainCluster(3)
    const op = write(chain, 0, 1, 7)
    chain.drop()
    tick(chain, TICKS_TO_EXCLUDE, [1, 2])
    chain.deliver()
    write(chain, 1, 1, 8)
    chain.deliver()
    expect(valuesAt(chain, 0)).toEqual([7])
    tick(chain, 8)
    expect(chain.replies.has(op)).toBe(false)
    expect(nodesAt(chain, 0)).toEqual([1, 2, 0])
    expect(valuesAt(chain, 0)).toEqual([8])
  })

  test('messages of an earlier epoch count for nothing', () => {
    const chain = chainCluster(3)
    write(chain, 0, 1, 7)
    const [late] = chain.network.splice(0)
    tick(chain, TICKS_TO_EXCLUDE, [1, 2])
    chain.inject(1, { type: 'message', from: late.from, body: late.body })
    expect(valuesAt(chain, 1)).toEqual([])
    expect(chain.network.at(-1)?.body.kind).toBe('chain.configuration')
  })

  test('a node that crashed between the news that it was left out and the truncation gives up its history', () => {
    const chain = chainCluster(3, { holdsDisk: true })
    const flush = () => chain.members.forEach((place) => chain.flush(place))
    flush()
    chain.deliver()
    write(chain, 0, 1, 7)
    chain.flush(0)
    chain.drop()
    const configuration = { epoch: 2, nodes: [1, 2], joining: -1 }
    chain.inject(0, {
      type: 'message',
      from: 1,
      body: { kind: 'chain.configuration', ballot: 4097, configuration },
    })
    expect(valuesAt(chain, 0)).toEqual([])
  })

  test('a node that hears no answers is left out although it can be heard', () => {
    const chain = chainCluster(3)
    // Its last answered heartbeat has to be old, and then all that followed.
    for (let i = 0; i < 2 * TICKS_TO_EXCLUDE; i++) {
      for (const place of chain.members) chain.fire(place, 'tick')
      for (const settle of [() => undefined, settleMasters]) {
        for (const place of chain.members) settle(chain, place)
        do chain.drop(({ to }) => to === 2)
        while (chain.deliver(({ to }) => to !== 2) > 0)
      }
    }
    expect(nodesAt(chain, 0)).toEqual([0, 1])
  })

  test('a link that broke between two nodes that the masters hear costs the second its place', () => {
    const chain = chainCluster(4)
    for (let i = 0; i < TICKS_TO_EXCLUDE + 2; i++) {
      for (const place of chain.members) chain.fire(place, 'tick')
      const isCut = ({ from, to, body }: (typeof chain.network)[number]) =>
        from === 1 && to === 2 && body.kind === 'chain.update'
      do chain.drop(isCut)
      while (chain.deliver((sent) => !isCut(sent)) > 0)
      for (const place of chain.members) settleMasters(chain, place)
      chain.deliver((sent) => !isCut(sent))
      if (nodesAt(chain, 0).length < 4) break
    }
    expect(nodesAt(chain, 0)).toEqual([0, 1, 3])
  })
})
