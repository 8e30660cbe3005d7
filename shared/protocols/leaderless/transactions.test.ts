import { describe, expect, test } from 'vitest'
import { buildPlan } from '../../plan/build.ts'
import { Simulation } from '../../simulator/simulation.ts'
import { clientOf, replicaOf, topologyOf } from '../../testing/topologies.ts'
import { withDefaults } from '../../testing/with-defaults.ts'
import type { MixWorkload } from '../../topology/types.ts'
import { both, CLIENT, cluster, kind, to } from '../../testing/leaderless-cluster.ts'
import { Driver } from '../../testing/driver.ts'
import type { DriverSetup } from '../../testing/driver.ts'
import { createLeaderless, protocol } from './index.ts'
import { RULES } from './rules.ts'

const PARAMS = { lightweightTransactions: true, contentionMs: 20 }
const OTHER = CLIENT + 1
const PLAIN_MIX: MixWorkload = {
  kind: 'mix',
  mix: { read: 0, update: 0, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
  mixName: 'custom',
  keys: 1,
  distribution: { kind: 'uniform' },
  valueBytes: 10,
  scanLengthMax: 1,
}
const from = (place: number) => (sent: { from: number }) => sent.from === place

/** Three copies, two clients that coordinate; compare-and-set by Paxos. */
function transactions(setup: DriverSetup = {}) {
  return cluster({ clients: ['east', 'east'], ...setup, params: { ...PARAMS, ...setup.params } })
}

/** Everything by Paxos. */
const paxos = (setup: DriverSetup = {}) =>
  transactions({ ...setup, params: { registers: 'paxos', ...setup.params } })

describe('one transaction', () => {
  test('swaps where it finds what it expects, and says so where it does not', () => {
    const driver = transactions({ preloaded: 2 })
    const swap = driver.request(CLIENT, { f: 'cas', key: 1, value: 7, expected: 1 })
    driver.deliver()
    expect(driver.outcome(swap)).toMatchObject({ status: 'ok', value: 1 })
    const mismatch = driver.request(OTHER, { f: 'cas', key: 1, value: 8, expected: 1 })
    driver.deliver()
    expect(driver.outcome(mismatch)).toMatchObject({ status: 'ok', value: 0, version: null })
    const read = driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.outcome(read)).toMatchObject({ value: 7, version: driver.outcome(swap).version })
    expect(driver.factCount('cas-mismatch')).toBe(1)
  })

  test('an absent or deleted key holds 0', () => {
    const driver = paxos({ preloaded: 2 })
    const swaps = [
      driver.request(CLIENT, { f: 'delete', key: 1 }),
      driver.request(CLIENT, { f: 'cas', key: 5, value: 7, expected: 0 }),
    ]
    driver.deliver()
    swaps.push(driver.request(CLIENT, { f: 'cas', key: 1, value: 8, expected: 0 }))
    driver.deliver()
    expect(swaps.map((swap) => driver.outcome(swap).value)).toEqual([0, 1, 1])
  })

  test('is declined where transactions are off', () => {
    const driver = transactions({ params: { lightweightTransactions: false } })
    const swap = driver.request(CLIENT, { f: 'cas', key: 1, value: 7, expected: 0 })
    expect(driver.outcome(swap)).toMatchObject({ status: 'fail', error: 'refused' })
  })

  test('answers only once w members have the commit, so that reads by quorum see it', () => {
    const driver = transactions()
    const swap = driver.request(CLIENT, { f: 'cas', key: 1, value: 7, expected: 0 })
    driver.deliver((sent) => !kind('commit')(sent))
    driver.deliver(both(kind('commit'), to(0)))
    driver.deliver(kind('commitAck'))
    expect(driver.replies.has(swap)).toBe(false)
    driver.deliver(both(kind('commit'), to(1)))
    driver.deliver(kind('commitAck'))
    expect(driver.outcome(swap).value).toBe(1)
  })
})

describe('time limits say what is known', () => {
  const cas = { f: 'cas', key: 1, value: 7, expected: 0 } as const

  test('never proposed: did not happen', () => {
    const driver = transactions()
    const swap = driver.request(CLIENT, cas)
    driver.deliver(both(kind('prepare'), to(0)))
    driver.deliver(kind('promise'))
    driver.drop()
    driver.fire(CLIENT, 'deadline')
    expect(driver.outcome(swap)).toMatchObject({ status: 'fail', error: 'unavailable' })
  })

  test('proposed: somebody may yet finish it', () => {
    const driver = transactions()
    const swap = driver.request(CLIENT, cas)
    driver.deliver(kind('prepare'))
    driver.deliver(kind('promise'))
    driver.drop()
    driver.fire(CLIENT, 'deadline')
    expect(driver.outcome(swap)).toMatchObject({ status: 'info', error: 'write-timeout' })
  })
})

