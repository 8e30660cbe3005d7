import * as v from 'valibot'
import { LIMITS } from '../topology/limits.ts'
import { METRIC_NAMES } from '../topology/metric-names.ts'
import {
  CHART_PX,
  DATASHEET_FORMATS,
  EXPORT_FORMATS,
  IMPORT_CHARS_MAX,
  SWEEP_FORMATS,
  SWEEP_SEEDS_MAX,
  SWEEP_SETTINGS_MAX,
} from './contract.ts'
import type { Channel, InputOf } from './contract.ts'

/** A parser for the input of every request: whatever comes from a window is untrusted, in Electron too. */

const text = v.pipe(v.string(), v.maxLength(LIMITS.fileBytes))
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
const finite = v.pipe(v.number(), v.finite())
const ms = v.pipe(finite, v.minValue(0))
const seed = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const place = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
const nullable = v.nullable
const chartPx = v.pipe(finite, v.minValue(CHART_PX.min), v.maxValue(CHART_PX.max))
/** More runs on the same axes than anybody tells apart. */
const COMPARED_MAX = 50

const faultTimes = { atMs: ms, forMs: nullable(ms) }
/** The shape alone: whether the places exist is known where the run is. */
const fault = v.variant('kind', [
  v.strictObject({
    ...faultTimes,
    kind: v.literal('partition'),
    groups: v.pipe(v.array(v.pipe(v.array(place), v.maxLength(2000))), v.maxLength(100)),
  }),
  v.strictObject({ ...faultTimes, kind: v.literal('isolate'), replica: place }),
  v.strictObject({ ...faultTimes, kind: v.literal('cut'), from: place, to: place, oneWay: v.boolean() }),
  v.strictObject({ ...faultTimes, kind: v.literal('slow'), from: place, to: place, plusMs: ms }),
  v.strictObject({
    ...faultTimes,
    kind: v.literal('loss'),
    from: place,
    to: place,
    lossPpm: v.pipe(count, v.maxValue(1_000_000)),
  }),
  v.strictObject({ ...faultTimes, kind: v.literal('crash'), replica: place }),
  v.strictObject({ ...faultTimes, kind: v.literal('restart'), replica: place }),
  v.strictObject({ ...faultTimes, kind: v.literal('pause'), replica: place }),
  v.strictObject({
    ...faultTimes,
    kind: v.literal('clock'),
    replica: place,
    offsetMs: finite,
    driftPpm: finite,
  }),
  v.strictObject({ ...faultTimes, kind: v.literal('slow-disk'), replica: place, fsync: ms }),
  v.strictObject({
    ...faultTimes,
    kind: v.literal('power-loss'),
    replicas: v.pipe(v.array(place), v.maxLength(2000)),
  }),
])

const preferences = v.partial(
  v.strictObject({
    theme: v.picklist(['system', 'light', 'dark']),
    motion: v.picklist(['system', 'reduced', 'full']),
    timeUnit: v.picklist(['ms', 'auto']),
    defaultSeed: seed,
    tourSeen: v.boolean(),
    layout: v.pipe(
      v.record(v.pipe(v.string(), v.maxLength(100)), v.union([finite, v.boolean()])),
      v.check((layout) => Object.keys(layout).length <= 500, 'too many entries'),
    ),
    libraryMax: v.pipe(count, v.minValue(1), v.maxValue(100_000)),
  }),
)

const chartQuery = v.strictObject({
  ids: v.pipe(v.array(id), v.minLength(1), v.maxLength(COMPARED_MAX)),
  chart: name,
  theme: v.picklist(['light', 'dark']),
  unit: v.picklist(['ms', 'auto']),
  width: chartPx,
  height: chartPx,
  range: nullable(
    v.pipe(
      v.strictObject({ from: finite, to: finite }),
      v.check(({ from, to }) => from < to, 'it ends before it begins'),
    ),
  ),
  highlight: v.exactOptional(nullable(count)),
})

const sweep = v.strictObject({
  text,
  name,
  vary: v.pipe(v.array(v.pipe(v.string(), v.maxLength(10_000))), v.maxLength(SWEEP_SETTINGS_MAX)),
  seeds: v.pipe(count, v.minValue(1), v.maxValue(SWEEP_SEEDS_MAX)),
  seed: nullable(v.pipe(seed, v.maxValue(Number.MAX_SAFE_INTEGER - SWEEP_SEEDS_MAX))),
  metrics: v.pipe(
    v.array(v.picklist(METRIC_NAMES.map((metric) => metric.name))),
    v.minLength(1),
    v.maxLength(100),
  ),
})

const nothing = v.null()
const byRun = v.strictObject({ runId: id })
const byId = v.strictObject({ id })

