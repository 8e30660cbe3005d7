import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Draft } from '../../../shared/ipc/contract.ts'
import { DEFAULT_PREFERENCES } from './preferences.ts'
import { DeskBench } from '../../testing/desk.ts'
import { topologyFile } from '../../testing/program.ts'
import { presets } from '../presets.ts'

let bench: DeskBench
beforeEach(async () => {
  bench = await DeskBench.open()
})
afterEach(() => bench.dispose())

const TEXT = topologyFile()
const textOf = (id: string): string => presets.get(id)?.text ?? ''

test('about says what this is, and where files are', async () => {
  const about = await bench.ask['app.about'](null)
  expect(about).toMatchObject({ dialogs: false, folder: bench.scratch.path('documents') })
  expect(about.components.map(({ name }) => name)).toContain('Node')
})

test('the catalog has words for everything that a form offers', async () => {
  const catalog = await bench.ask['catalog.get'](null)
  expect(catalog.strategies.map(({ id }) => id)).toContain('leaderless')
  expect(catalog.presets.map(({ id }) => id).sort()).toEqual([...presets.keys()].sort())
  const { levels, sessionGuarantees, onPartition, schemes, keyDistributions, faults } = catalog
  for (const choice of [levels, sessionGuarantees, onPartition, schemes, keyDistributions, faults].flat()) {
    expect(choice.label, choice.value).toMatch(/^\S/)
    expect(choice.help, choice.value).toMatch(/^[A-Z].*[.]$/)
  }
  for (const { name, title, definition } of catalog.guarantees) {
    expect(title, name).not.toBe(name)
    expect(definition, name).not.toBe('')
  }
  expect(catalog.mixes.find(({ name }) => name === 'ycsb-a')?.label).toBe('YCSB-A: 50 % reads, 50 % updates')
  expect(catalog.rtt.find(({ name }) => name === 'aws-2020')?.regions).toContain('us-east-1')
})

describe('checking a file', () => {
  test('a sound one: what it means, where keys live, what a run would take', async () => {
    const check = await bench.ask['topology.check']({ text: TEXT })
    expect(check.problems).toEqual([])
    expect(check.topology?.replicas).toHaveLength(3)
    expect(check.sums[0]).toMatchObject({ label: 'Quorum', value: 'N = 3, R = 1, W = 1' })
    expect(check.placement).toEqual([{ shard: 0, replicas: ['r1', 'r2', 'r3'], share: 1 }])
    expect(check.estimate).toEqual({ operations: 500, durationMs: 1000 })
    // Within one region: twice the median of an exponential of mean 2, which is 2 ln 2.
    expect(check.regionRoundTripMs?.[0][0]).toBeCloseTo(4 * Math.LN2, 6)
  })

  test('a broken one: every problem, and still what is refused', async () => {
    const text = topologyFile({ consistency: { read: 'sequential' } })
    const check = await bench.ask['topology.check']({ text })
    expect(check.topology).toBe(null)
    expect(check.problems.map(({ path }) => path)).toEqual(['$.consistency.read'])
    expect(check.refusals.read.sequential).toBe(check.problems[0].sentence)
    expect(Object.keys(check.refusals.read)).not.toContain('eventual')
    expect((await bench.ask['topology.check']({ text: '{' })).problems).toHaveLength(1)
  })

  test('refusals are what the parser would say of the file with that value', async () => {
    const { refusals } = await bench.ask['topology.check']({ text: TEXT })
    for (const [value, sentence] of Object.entries(refusals.read)) {
      const text = topologyFile({ consistency: { read: value } })
      const { problems } = await bench.ask['topology.check']({ text })
      expect(problems).toContainEqual({ path: '$.consistency.read', sentence })
    }
    for (const level of ['eventual', 'read-your-writes', 'monotonic-reads']) {
      const text = topologyFile({ consistency: { read: level } })
      expect((await bench.ask['topology.check']({ text })).problems).toEqual([])
      expect(refusals.read).not.toHaveProperty(level)
    }
    expect(refusals.strategy).not.toHaveProperty('leaderless')
  })

  test('replicas that join and leave are refused in the words of the check, where there are none yet too', async () => {
    const { refusals } = await bench.ask['topology.check']({ text: TEXT })
    for (const kind of ['join', 'leave']) {
      const replica = (JSON.parse(TEXT) as { replicas: { id: string }[] }).replicas.at(-1)?.id ?? ''
      const text = topologyFile({ changes: [{ atMs: 1, kind, replica }] })
      const { problems } = await bench.ask['topology.check']({ text })
      expect(problems.map(({ sentence }) => sentence).slice(0, 1)).toEqual(
        refusals.changes[kind] === undefined ? [] : [refusals.changes[kind]],
      )
    }
    // One replica alone cannot leave, and a strategy is refused that cannot do what the file asks.
    const replication = { strategy: 'raft' }
    const one = topologyFile({ replicas: [{ id: 'r1', region: 'east' }], replication })
    const alone = await bench.ask['topology.check']({ text: one })
    expect(alone.refusals.changes.leave).toContain('there are 0 replicas')
    const changes = [{ atMs: 1, kind: 'join', replica: 'r3' }]
    const growing = await bench.ask['topology.check']({ text: topologyFile({ replication, changes }) })
    expect(growing.problems).toEqual([])
    expect(growing.refusals.strategy['ttl-cache']).toBeDefined()
  })

  test('ranges that split are refused in the words of the check, but not for names of keys', async () => {
    const replication = { strategy: 'raft' }
    const ask = async (file: Record<string, unknown>) =>
      (await bench.ask['topology.check']({ text: topologyFile(file) })).refusals
    expect((await ask({ replication, partitioning: { scheme: 'range' } })).split).toEqual({})
    expect((await ask({ partitioning: { scheme: 'range' } })).split.on).toContain('No range splits while')
    const changes = [{ atMs: 1, kind: 'join', replica: 'r3' }]
    const growing = await ask({ replication, partitioning: { scheme: 'range' }, changes })
    expect(growing.split.on).toContain('do not join or leave while ranges split')
  })

  test('what a join would move, beside the least; nothing of a file with problems', async () => {
    const partitioning = { scheme: 'consistent-hashing', virtualNodes: 16 }
    const text = topologyFile({ partitioning })
    const movement = await bench.ask['topology.movement']({ text, kind: 'join', replica: null })
    expect(movement?.idealFraction).toBeCloseTo(1 / 4)
    expect(new Set(movement?.pieces.map(({ target }) => target))).toEqual(new Set(['new-1']))
    expect(movement?.placement.some(({ replicas }) => replicas.includes('new-1'))).toBe(true)
    const ask = { kind: 'leave', replica: 'nobody' } as const
    expect(await bench.ask['topology.movement']({ text, ...ask })).toBeNull()
    expect(await bench.ask['topology.movement']({ text: '{', ...ask })).toBeNull()
  })

  test('a strategy is not refused for what its own parameters can mend', async () => {
    const replicas = [
      { id: 'r1', region: 'east' },
      { id: 'r2', region: 'east' },
    ]
    // By default there are three copies of a key, which two replicas cannot hold.
    const replication = { strategy: 'leaderless', params: { n: 2, r: 1, w: 1 } }
    const text = topologyFile({ replicas, replication })
    const { problems, refusals } = await bench.ask['topology.check']({ text })
    expect(problems).toEqual([])
    expect(refusals.strategy).not.toHaveProperty('leaderless')
  })

  test('what is wrong elsewhere does not refuse a value here', async () => {
    const text = topologyFile({ faults: [{ kind: 'crash', replica: 'nobody', atMs: 1 }] })
    const { problems, refusals } = await bench.ask['topology.check']({ text })
    expect(problems).toHaveLength(1)
    expect(refusals.read).not.toHaveProperty('eventual')
    expect(refusals.strategy).toEqual({})
  })
})

