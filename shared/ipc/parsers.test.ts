import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../topology/limits.ts'
import { parseFault } from '../topology/parse-fault.ts'
import type { FaultSpec } from '../topology/types.ts'
import type { Channel, InputOf } from './contract.ts'
import { CHANNELS, isChannel, parseInput } from './parsers.ts'

const text = '{}'
const draft = { id: 'd', name: 'n', text, fileId: null, stamp: null, savedAt: '2026-01-01' }
const run = { text, runtime: 'live' as const, seed: 1, durationMs: 10, realDisk: false }
const sweep = {
  text,
  name: 'n',
  vary: ['$.replication.params.r=1,2'],
  seeds: 3,
  seed: null,
  metrics: ['read.latency.p99'],
}
const times = { atMs: 0, forMs: null }

/** One good input of each channel. A channel that is missing here does not compile. */
const GOOD: { [C in Channel]: InputOf<C> } = {
  'app.about': null,
  'catalog.get': null,
  'topology.check': { text },
  'topology.movement': { text: '{}', kind: 'leave', replica: 'r1' },
  'topology.predict': { text },
  'files.list': null,
  'files.open': { id: null },
  'files.save': { id: null, name: 'n', text, stamp: null, force: false },
  'files.forget': { id: 'f' },
  'drafts.put': draft,
  'drafts.list': null,
  'drafts.drop': { id: 'd' },
  'runs.start': run,
  'runs.list': null,
  'runs.stop': { runId: 'run-1' },
  'runs.pause': { runId: 'run-1' },
  'runs.resume': { runId: 'run-1' },
  'runs.watch': { runId: 'r' },
  'runs.inject': { runId: 'run-1', fault: { ...times, kind: 'crash', replica: 'r1' } },
  'runs.lift': { runId: 'run-1', index: 3 },
  'runs.past': { runId: 'run-1' },
  'library.list': null,
  'library.report': { id: 'e' },
  'library.chart': {
    ids: ['e'],
    chart: 'load',
    theme: 'light',
    unit: 'auto',
    width: 500,
    height: 300,
    range: { from: 0, to: 1 },
  },
  'library.rename': { id: 'e', name: 'n' },
  'library.remove': { ids: ['e'] },
  'library.operations': { id: 'e', fromMs: 0, toMs: 1, max: 10, sessions: null, keys: [1] },
  'library.trace': { id: 'e', row: 0 },
  'library.judge': { id: 'e', guarantee: 'k-atomic:3' },
  'library.import': { name: 'n', text },
  'datasheets.list': null,
  'datasheets.start': { text, name: 'n', isQuick: true },
  'datasheets.stop': null,
  'datasheets.get': { id: 'e' },
  'datasheets.chart': {
    ids: ['e'],
    chart: 'visibility',
    theme: 'dark',
    unit: 'ms',
    width: 500,
    height: 300,
    range: null,
  },
  'datasheets.remove': { ids: ['e'] },
  'datasheets.save': { id: 'e', format: 'md' },
  'sweeps.list': null,
  'sweeps.plan': sweep,
  'sweeps.start': { ...sweep, seed: 5 },
  'sweeps.stop': null,
  'sweeps.get': { id: 'e' },
  'sweeps.topology': { id: 'e' },
  'sweeps.chart': {
    ids: ['e'],
    chart: 'sweep-availability',
    theme: 'dark',
    unit: 'ms',
    width: 500,
    height: 300,
    range: null,
  },
  'sweeps.rename': { id: 'e', name: 'n' },
  'sweeps.remove': { ids: ['e'] },
  'sweeps.save': { id: 'e', format: 'csv' },
  'exports.save': { id: 'e', format: 'html' },
  'preferences.get': null,
  'preferences.set': { theme: 'dark', layout: { left: 240, isFolded: true } },
}

test('every channel has a parser, and no other name is one', () => {
  expect([...CHANNELS].sort()).toEqual(Object.keys(GOOD).sort())
  for (const name of ['', 'toString', '__proto__', 'constructor', 'hasOwnProperty', 'files']) {
    expect(isChannel(name)).toBe(false)
  }
})