/** The first client's write has been accepted by replica 0 alone; its proposer has heard nothing of that. */
function halfAccepted(setup: DriverSetup = {}) {
  const driver = paxos(setup)
  const write = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
  driver.deliver(kind('prepare'))
  driver.deliver(kind('promise'))
  driver.deliver(both(kind('propose'), to(0)))
  driver.drop(kind('propose'))
  driver.advance(1)
  return { driver, write }
}

describe('a proposal left half done ("Paxos Made Simple", section 2.2: P2c)', () => {
  test('is finished by whoever is told of it, and only then comes the own', () => {
    const { driver } = halfAccepted()
    driver.drop()
    const swap = driver.request(OTHER, { f: 'cas', key: 1, value: 8, expected: 7 })
    driver.drop(to(2))
    driver.deliver()
    expect(driver.outcome(swap)).toMatchObject({ status: 'ok', value: 1 })
    expect(driver.factCount('paxos-repair')).toBe(1)
  })

  test('is forgotten once a majority that never saw it has chosen something else', () => {
    const { driver } = halfAccepted()
    driver.drop()
    const other = driver.request(OTHER, { f: 'write', key: 1, value: 8 })
    driver.deliver((sent) => sent.to !== 0 && sent.from !== 0)
    expect(driver.outcome(other).status).toBe('ok')
    driver.drop()
    // Replica 0 still tells of it, but a commit with a newer ballot is known beside it.
    const read = driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver((sent) => sent.to !== 2 && sent.from !== 2)
    expect(driver.outcome(read).value).toBe(8)
    expect(driver.factCount('paxos-repair')).toBe(0)
  })

  test('a SERIAL read that was told of it returns it; one that was not returns what was before', () => {
    const { driver } = halfAccepted()
    driver.drop()
    const without = driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver((sent) => sent.to !== 0 && sent.from !== 0)
    expect(driver.outcome(without).value).toBe(0)
    driver.drop()
    const told = driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver((sent) => sent.to !== 2 && sent.from !== 2)
    expect(driver.outcome(told).value).toBe(7)
  })

  test('its own proposer does not write again what another has finished and a third replaced', () => {
    const { driver, write } = halfAccepted()
    driver.drop()
    driver.request(OTHER, { f: 'cas', key: 1, value: 8, expected: 7 })
    driver.deliver()
    // Now it hears that its proposal was refused, and tries again.
    for (const place of [1, 2]) {
      driver.inject(place, {
        type: 'message',
        from: CLIENT,
        body: {
          kind: 'leaderless.propose',
          opId: write,
          ballot: { at: 864e12, by: CLIENT },
          cell: driver.state(CLIENT).transactions.get(write)!.own!,
        },
      })
    }
    driver.deliver()
    driver.fire(CLIENT, `contention/${write}`)
    driver.deliver()
    expect(driver.outcome(write)).toMatchObject({ status: 'info', error: 'write-timeout' })
    const read = driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.outcome(read).value).toBe(8)
  })

  test('a proposal that had an earlier ballot is not forgotten when all refuse the later one', () => {
    const { driver, write } = halfAccepted()
    const { own } = driver.state(CLIENT).transactions.get(write)!
    const proposeTo = (place: number, at: number) =>
      driver.inject(place, {
        type: 'message',
        from: CLIENT,
        body: { kind: 'leaderless.propose', opId: write, ballot: { at, by: CLIENT }, cell: own! },
      })
    driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver(kind('prepare'))
    driver.drop()
    for (const place of [1, 2]) proposeTo(place, 864e12)
    driver.deliver()
    // It tries again, finds its own proposal at replica 0, and proposes it anew; but before that arrives ...
    driver.fire(CLIENT, `contention/${write}`)
    driver.deliver(kind('prepare'))
    driver.deliver(kind('promise'))
    const { ballot } = driver.state(CLIENT).transactions.get(write)!
    driver.drop(kind('propose'))
    // ... all have promised themselves to another one, who finishes it and then writes something else.
    driver.advance(50)
    driver.request(OTHER, { f: 'cas', key: 1, value: 8, expected: 7 })
    driver.deliver(kind('prepare'))
    for (const place of [0, 1, 2]) proposeTo(place, ballot.at)
    driver.deliver()
    driver.fire(CLIENT, `contention/${write}`)
    driver.deliver()
    expect(driver.outcome(write)).toMatchObject({ status: 'info', error: 'write-timeout' })
    const read = driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.outcome(read).value).toBe(8)
  })

  test('its own proposer goes on with it where it finds it', () => {
    const { driver, write } = halfAccepted()
    // Another one's prepare overtakes it, and goes away.
    driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver(kind('prepare'))
    driver.drop()
    const { own } = driver.state(CLIENT).transactions.get(write)!
    for (const place of [1, 2]) {
      const ballot = { at: 864e12, by: CLIENT }
      driver.inject(place, {
        type: 'message',
        from: CLIENT,
        body: { kind: 'leaderless.propose', opId: write, ballot, cell: own! },
      })
    }
    driver.deliver()
    driver.fire(CLIENT, `contention/${write}`)
    driver.deliver()
    expect(driver.outcome(write)).toMatchObject({ status: 'ok', version: { at: own!.at, by: own!.by } })
    expect(driver.factCount('paxos-repair')).toBe(0)
  })
})