test('a prediction, or why there is none; a newer question overtakes an older one', async () => {
  const first = bench.ask['topology.predict']({ text: TEXT })
  const second = bench.ask['topology.predict']({ text: textOf('riak') })
  const third = bench.ask['topology.predict']({ text: '{}' })
  expect((await first).prediction?.quorum).toMatchObject({ n: 3, r: 1, w: 1 })
  expect(await second).toEqual({ prediction: null, reason: 'The file has changed since.' })
  expect(await third).toMatchObject({
    prediction: null,
    reason: expect.stringContaining('problems') as string,
  })
})

describe('files of the folder', () => {
  const ask = { id: null, name: 'Mine', text: TEXT, stamp: null, force: false }

  test('saved, listed, opened, saved again', async () => {
    const saved = await bench.ask['files.save'](ask)
    if (saved.outcome !== 'saved') throw new Error(saved.outcome)
    expect(saved.name).toBe('Mine')
    expect(await readdir(bench.scratch.path('documents'))).toEqual(['Mine.topology.json'])
    expect(await bench.ask['files.list'](null)).toMatchObject([
      { id: saved.id, name: 'Mine', missing: false },
    ])
    const opened = await bench.ask['files.open']({ id: saved.id })
    expect(opened).toEqual({ id: saved.id, name: 'Mine', text: TEXT, stamp: saved.stamp })
    const next = await bench.ask['files.save']({
      ...ask,
      id: saved.id,
      text: `${TEXT}\n`,
      stamp: saved.stamp,
    })
    expect(next.outcome).toBe('saved')
    await bench.restart()
    expect((await bench.ask['files.open']({ id: saved.id }))?.text).toBe(`${TEXT}\n`)
  })

  test('a name that is taken is asked about first, in whatever case', async () => {
    const saved = await bench.ask['files.save'](ask)
    if (saved.outcome !== 'saved') throw new Error(saved.outcome)
    const again = await bench.ask['files.save']({ ...ask, name: 'mine.topology.json', text: '{}' })
    expect(again).toMatchObject({ outcome: 'exists', id: saved.id })
    expect((await bench.ask['files.open']({ id: saved.id }))?.text).toBe(TEXT)
    expect(await bench.ask['files.save']({ ...ask, id: saved.id, text: '{}' })).toMatchObject({
      outcome: 'saved',
    })
    expect(await readdir(bench.scratch.path('documents'))).toEqual(['Mine.topology.json'])
  })

  test('what somebody else changed meanwhile is not overwritten unasked', async () => {
    const saved = await bench.ask['files.save'](ask)
    if (saved.outcome !== 'saved') throw new Error(saved.outcome)
    const file = bench.scratch.path('documents/Mine.topology.json')
    await writeFile(file, 'theirs')
    const mine = { ...ask, id: saved.id, text: '{"mine": 1}', stamp: saved.stamp }
    expect(await bench.ask['files.save'](mine)).toMatchObject({ outcome: 'conflict' })
    expect(await readFile(file, 'utf8')).toBe('theirs')
    expect(await bench.ask['files.save']({ ...mine, force: true })).toMatchObject({ outcome: 'saved' })
    expect(await readFile(file, 'utf8')).toBe('{"mine": 1}')
    // Gone altogether: there is nothing to lose.
    await rm(file)
    expect(await bench.ask['files.save'](mine)).toMatchObject({ outcome: 'saved' })
  })

  test.each([
    '../../etc/passwd',
    '..',
    '.hidden',
    'a/b\\c',
    'con',
    'nul.topology.json',
    'a\u0000b',
    ' ',
    '\u202egpj.exe',
    'x'.repeat(200),
  ])('a name like %j stays one harmless file of the folder', async (name) => {
    expect((await bench.ask['files.save']({ ...ask, name })).outcome).toBe('saved')
    const [file, ...others] = await readdir(bench.scratch.path('documents'))
    expect(others).toEqual([])
    expect(file).toMatch(/^[^./\\:\p{Cc}\p{Cf}][^/\\:\p{Cc}\p{Cf}]{0,140}\.topology\.json$/u)
    expect(file).not.toMatch(/^(con|nul)\./i)
    expect((await bench.ask['files.list'](null))[0].missing).toBe(false)
  })

  test('an id that is none of the folder leads nowhere', async () => {
    await bench.ask['files.save'](ask)
    await bench.scratch.write('secret.topology.json', TEXT)
    for (const id of [
      '../secret.topology.json',
      '/etc/passwd',
      'Mine.topology.json',
      'f-0',
      bench.scratch.path('secret'),
    ]) {
      await expect(bench.ask['files.open']({ id })).rejects.toThrow('not there any more')
    }
    await expect(bench.ask['files.open']({ id: null })).rejects.toThrow('Choose')
    await expect(bench.ask['files.forget']({ id: 'f-0' })).rejects.toThrow('is listed')
  })
})

