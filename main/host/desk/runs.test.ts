import { readdir, rm, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EXPORT_FORMATS, type OperationsQuery } from '../../../shared/ipc/contract.ts'
import type { FaultSpec } from '../../../shared/topology/types.ts'
import { DeskBench } from '../../testing/desk.ts'
import { topologyFile } from '../../testing/program.ts'

let bench: DeskBench
beforeEach(async () => {
  bench = await DeskBench.open()
})
afterEach(() => bench.dispose())

const TEXT = topologyFile()
const LONG = topologyFile({ run: { durationMs: 60_000 } })
const ALL: Omit<OperationsQuery, 'id'> = { fromMs: 0, toMs: 1e9, max: 20_000, sessions: null, keys: null }
const CRASH: FaultSpec = { kind: 'crash', replica: 'r2', atMs: 0, forMs: null }

async function start(text: string, runtime: 'simulated' | 'live' = 'simulated'): Promise<string> {
  const started = await bench.ask['runs.start']({
    text,
    runtime,
    seed: null,
    durationMs: null,
    realDisk: false,
  })
  if (!('runId' in started)) throw new Error(JSON.stringify(started))
  return started.runId
}

describe('a simulated run', () => {
  test('ends in the library, and windows hear of it in order', async () => {
    const status = await bench.run(TEXT, { seed: 5 })
    expect(status).toMatchObject({
      state: 'done',
      share: 1,
      seed: 5,
      name: 'Three replicas',
      failure: null,
      leftMs: null,
    })
    const { told } = bench
    const end = told.findIndex(({ event, payload }) => event === 'run.status' && payload.state === 'done')
    expect(told.findIndex(({ event }) => event === 'library.changed')).toBeLessThan(end)
    const [entry] = await bench.ask['library.list'](null)
    expect(entry).toMatchObject({ id: status.entryId, seed: 5, strategy: 'leaderless', hasHistory: true })
    const report = await bench.ask['library.report']({ id: entry.id })
    expect(report.provenance.command).toBe('replica-lab run three-replicas.topology.json --seed 5')
    expect(entry.operations).toBe(report.operations.invoked + report.operations.warmup)
    await bench.restart()
    expect(await bench.ask['library.list'](null)).toEqual([entry])
    expect(await bench.ask['library.report']({ id: entry.id })).toEqual(report)
    expect(await bench.ask['runs.list'](null)).toEqual([])
  })

  test('problems of a file are answered, and nothing begins', async () => {
    const ask = { runtime: 'simulated', seed: null, durationMs: null, realDisk: false } as const
    expect(await bench.ask['runs.start']({ text: '{}', ...ask })).toHaveProperty('problems')
    expect(await bench.ask['runs.list'](null)).toEqual([])
  })

  test('its operations are those of its report, window by window', async () => {
    const { entryId } = await bench.run(
      topologyFile({ faults: [{ kind: 'crash', replica: 'r1', atMs: 300 }] }),
    )
    const id = entryId ?? ''
    const report = await bench.ask['library.report']({ id })
    const all = await bench.ask['library.operations']({ id, ...ALL })
    expect(all.total).toBe(report.operations.invoked)
    expect(all.row).toEqual(all.row.map((_, at) => at))
    expect(all.stale.filter(Boolean)).toHaveLength(report.staleness.staleReads)
    expect(all.status.filter((status) => status === 'ok')).toHaveLength(report.operations.ok)
    // From the midst of one operation to the midst of another: both are under way then.
    const midst = (row: number) => (all.invokedMs[row] + (all.endedMs[row] ?? 0)) / 2
    const window = { fromMs: midst(60), toMs: midst(90) }
    const part = await bench.ask['library.operations']({ id, ...ALL, ...window })
    const touches = all.row.filter(
      (row) => all.invokedMs[row] <= window.toMs && (all.endedMs[row] ?? Infinity) >= window.fromMs,
    )
    expect(touches).toEqual(expect.arrayContaining([60, 90]))
    expect(part.row).toEqual(touches)
    const few = await bench.ask['library.operations']({ id, ...ALL, max: 10 })
    expect(few.total).toBe(all.total)
    expect(few.row).toEqual(few.row.map((_, at) => Math.floor((at * all.total) / 10)))
    const [session] = all.session
    const mine = await bench.ask['library.operations']({ id, ...ALL, sessions: [session] })
    expect(mine.row).toEqual(all.row.filter((row) => all.session[row] === session))
    const none = await bench.ask['library.operations']({ id, ...ALL, keys: [4_000_000] })
    expect(none).toMatchObject({ total: 0, row: [] })
    const named = await bench.ask['library.operations']({ id, ...ALL, ...window, rows: [90, 3, 4_000_000] })
    expect(named).toMatchObject({ total: 2, row: [90, 3], invokedMs: [all.invokedMs[90], all.invokedMs[3]] })
  })

  test('its charts are drawn, and those of several runs on the same axes', async () => {
    const { entryId } = await bench.run(topologyFile())
    const id = entryId ?? ''
    const query = { theme: 'dark', unit: 'auto', width: 480, height: 280, range: null } as const
    const { svg } = await bench.ask['library.chart']({ ids: [id], chart: 'throughput', ...query })
    expect(svg).toMatch(/^<svg width="480" height="280"/)
    const both = await bench.ask['library.chart']({ ids: [id, id], chart: 'compare-throughput', ...query })
    expect(both.svg).toContain('Three replicas')
    await expect(bench.ask['library.chart']({ ids: [id], chart: 'none', ...query })).rejects.toThrow(
      'There is no chart "none".',
    )
    await expect(bench.ask['library.chart']({ ids: ['gone'], chart: 'load', ...query })).rejects.toThrow(
      'not in the library',
    )
  })

  test('the messages of an operation lie between its beginning and its end, and carry it there', async () => {
    const { entryId } = await bench.run(
      topologyFile({ faults: [{ kind: 'isolate', replica: 'r3', atMs: 500 }] }),
    )
    const id = entryId ?? ''
    const all = await bench.ask['library.operations']({ id, ...ALL })
    const rows = [
      0,
      1,
      2,
      50,
      all.status.lastIndexOf('ok'),
      all.session.indexOf(all.session[7], 8),
      all.session.lastIndexOf(all.session[7]),
    ]
    let lost = 0
    for (const row of rows) {
      const trace = await bench.ask['library.trace']({ id, row })
      expect(trace.reason).toBe(null)
      const [first] = trace.messages
      expect(first).toMatchObject({
        from: all.client[row],
        kind: 'client.request',
        sentMs: all.invokedMs[row],
      })
      const reply = trace.messages.find(
        ({ kind, arrivedMs }) => kind === 'client.reply' && arrivedMs !== null,
      )
      if (all.status[row] === 'ok') {
        expect(reply).toMatchObject({
          arrivedMs: all.endedMs[row],
          from: all.place[row],
          to: all.client[row],
        })
        // A write goes to all three members, by way of one that is among them.
        const sent = trace.messages.filter(({ kind }) => kind === 'leaderless.write')
        expect(sent.length).toBe(all.f[row] === 'write' ? 2 : 0)
      }
      lost += trace.messages.filter(({ arrivedMs }) => arrivedMs === null).length
      for (const { sentMs, arrivedMs } of trace.messages) {
        expect(sentMs).toBeGreaterThanOrEqual(all.invokedMs[row])
        expect(sentMs).toBeLessThanOrEqual(all.endedMs[row] ?? 0)
        if (arrivedMs !== null) expect(arrivedMs).toBeGreaterThan(sentMs)
      }
    }
    expect(lost).toBeGreaterThan(0)
    expect((await bench.ask['library.trace']({ id, row: all.total })).reason).toContain('no such operation')
  })

  test('every format can be fetched once', async () => {
    const { entryId } = await bench.run(TEXT)
    for (const format of EXPORT_FORMATS) {
      const answer = await bench.ask['exports.save']({ id: entryId ?? '', format })
      if (format === 'pdf') {
        expect(answer).toMatchObject({ outcome: 'refused' })
        continue
      }
      if (answer.outcome !== 'download') throw new Error(answer.outcome)
      expect(answer.name).toBe(`Three replicas.${format}`)
      const token = answer.url.split('/')[2]
      expect(bench.desk.takeDownload(token)?.path).toContain(token)
      expect(bench.desk.takeDownload(token)).toBe(null)
    }
    expect(bench.desk.takeDownload('../preferences.json')).toBe(null)
  })

  test('stopped, it keeps what there is', async () => {
    const runId = await start(LONG)
    await bench.status(runId, 'running')
    await bench.ask['runs.stop']({ runId })
    const status = await bench.status(runId, 'stopped', 'done')
    const entry = (await bench.ask['library.list'](null)).find(({ id }) => id === status.entryId)
    expect(entry?.stoppedEarly).toBe(status.state === 'stopped' ? 'it was stopped by hand' : null)
    expect(await bench.ask['runs.inject']({ runId, fault: CRASH })).toHaveProperty('refused')
    await expect(bench.ask['runs.pause']({ runId })).rejects.toThrow('Only a live run')
    await expect(bench.ask['runs.pause']({ runId: 'run-99' })).rejects.toThrow('no such run')
  })

  test('closing the lab ends runs and keeps what there is of them', async () => {
    const runId = await start(LONG)
    await bench.status(runId, 'running')
    await bench.restart()
    expect(await bench.ask['library.list'](null)).toHaveLength(1)
  })
})

