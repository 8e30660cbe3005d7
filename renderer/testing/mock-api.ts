import type {
  Draft,
  EventName,
  Events,
  Handlers,
  LabApi,
  LibraryEntry,
  OpenedFile,
  Preferences,
  RunStatus,
} from '../../shared/ipc/contract.ts'
import type { Connection } from '../api/socket.ts'
import { strategies } from '../../shared/protocols/registry.ts'
import { sampleSheet } from '../../shared/report/datasheet/testdata/sample-sheet.ts'
import { sampleSweep } from '../../shared/report/sweep/testdata/sample-sweep.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import { regionRoundTrips } from '../../shared/report/region-round-trips.ts'
import { sampleReport } from '../../shared/report/testdata/sample-report.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import type { Topology } from '../../shared/topology/types.ts'
import { mockCatalog } from './mock-catalog.ts'

export interface MockApi extends LabApi, Connection {
  /** As if the connection broke; `reconnect` has it there again. */
  disconnect(retryInMs: number): void
  /** Sends an event as the lab would. */
  emit<E extends EventName>(event: E, payload: Events[E]): void
  readonly files: Map<string, OpenedFile>
  readonly drafts: Map<string, Draft>
  /** Takes the place of the handlers of that name. */
  override(handlers: Partial<Handlers>): void
}

const NOTHING = { warnings: [], sums: [], refusals: {}, placement: [], ring: [], estimate: null }

/**
 * A lab without a host: real presets and a real parser, files and drafts in memory, runs that only pretend. For
 * looking at views and for tests of components. `runMs` is the real time that a pretended run takes.
 */