describe('drafts and preferences', () => {
  const draft: Draft = {
    id: '0b6f4f0e-8a53-4f3e-9a0e-6f9f6b7e4a11',
    name: 'Mine',
    text: TEXT,
    fileId: null,
    stamp: null,
    savedAt: '2026-01-01T00:00:00.000Z',
  }

  test('a draft outlives the lab until it is dropped', async () => {
    await bench.ask['drafts.put'](draft)
    await bench.ask['drafts.put']({ ...draft, id: '../../x', savedAt: '2026-01-02T00:00:00.000Z' })
    await bench.restart()
    expect((await bench.ask['drafts.list'](null)).map(({ id }) => id)).toEqual(['../../x', draft.id])
    await bench.ask['drafts.drop']({ id: '../../x' })
    expect(await bench.ask['drafts.list'](null)).toEqual([draft])
    expect(await readdir(bench.scratch.path('data/drafts'))).toEqual([`${draft.id}.draft.json`])
  })

  test('preferences outlive the lab', async () => {
    expect(await bench.ask['preferences.get'](null)).toEqual(DEFAULT_PREFERENCES)
    await bench.ask['preferences.set']({ theme: 'dark', layout: { left: 240, isFolded: true } })
    await bench.restart()
    const expected = { ...DEFAULT_PREFERENCES, theme: 'dark', layout: { left: 240, isFolded: true } }
    expect(await bench.ask['preferences.get'](null)).toEqual(expected)
  })

  test('what is damaged is put aside, and the lab begins with what is sound', async () => {
    await bench.ask['drafts.put'](draft)
    await bench.ask['preferences.set']({ theme: 'dark' })
    await bench.scratch.write('data/preferences.json', '{"theme": "da')
    await bench.scratch.write('data/drafts/other.draft.json', '[1, 2]')
    await bench.restart()
    expect(await bench.ask['preferences.get'](null)).toEqual(DEFAULT_PREFERENCES)
    expect(await bench.ask['drafts.list'](null)).toEqual([draft])
    const names = [
      ...(await readdir(bench.scratch.path('data'))),
      ...(await readdir(bench.scratch.path('data/drafts'))),
    ]
    expect(names.filter((name) => name.includes('unreadable'))).toHaveLength(2)
    await bench.scratch.write(
      'data/preferences.json',
      '{"theme": "puce", "defaultSeed": 7, "__proto__": {"x": 1}}',
    )
    await bench.restart()
    expect(await bench.ask['preferences.get'](null)).toEqual({ ...DEFAULT_PREFERENCES, defaultSeed: 7 })
  })
})
