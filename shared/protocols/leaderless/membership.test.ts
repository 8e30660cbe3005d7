import { describe, expect, test } from 'vitest'
import { both, CLIENT, cluster, kind, to } from '../../testing/leaderless-cluster.ts'
import type { DriverSetup } from '../../testing/driver.ts'

const NEWCOMER = 3
const LEAVER = 2
const NEXT = { type: 'members', members: [0, 1, NEWCOMER], spares: [4] } as const

/** Five replicas of which three hold the shard, in a change from 0, 1, 2 to 0, 1, 3; nothing of it delivered yet. */
function moving(setup: DriverSetup = {}) {
  const driver = cluster({ ...setup, params: { durability: 'fsync', ...setup.params } })
  return { driver, begin: () => driver.inject(NEWCOMER, NEXT) }
}

type Cluster = ReturnType<typeof cluster>

const epochs = (driver: Cluster) => [0, 1, 2, 3].map((place) => driver.state(place).ring.epoch)
const about = (name: string, place: number) => both(kind(name), to(place))

/** The members know that the newcomer copies; it has copied nothing. */
function copying(setup: DriverSetup = {}) {
  const { driver, begin } = moving(setup)
  begin()
  driver.deliver(kind('view'))
  driver.deliver(kind('viewAck'))
  return driver
}

describe('a newcomer takes the place of a member', () => {
  test('in three steps; then it holds what that one held, which has forgotten it', () => {
    const { driver, begin } = moving()
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    begin()
    driver.deliver()
    expect(epochs(driver)).toEqual([3, 3, 3, 3])
    expect(driver.state(NEWCOMER).view).toEqual({ epoch: 3, members: [0, 1, 3], next: null, spares: [4] })
    expect(driver.state(NEWCOMER).store.cells.get(1)?.value).toBe(7)
    expect(driver.state(LEAVER).store.cells.size).toBe(0)
  })

  test('only the newcomer begins; everyone else asks it', () => {
    const driver = cluster()
    for (const place of [0, 1, LEAVER]) driver.inject(place, NEXT)
    expect(driver.network.map(({ to, body }) => [to, body.kind])).toEqual(
      [0, 1, 2].map(() => [NEWCOMER, 'leaderless.viewRequest']),
    )
    driver.deliver()
    expect(epochs(driver)).toEqual([0, 0, 0, 0])
  })

  test('while it copies a write needs a quorum of the old members and one of the new', () => {
    const driver = copying()
    const write = driver.request(0, { f: 'write', key: 1, value: 7 })
    driver.deliver(about('write', LEAVER))
    driver.deliver(about('writeAck', 0))
    // Two of the old members, of the new ones only the first.
    expect(driver.replies.has(write)).toBe(false)
    driver.deliver(about('write', NEWCOMER))
    driver.deliver(about('writeAck', 0))
    expect(driver.outcome(write).status).toBe('ok')
  })

  test('and a read asks the old members alone', () => {
    const driver = copying()
    driver.request(0, { f: 'read', key: 1 })
    const asked = driver.network.filter(kind('read')).map(({ to }) => to)
    expect(asked).toEqual([1, LEAVER])
  })

  test('it takes over the mark of a forgotten deletion, and brings nothing back', () => {
    const { driver, begin } = moving({ preloaded: 2, params: { tombstoneGraceMs: 10 } })
    driver.request(CLIENT, { f: 'delete', key: 1 })
    driver.deliver()
    driver.advance(11)
    for (const place of [0, 1, LEAVER]) driver.fire(place, 'collection')
    begin()
    driver.deliver()
    const read = driver.request(NEWCOMER, { f: 'read', key: 1 })
    driver.deliver()
    expect(driver.outcome(read)).toMatchObject({ status: 'ok', value: 0 })
    expect(driver.state(NEWCOMER).store.digest).toBe(driver.state(0).store.digest)
  })
})