describe.each(CHANNELS)('%s', (channel) => {
  const good = GOOD[channel]

  test('lets a good input through as it is', () => {
    expect(parseInput(channel, good)).toEqual({ ok: true, value: good })
  })

  test('refuses what lacks a field or has one too many, with a sentence that names the channel', () => {
    const bad: unknown[] = [undefined, 1, 'x', [1], { surprise: 1 }]
    if (good !== null) {
      bad.push(null)
      // The fields of preferences are all optional.
      if (channel !== 'preferences.set') {
        for (const field of Object.keys(good)) {
          bad.push(Object.fromEntries(Object.entries(good).filter(([name]) => name !== field)))
        }
      }
      bad.push({ ...good, surprise: 1 })
      for (const field of Object.keys(good))
        bad.push({ ...good, [field]: () => 1 }, { ...good, [field]: NaN })
    }
    for (const input of bad) {
      const parsed = parseInput(channel, input)
      expect(parsed.ok, JSON.stringify(input)).toBe(false)
      if (!parsed.ok) expect(parsed.error).toMatch(new RegExp(`^${channel}: .+`))
    }
  })

  test('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (input) => {
        parseInput(channel, input)
      }),
    )
  })
})

test.each([
  ['topology.check', { text: 'x'.repeat(LIMITS.fileBytes + 1) }],
  ['files.save', { ...GOOD['files.save'], name: '' }],
  ['files.open', { id: 'x'.repeat(201) }],
  ['runs.start', { ...run, seed: -1 }],
  ['runs.start', { ...run, seed: 2 ** 53 }],
  ['runs.start', { ...run, durationMs: 0 }],
  ['runs.start', { ...run, durationMs: Infinity }],
  ['library.operations', { ...GOOD['library.operations'], max: 0 }],
  ['library.operations', { ...GOOD['library.operations'], max: 20_001 }],
  ['library.operations', { ...GOOD['library.operations'], fromMs: -1 }],
  ['library.chart', { ...GOOD['library.chart'], ids: [] }],
  ['library.chart', { ...GOOD['library.chart'], width: 1e9 }],
  ['library.chart', { ...GOOD['library.chart'], range: { from: 1, to: 1 } }],
  ['library.trace', { id: 'e', row: 0.5 }],
  ['sweeps.start', { ...sweep, seeds: 0 }],
  ['sweeps.start', { ...sweep, seeds: 11 }],
  ['sweeps.start', { ...sweep, vary: ['a=1', 'b=1', 'c=1', 'd=1'] }],
  ['sweeps.start', { ...sweep, vary: ['x'.repeat(10_001)] }],
  ['sweeps.start', { ...sweep, seed: Number.MAX_SAFE_INTEGER }],
  ['sweeps.start', { ...sweep, metrics: [] }],
  ['sweeps.start', { ...sweep, metrics: ['no.such.figure'] }],
  ['sweeps.rename', { id: 'e', name: '' }],
  ['sweeps.save', { id: 'e', format: 'history.jsonl' }],
  ['preferences.set', { libraryMax: 0 }],
  ['preferences.set', { layout: Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`p${at}`, 1])) }],
  ['exports.save', { id: 'e', format: 'exe' }],
] as const)('%s is bounded: case %#', (channel, input) => {
  expect(parseInput(channel, input).ok).toBe(false)
})

test('every fault that a file can state can be clicked in', () => {
  const faults: FaultSpec[] = [
    { ...times, kind: 'partition', groups: [['r1'], ['r2']] },
    { ...times, kind: 'isolate', replica: 'leader' },
    { ...times, kind: 'cut', from: 'a', to: 'b', oneWay: true },
    { ...times, kind: 'slow', from: 'a', to: 'b', plusMs: 10 },
    { ...times, kind: 'loss', from: 'a', to: 'b', lossPpm: 1000 },
    { ...times, kind: 'crash', replica: 'r1' },
    { ...times, kind: 'restart', replica: 'r1' },
    { ...times, kind: 'pause', replica: 'r1' },
    { ...times, kind: 'clock', replica: 'r1', offsetMs: -5, driftPpm: 1 },
    { ...times, kind: 'slow-disk', replica: 'r1', fsync: 20 },
    { ...times, kind: 'power-loss', replicas: ['r1', 'r2'] },
  ]
  for (const fault of faults) {
    expect(parseFault(fault), fault.kind).toEqual(fault)
    expect(parseInput('runs.inject', { runId: 'r', fault }), fault.kind).toMatchObject({ ok: true })
  }
})