test('a live run is paused, disturbed by hand, mended and kept; a second one has to wait', async () => {
  const text = topologyFile({
    run: { durationMs: 30_000 },
    clients: [{ id: 'c1', region: 'east', sessions: 4, loop: { open: { ratePerS: 100 } }, timeoutMs: 100 }],
  })
  const runId = await start(text, 'live')
  await bench.status(runId, 'running')
  const second = await bench.ask['runs.start']({
    text,
    runtime: 'live',
    seed: null,
    durationMs: null,
    realDisk: false,
  })
  expect(second).toMatchObject({ refused: expect.stringContaining('stop it first') as string })
  await bench.ask['runs.pause']({ runId })
  expect((await bench.ask['runs.list'](null))[0].isPaused).toBe(true)
  await bench.ask['runs.resume']({ runId })
  const refused = await bench.ask['runs.inject']({ runId, fault: { ...CRASH, replica: 'nobody' } })
  expect(refused).toMatchObject({ refused: expect.stringContaining('nobody') as string })
  const injected = await bench.ask['runs.inject']({ runId, fault: { ...CRASH, kind: 'isolate' } })
  if (!('index' in injected)) throw new Error(injected.refused)
  const forAWhile = await bench.ask['runs.inject']({ runId, fault: { ...CRASH, kind: 'pause', forMs: 50 } })
  if (!('index' in forAWhile)) throw new Error(forAWhile.refused)
  await bench.until((told) => {
    const last = told.findLast(({ event }) => event === 'run.status')
    const inForce = last?.event === 'run.status' ? last.payload.byHand.map(({ index }) => index) : []
    return inForce.length === 1 && inForce[0] === injected.index ? true : undefined
  })
  await bench.ask['runs.lift']({ runId, index: injected.index })
  expect((await bench.ask['runs.list'](null))[0].byHand).toEqual([])
  // A window that comes late is told what the others have heard.
  await bench.until((told) => told.find(({ event }) => event === 'run.events'))
  const past = await bench.ask['runs.past']({ runId })
  const told = bench.told.flatMap(({ event, payload }) =>
    event === 'run.statistics' ? [payload.statistics] : [],
  )
  expect(past.statistics.length).toBeGreaterThan(0)
  expect(past.statistics).toEqual(told.slice(0, past.statistics.length))
  expect(past.statistics.at(-1)?.replicas.map((replica) => replica.id)).toEqual(['r1', 'r2', 'r3'])
  expect(past.events.map(({ name }) => name)).toContain('isolate')
  await bench.ask['runs.stop']({ runId })
  const { entryId } = await bench.status(runId, 'stopped')
  const report = await bench.ask['library.report']({ id: entryId ?? '' })
  expect(report.faults.map(({ kind, by }) => [kind, by])).toEqual([
    ['isolate', 'hand'],
    ['pause', 'hand'],
  ])
  const trace = await bench.ask['library.trace']({ id: entryId ?? '', row: 0 })
  expect(trace.reason).toContain('live')
})