export const PARSERS: { readonly [C in Channel]: v.GenericSchema<unknown, InputOf<C>> } = {
  'app.about': nothing,
  'catalog.get': nothing,
  'topology.check': v.strictObject({ text }),
  'topology.movement': v.strictObject({
    text,
    kind: v.picklist(['join', 'leave']),
    replica: nullable(name),
  }),
  'topology.predict': v.strictObject({ text }),
  'files.list': nothing,
  'files.open': v.strictObject({ id: nullable(id) }),
  'files.save': v.strictObject({
    id: nullable(id),
    name,
    text,
    stamp: nullable(v.pipe(v.string(), v.maxLength(200))),
    force: v.boolean(),
  }),
  'files.forget': byId,
  'drafts.put': v.strictObject({
    id,
    name: v.pipe(v.string(), v.maxLength(200)),
    text,
    fileId: nullable(id),
    stamp: nullable(v.pipe(v.string(), v.maxLength(200))),
    savedAt: v.pipe(v.string(), v.maxLength(40)),
  }),
  'drafts.list': nothing,
  'drafts.drop': byId,
  'runs.start': v.strictObject({
    text,
    runtime: v.picklist(['simulated', 'live']),
    seed: nullable(seed),
    durationMs: nullable(v.pipe(finite, v.minValue(1))),
    realDisk: v.boolean(),
  }),
  'runs.list': nothing,
  'runs.stop': byRun,
  'runs.pause': byRun,
  'runs.resume': byRun,
  'runs.watch': byRun,
  'runs.inject': v.strictObject({ runId: id, fault }),
  'runs.lift': v.strictObject({ runId: id, index: count }),
  'runs.past': byRun,
  'library.list': nothing,
  'library.report': byId,
  'library.chart': chartQuery,
  'library.rename': v.strictObject({ id, name }),
  'library.remove': v.strictObject({ ids: v.pipe(v.array(id), v.maxLength(100_000)) }),
  'library.operations': v.strictObject({
    id,
    fromMs: ms,
    toMs: ms,
    max: v.pipe(count, v.minValue(1), v.maxValue(20_000)),
    sessions: nullable(v.pipe(v.array(count), v.maxLength(10_000))),
    keys: nullable(v.pipe(v.array(count), v.maxLength(10_000))),
    rows: v.exactOptional(v.pipe(v.array(count), v.maxLength(10_000))),
  }),
  'library.trace': v.strictObject({ id, row: count }),
  'library.judge': v.strictObject({ id, guarantee: name }),
  'library.import': v.union([
    v.strictObject({ name, text: v.pipe(v.string(), v.maxLength(IMPORT_CHARS_MAX)) }),
    v.strictObject({ name, gzip: v.pipe(v.string(), v.maxLength(IMPORT_CHARS_MAX)) }),
  ]),
  'datasheets.list': nothing,
  'datasheets.start': v.strictObject({ text, name, isQuick: v.boolean() }),
  'datasheets.stop': nothing,
  'datasheets.get': byId,
  'datasheets.chart': chartQuery,
  'datasheets.remove': v.strictObject({ ids: v.pipe(v.array(id), v.maxLength(100_000)) }),
  'datasheets.save': v.strictObject({ id, format: v.picklist(DATASHEET_FORMATS) }),
  'sweeps.list': nothing,
  'sweeps.plan': sweep,
  'sweeps.start': sweep,
  'sweeps.stop': nothing,
  'sweeps.get': byId,
  'sweeps.topology': byId,
  'sweeps.chart': chartQuery,
  'sweeps.rename': v.strictObject({ id, name }),
  'sweeps.remove': v.strictObject({ ids: v.pipe(v.array(id), v.maxLength(100_000)) }),
  'sweeps.save': v.strictObject({ id, format: v.picklist(SWEEP_FORMATS) }),
  'exports.save': v.strictObject({ id, format: v.picklist(EXPORT_FORMATS) }),
  'preferences.get': nothing,
  'preferences.set': preferences as v.GenericSchema<unknown, InputOf<'preferences.set'>>,
}

export const CHANNELS = Object.keys(PARSERS) as Channel[]

export function isChannel(channel: string): channel is Channel {
  return Object.hasOwn(PARSERS, channel)
}

/** The checked input of a request, or a sentence that says what is wrong with it. */
export function parseInput<C extends Channel>(
  channel: C,
  input: unknown,
): { ok: true; value: InputOf<C> } | { ok: false; error: string } {
  const schema: v.GenericSchema<unknown, InputOf<C>> = PARSERS[channel]
  const result = v.safeParse(schema, input, { abortEarly: true })
  if (result.success) return { ok: true, value: result.output }
  const [issue] = result.issues
  const path = v.getDotPath(issue)
  return { ok: false, error: `${channel}: ${path === null ? '' : `${path}: `}${issue.message}` }
}