export function mockApi({ runMs = 4_000 }: { runMs?: number } = {}): MockApi {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  const disconnected = new Set<(retryInMs: number) => void>()
  const reconnected = new Set<() => void>()
  const files = new Map<string, OpenedFile>()
  const drafts = new Map<string, Draft>()
  const statuses = new Map<string, RunStatus>()
  const past = new Map<string, { statistics: RunStatistics[]; events: RunEvent[] }>()
  const stopped = new Set<string>()
  let library: LibraryEntry[] = []
  let count = 0
  let preferences: Preferences = {
    theme: 'system',
    motion: 'system',
    timeUnit: 'auto',
    defaultSeed: 1,
    tourSeen: true,
    layout: {},
    libraryMax: 500,
  }

  function emit<E extends EventName>(event: E, payload: Events[E]): void {
    for (const listener of [...(listeners.get(event) ?? [])]) listener(payload as never)
  }

  function parsed(text: string): Topology | null {
    const result = parseTopology(text, strategies)
    return result.ok ? result.value : null
  }

  async function pretend(status: RunStatus, topology: Topology): Promise<void> {
    const steps = Math.max(1, Math.round(runMs / 100))
    const stream = { statistics: [] as RunStatistics[], events: [] as RunEvent[] }
    past.set(status.runId, stream)
    const tell = (change: Partial<RunStatus>) => {
      const next = { ...(statuses.get(status.runId) ?? status), ...change }
      statuses.set(status.runId, next)
      emit('run.status', next)
    }
    for (let i = 1; i <= steps && !stopped.has(status.runId); i++) {
      await new Promise((resolve) => setTimeout(resolve, runMs / steps))
      const share = i / steps
      const statistics = statisticsAt(share, status.durationMs, topology)
      stream.statistics.push(statistics)
      tell({ state: 'running', share, leftMs: runMs * (1 - share) })
      emit('run.statistics', { runId: status.runId, statistics })
      if (i % 10 === 0) {
        const event: RunEvent = {
          tMs: statistics.nowMs,
          kind: 'note',
          name: 'note',
          phase: 'instant',
          place: topology.replicas[0]?.id ?? '',
          text: `step ${i}`,
        }
        stream.events.push(event)
        emit('run.events', { runId: status.runId, events: [event] })
      }
    }
    const entryId = `entry-${status.runId}`
    library = [entryOf(entryId, status, topology), ...library]
    emit('library.changed', null)
    const state = stopped.has(status.runId) ? 'stopped' : 'done'
    tell({ state, share: state === 'done' ? 1 : 0.5, leftMs: null, entryId })
  }

  const handlers: Handlers = {
    'app.about': () =>
      Promise.resolve({
        version: '0.1.0',
        components: [
          { name: 'Node', version: '20.20.2' },
          { name: 'Vue', version: '3.5' },
        ],
        platform: 'linux x64',
        dialogs: false,
        folder: '~/Replica Lab',
        cores: 8,
      }),
    'catalog.get': () => Promise.resolve(mockCatalog()),
    'topology.check': ({ text }) => {
      const result = parseTopology(text, strategies)
      if (!result.ok)
        return Promise.resolve({
          ...NOTHING,
          problems: result.error,
          topology: null,
          regionRoundTripMs: null,
        })
      const topology = result.value
      return Promise.resolve({
        ...NOTHING,
        problems: [],
        topology,
        regionRoundTripMs: regionRoundTrips(topology),
        sums: [{ label: 'Quorums', value: 'R + W ≤ N', consequence: 'Reads may miss the latest write.' }],
      })
    },
    'topology.movement': () => Promise.resolve(null),
    'topology.predict': () => Promise.resolve({ prediction: sampleReport().prediction, reason: null }),
    'files.list': () =>
      Promise.resolve(
        [...files.values()].map(({ id, name }) => ({
          id,
          name,
          where: '',
          changedAt: '2026-01-02T03:04:05Z',
          missing: false,
        })),
      ),
    'files.open': ({ id }) => Promise.resolve(files.get(id ?? '') ?? null),
    'files.save': ({ id, name, text, stamp, force }) => {
      const known = [...files.values()].find((file) => file.id === id || file.name === name)
      if (known !== undefined && id === null)
        return Promise.resolve({
          outcome: 'exists',
          id: known.id,
          sentence: `There is a file ${name} already.`,
        })
      if (known !== undefined && known.stamp !== stamp && !force)
        return Promise.resolve({ outcome: 'conflict', sentence: `${name} has been changed elsewhere.` })
      const saved = { id: known?.id ?? `file-${++count}`, name, text, stamp: `stamp-${++count}` }
      files.set(saved.id, saved)
      return Promise.resolve({ outcome: 'saved', id: saved.id, name, stamp: saved.stamp })
    },
    'files.forget': ({ id }) => {
      files.delete(id)
      return Promise.resolve(null)
    },
    'drafts.put': (draft) => {
      drafts.set(draft.id, draft)
      return Promise.resolve(null)
    },
    'drafts.list': () => Promise.resolve([...drafts.values()]),
    'drafts.drop': ({ id }) => {
      drafts.delete(id)
      return Promise.resolve(null)
    },
    'runs.start': ({ text, runtime, seed, durationMs }) => {
      const result = parseTopology(text, strategies)
      if (!result.ok) return Promise.resolve({ problems: result.error })
      const topology = result.value
      const status: RunStatus = {
        runId: `run-${++count}`,
        name: topology.name,
        runtime,
        seed: seed ?? topology.run.seed,
        durationMs: durationMs ?? topology.run.durationMs,
        state: 'starting',
        share: 0,
        isPaused: false,
        leftMs: null,
        byHand: [],
        text,
        entryId: null,
        failure: null,
      }
      statuses.set(status.runId, status)
      emit('run.status', status)
      void pretend(status, topology)
      return Promise.resolve({ runId: status.runId })
    },
    'runs.list': () => Promise.resolve([...statuses.values()]),
    'runs.stop': ({ runId }) => {
      stopped.add(runId)
      return Promise.resolve(null)
    },
    'runs.pause': () => Promise.resolve(null),
    'runs.resume': () => Promise.resolve(null),
    'runs.inject': () => Promise.resolve({ index: ++count }),
    'runs.lift': () => Promise.resolve(null),
    'runs.watch': () => Promise.resolve(null),
    'runs.past': ({ runId }) => Promise.resolve(past.get(runId) ?? { statistics: [], events: [] }),
    'library.list': () => Promise.resolve(library),
    'library.report': ({ id }) => {
      const status = statuses.get(id.replace('entry-', ''))
      const topology = status === undefined ? null : parsed(status.text)
      return Promise.resolve(sampleReport(topology === null ? {} : { topology }))
    },
    'library.chart': () => Promise.resolve({ svg: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
    'library.rename': ({ id, name }) => {
      library = library.map((entry) => (entry.id === id ? { ...entry, name } : entry))
      emit('library.changed', null)
      return Promise.resolve(null)
    },
    'library.remove': ({ ids }) => {
      library = library.filter(({ id }) => !ids.includes(id))
      emit('library.changed', null)
      return Promise.resolve(null)
    },
    'library.operations': () =>
      Promise.resolve({
        total: 0,
        row: [],
        session: [],
        client: [],
        f: [],
        key: [],
        value: [],
        result: [],
        status: [],
        error: [],
        invokedMs: [],
        endedMs: [],
        place: [],
        stale: [],
        label: null,
      }),
    'library.trace': () =>
      Promise.resolve({ operation: 0, messages: [], reason: 'A pretended run has no messages.' }),
    'library.judge': () => Promise.resolve({ refused: 'A pretended run has no operations.' }),
    'library.import': () => Promise.resolve({ refused: 'A pretended lab imports nothing.' }),
    'sweeps.list': () => Promise.resolve({ entries: [], job: null }),
    'sweeps.plan': () => Promise.resolve({ refused: 'A pretended lab varies nothing.' }),
    'sweeps.start': () => Promise.resolve({ refused: 'A pretended lab varies nothing.' }),
    'sweeps.stop': () => Promise.resolve(null),
    'sweeps.get': () => Promise.resolve(sampleSweep()),
    'sweeps.topology': () => Promise.resolve({ text: '{}' }),
    'sweeps.chart': () => Promise.resolve({ svg: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
    'sweeps.rename': () => Promise.resolve(null),
    'sweeps.remove': () => Promise.resolve(null),
    'sweeps.save': ({ format }) =>
      Promise.resolve({ outcome: 'saved', where: `~/Replica Lab/sweep.${format}` }),
    'datasheets.list': () => Promise.resolve({ entries: [], job: null }),
    'datasheets.start': () => Promise.resolve({ refused: 'A pretended lab measures nothing.' }),
    'datasheets.stop': () => Promise.resolve(null),
    'datasheets.get': () => Promise.resolve(sampleSheet()),
    'datasheets.chart': () => Promise.resolve({ svg: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
    'datasheets.remove': () => Promise.resolve(null),
    'datasheets.save': ({ format }) =>
      Promise.resolve({ outcome: 'refused', sentence: `A pretended lab writes no ${format}.` }),
    'exports.save': ({ format }) =>
      Promise.resolve({ outcome: 'refused', sentence: `A pretended lab writes no ${format}.` }),
    'preferences.get': () => Promise.resolve(preferences),
    'preferences.set': (changes) => {
      preferences = { ...preferences, ...changes }
      return Promise.resolve(preferences)
    },
  }

  return {
    files,
    drafts,
    emit,
    override: (some) => void Object.assign(handlers, some),
    request: (channel, input) => handlers[channel](input),
    on: (event, listener) => {
      const all = listeners.get(event) ?? new Set()
      listeners.set(event, all.add(listener))
      return () => void all.delete(listener)
    },
    onDisconnect: (listener) => {
      disconnected.add(listener)
      return () => void disconnected.delete(listener)
    },
    onReconnect: (listener) => {
      reconnected.add(listener)
      return () => void reconnected.delete(listener)
    },
    reconnect: () => reconnected.forEach((listener) => listener()),
    disconnect: (retryInMs) => disconnected.forEach((listener) => listener(retryInMs)),
  }
}

function statisticsAt(share: number, durationMs: number, topology: Topology): RunStatistics {
  const wave = Math.sin(share * 20)
  return {
    nowMs: share * durationMs,
    share,
    operations: {
      invoked: Math.round(share * 24_000),
      ok: Math.round(share * 23_900),
      failed: 60,
      unknown: 40,
    },
    okPerS: 1_200 + 80 * wave,
    failedPerS: share > 0.4 && share < 0.6 ? 40 : 0,
    latencyMs: {
      read: { p50: 1.8 + 0.1 * wave, p99: 4.2 + wave, count: 110 },
      write: { p50: 2.9 + 0.1 * wave, p99: 8.8 + wave, count: 12 },
    },
    replicas: topology.replicas.map(({ id }, i) => ({
      id,
      up: true,
      isPaused: false,
      role: i === 0 ? 'leader' : 'follower',
      term: 1,
      leader: topology.replicas[0]?.id ?? null,
      applied: Math.round(share * 1_000) - i,
      lag: i,
      backlog: i,
      messagesInPerS: 900,
      messagesOutPerS: 880,
      busy: 0.1 + 0.05 * i,
    })),
    faults: share > 0.4 && share < 0.6 ? [{ index: 0, label: 'partition', by: 'plan' }] : [],
    latenessP99Ms: null,
  }
}

function entryOf(id: string, status: RunStatus, topology: Topology): LibraryEntry {
  return {
    id,
    name: status.name,
    at: new Date().toISOString(),
    runtime: status.runtime,
    seed: status.seed,
    strategy: topology.replication.strategy,
    durationMs: status.durationMs,
    operations: 24_000,
    readP99Ms: 4.2,
    writeP99Ms: 8.8,
    staleFraction: 0.009,
    availability: 0.996,
    expectations: { met: 2, missed: 1, undecided: 0 },
    stoppedEarly: null,
    hasHistory: true,
    bytes: 1_200_000,
  }
}