describe('the library', () => {
  test('renames, removes, and keeps as many as preferred', async () => {
    await bench.ask['preferences.set']({ libraryMax: 2 })
    const ids: string[] = []
    for (const seed of [1, 2, 3]) ids.push((await bench.run(TEXT, { seed })).entryId ?? '')
    const kept = await bench.ask['library.list'](null)
    expect(kept.map(({ id }) => id).sort()).toEqual(ids.slice(1).sort())
    await bench.ask['library.rename']({ id: ids[2], name: 'The one' })
    await bench.ask['library.remove']({ ids: [ids[1], '../..', 'nothing'] })
    await bench.restart()
    expect((await bench.ask['library.list'](null)).map(({ name }) => name)).toEqual(['The one'])
    expect(await readdir(bench.scratch.path('data/library'))).toEqual([ids[2]])
    for (const id of ['../..', '..', ids[0]]) {
      await expect(bench.ask['library.report']({ id })).rejects.toThrow('not in the library')
      await expect(bench.ask['library.operations']({ id, ...ALL })).rejects.toThrow('not in the library')
      await expect(bench.ask['exports.save']({ id, format: 'json' })).rejects.toThrow('not in the library')
    }
  })

  test('lives with what a crash or a hand has done to its folders', async () => {
    const { entryId } = await bench.run(TEXT)
    const id = entryId ?? ''
    const root = bench.scratch.path('data/library')
    await writeFile(`${root}/${id}/entry.json`, '{"id": "../../x"')
    await writeFile(`${root}/stray.txt`, 'x')
    await writeFile(`${root}/${id}/history.bin`, 'RLABHIS1')
    await bench.restart()
    expect(await bench.ask['library.list'](null)).toMatchObject([{ id, name: 'Three replicas' }])
    await expect(bench.ask['library.operations']({ id, ...ALL })).rejects.toThrow(
      'The stored history is damaged.',
    )
    await rm(`${root}/${id}/history.bin`)
    await bench.restart()
    expect(await bench.ask['library.list'](null)).toMatchObject([{ hasHistory: false }])
    expect(await bench.ask['exports.save']({ id, format: 'history.jsonl' })).toMatchObject({
      outcome: 'refused',
    })
    await writeFile(`${root}/${id}/report.json`, 'x')
    await writeFile(`${root}/${id}/entry.json`, 'x')
    await bench.restart()
    expect(await bench.ask['library.list'](null)).toEqual([])
  })
})

test('messages on their way are for the window that watches, not for one that comes late', async () => {
  const text = topologyFile({
    links: { default: { oneWay: 50 } },
    run: { durationMs: 30_000 },
  })
  const runId = await start(text, 'live')
  await bench.status(runId, 'running')
  expect(await bench.ask['runs.watch']({ runId })).toBeNull()
  const messages = await bench.until((told) => {
    const latest = told.at(-1)
    return latest?.event === 'run.statistics' ? latest.payload.statistics.messages : undefined
  })
  expect(messages.length).toBeGreaterThan(0)
  const { statistics } = await bench.ask['runs.past']({ runId })
  expect(statistics.some((each) => 'messages' in each)).toBe(false)
  await bench.ask['runs.stop']({ runId })
  await bench.status(runId, 'stopped')
})