describe('acceptors', () => {
  test('a refusal of a message that was doubled does not deny that the first was accepted', () => {
    const { driver, write } = halfAccepted()
    const { own } = driver.state(CLIENT).transactions.get(write)!
    driver.drop()
    driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver(both(kind('prepare'), to(0)))
    driver.drop()
    driver.inject(0, {
      type: 'message',
      from: CLIENT,
      body: { kind: 'leaderless.propose', opId: write, ballot: { at: 864e12, by: CLIENT }, cell: own! },
    })
    expect(driver.network.map(({ body }) => body)).toMatchObject([{ isAccepted: false, isNever: false }])
  })

  test('keep their promises and what they accepted over a crash', () => {
    const { driver } = halfAccepted({ holdsDisk: false })
    const before = driver.state(0).acceptors.get(1)
    driver.crash(0)
    driver.boot(0)
    expect(driver.state(0).acceptors.get(1)).toEqual(before)
    expect(before?.accepted?.cell.value).toBe(7)
  })

  test('answer nothing before it would survive one', () => {
    const driver = paxos({ holdsDisk: true })
    for (let place = 0; place < 5; place++) driver.flush(place)
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver(kind('prepare'))
    expect(driver.network).toHaveLength(0)
    driver.flush(1)
    expect(driver.network.map((sent) => sent.from)).toEqual([1])
  })

  test('nor does a coordinator that is one count itself before', () => {
    const driver = paxos({ holdsDisk: true, params: { coordinator: 'replica', n: 1, r: 1, w: 1 } })
    driver.flush(0)
    const write = driver.request(0, { f: 'write', key: 1, value: 7 })
    const flushes: boolean[] = []
    for (let phase = 0; phase < 3; phase++) {
      flushes.push(driver.replies.has(write))
      driver.flush(0)
    }
    expect(flushes).toEqual([false, false, false])
    expect(driver.outcome(write).status).toBe('ok')
  })
})

describe('duels', () => {
  test('overtaken proposers pause, each for a random time of its own, and one of them gets through', () => {
    const driver = paxos()
    const writes = [CLIENT, OTHER].map((client, index) =>
      driver.request(client, { f: 'write', key: 1, value: 7 + index }),
    )
    driver.deliver()
    const [first, second] = writes
    expect(driver.factCount('paxos-contention')).toBeGreaterThan(0)
    if (!driver.replies.has(first)) driver.fire(CLIENT, `contention/${first}`)
    else driver.fire(OTHER, `contention/${second}`)
    driver.deliver()
    expect(writes.map((write) => driver.outcome(write).status)).toEqual(['ok', 'ok'])
  })
})

test('two that finish the same proposal in turn do not go on for ever', () => {
  const { manifest } = protocol
  const topology = topologyOf({
    replicas: [replicaOf('r1')],
    clients: [clientOf('c1', { sessions: 4, loop: { open: { ratePerS: 400 } }, timeoutMs: 300 })],
    replication: {
      strategy: 'leaderless',
      params: { n: 1, r: 1, w: 1, lightweightTransactions: true, contentionMs: 9 },
    },
    workload: {
      ...PLAIN_MIX,
      mix: { ...PLAIN_MIX.mix, read: 0.2, update: 0.2, compareAndSet: 0.6 },
      keys: 2,
    },
    // What waits for a slow disk comes at one instant once it is quick again, and a single replica has no other delays.
    faults: [{ kind: 'slow-disk', replica: 'r1', fsync: 11, atMs: 90, forMs: 98 }],
    run: { durationMs: 400, warmupMs: 0, seed: 4, timeScale: 1 },
  })
  const simulation = new Simulation(buildPlan(withDefaults(topology, manifest)), protocol)
  expect(simulation.advance(50_000)).toBe(true)
})

describe('by other rules than its own it breaks', () => {
  test('without finishing what it finds, a chosen value is lost', () => {
    const driver = new Driver(createLeaderless({ ...RULES, mustFinish: () => false }), {
      clients: ['east', 'east'],
      params: { ...PARAMS, coordinator: 'client', registers: 'paxos', hintedHandoff: false },
    })
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver((sent) => sent.body.kind !== 'leaderless.commit')
    driver.deliver(both(kind('commit'), to(0)))
    driver.drop()
    const read = driver.request(OTHER, { f: 'read', key: 1 })
    driver.deliver((sent) => sent.to !== 0 && from(0)(sent) === false)
    // Chosen by a majority, yet not to be seen.
    expect(driver.state(CLIENT).writes.get(write)?.cell.value).toBe(7)
    expect(driver.outcome(read).value).toBe(0)
  })
})