describe('whoever goes by an old view', () => {
  test('is declined with the new one, and does the same again: one version, one answer', () => {
    const driver = copying()
    const write = driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    const read = driver.request(CLIENT, { f: 'read', key: 5 })
    driver.deliver(({ body }) => !['leaderless.chunk', 'leaderless.fetch'].includes(body.kind))
    expect(driver.state(CLIENT).ring.epoch).toBe(1)
    expect(driver.outcome(write).status).toBe('ok')
    expect(driver.outcome(read).status).toBe('ok')
    const versions = [0, 1, LEAVER, NEWCOMER].map((place) => driver.state(place).store.cells.get(1)?.at)
    expect(new Set(versions).size).toBe(1)
  })

  test('cannot complete a write: members that know better do not confirm it', () => {
    const driver = copying()
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver(kind('write'))
    expect(driver.network.filter(kind('writeAck'))).toEqual([])
    expect(driver.state(LEAVER).store.cells.size).toBe(0)
  })

  test('is asked, where it is a member, before it serves what was asked under a new one', () => {
    const { driver, begin } = moving()
    begin()
    driver.drop(both(kind('view'), to(1)))
    driver.deliver(both(kind('view'), to(0)))
    const write = driver.request(0, { f: 'write', key: 1, value: 7 })
    driver.deliver(about('write', 1))
    expect(driver.state(1).store.cells.size).toBe(0)
    driver.deliver(kind('viewRequest'))
    driver.deliver(both(kind('view'), to(1)))
    expect(driver.state(1).store.cells.get(1)?.value).toBe(7)
    driver.deliver(kind('writeAck'))
    expect(driver.outcome(write).status).toBe('ok')
  })

  test('an answer to a question of before does not count', () => {
    const driver = copying()
    const read = driver.request(0, { f: 'read', key: 1 })
    driver.deliver(about('read', LEAVER))
    // The old member's answer is on its way while reads go over to the new ones.
    driver.deliver(({ body }) => ['fetch', 'chunk'].some((name) => body.kind === `leaderless.${name}`))
    driver.deliver(about('view', 0))
    expect(driver.state(0).ring.epoch).toBe(2)
    driver.deliver(both(kind('readAck'), ({ from }) => from === LEAVER))
    expect(driver.replies.has(read)).toBe(false)
    driver.deliver()
    expect(driver.outcome(read).status).toBe('ok')
  })
})

describe('the former members', () => {
  test('stay until fewer than r of them can believe that they are the members', () => {
    const driver = copying()
    const isView = kind('view')
    driver.deliver((sent) => !isView(sent))
    expect(driver.state(NEWCOMER).ring.epoch).toBe(2)
    driver.deliver(about('view', 0))
    driver.deliver(kind('viewAck'))
    // Two of three have not said that they know, and r is 2.
    expect(driver.state(NEWCOMER).ring.epoch).toBe(2)
    driver.deliver(about('view', 1))
    driver.deliver(kind('viewAck'))
    expect(driver.state(NEWCOMER).ring.epoch).toBe(3)
  })

  test('send clients on once they have left', () => {
    const { driver, begin } = moving()
    begin()
    driver.deliver()
    const read = driver.request(LEAVER, { f: 'read', key: 1 })
    expect(driver.outcome(read)).toMatchObject({ status: 'fail', error: 'refused', redirect: 0 })
  })

  test('leave their hints to those who take their places', () => {
    const { driver, begin } = moving({ params: { hintedHandoff: true, coordinator: 'replica' } })
    driver.request(0, { f: 'write', key: 1, value: 7 })
    driver.drop(about('write', LEAVER))
    driver.deliver()
    driver.advance(1001)
    driver.fire(0, 'deadline')
    expect([...driver.state(0).hints.keys()]).toEqual([LEAVER])
    begin()
    driver.deliver()
    const hints = driver.state(0).hints
    expect([...(hints.get(NEWCOMER)?.byKey.keys() ?? [])]).toEqual([1])
    expect(hints.get(LEAVER)).toBeUndefined()
  })
})

describe('restarts', () => {
  test('a newcomer that crashes goes on under the view that its disk has, from where it was', () => {
    const driver = copying({ preloaded: 300 })
    driver.deliver(kind('fetch'))
    driver.deliver(both(kind('chunk'), ({ body }) => 'fromKey' in body && body.fromKey < 128))
    expect(driver.state(NEWCOMER).intake?.upTo).toBe(128)
    driver.crash(NEWCOMER)
    driver.boot(NEWCOMER)
    expect(driver.state(NEWCOMER).intake).toMatchObject({ source: LEAVER, upTo: 128, isComplete: false })
    driver.deliver()
    expect(epochs(driver)).toEqual([3, 3, 3, 3])
  })

  test('a member that crashes still declines what is asked under an old view', () => {
    const driver = copying()
    driver.crash(LEAVER)
    driver.boot(LEAVER)
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver(about('write', LEAVER))
    expect(driver.network.filter(kind('writeAck'))).toEqual([])
  })

  test('one who had left comes back with nothing of what it held', () => {
    const { driver, begin } = moving()
    driver.request(CLIENT, { f: 'write', key: 1, value: 7 })
    driver.deliver()
    begin()
    driver.deliver()
    driver.inject(LEAVER, { type: 'members', members: [0, 2, 3], spares: [4] })
    expect(driver.state(LEAVER).store.cells.size).toBe(0)
    driver.deliver()
    expect(epochs(driver).slice(0, 3)).toEqual([6, 6, 6])
    expect(driver.state(LEAVER).store.cells.get(1)?.value).toBe(7)
    expect(driver.state(1).store.cells.size).toBe(0)
  })
})
