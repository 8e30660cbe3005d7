import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef } from 'vue'
import { STATISTICS_KEPT, EVENTS_KEPT } from '../../shared/ipc/contract.ts'
import type { RunRequest, RunStarted, RunStatus } from '../../shared/ipc/contract.ts'
import type { RunEvent, RunStatistics } from '../../shared/report/statistics.ts'
import type { FaultSpec } from '../../shared/topology/types.ts'
import { api } from '../api/index.ts'

/** Shorter than the eye sees, longer than what belongs together takes to come. */
const TOGETHER_MS = 16

/** A run and its stream. The lists grow in place: watch `version`, which counts what has come. */
export interface RunStream {
  status: RunStatus
  readonly statistics: RunStatistics[]
  readonly events: RunEvent[]
  version: number
}

/**
 * Runs under way and what they tell. Bulk data are plain arrays behind a shallow reference: ten samples a second of a
 * hundred replicas must not pass through deep reactivity.
 */
export const useRuns = defineStore('runs', () => {
  const streams = shallowRef(new Map<string, RunStream>())
  /** The run that the top bar and the Run view speak of: the latest. */
  const currentId = shallowRef<string | null>(null)
  const current = computed(() => streams.value.get(currentId.value ?? '') ?? null)
  const isRunning = computed(() => {
    const state = current.value?.status.state
    return state === 'starting' || state === 'running'
  })

  function streamOf(status: RunStatus): RunStream {
    let stream = streams.value.get(status.runId)
    if (stream === undefined) {
      stream = { status, statistics: [], events: [], version: 0 }
      streams.value.set(status.runId, stream)
    }
    return stream
  }

  let telling: ReturnType<typeof setTimeout> | undefined

  function tell(): void {
    clearTimeout(telling)
    telling = undefined
    triggerRef(streams)
  }

  /** Status, statistics and events of the same tenth of a second come one by one: they are told together. */
  function tellSoon(): void {
    telling ??= setTimeout(tell, TOGETHER_MS)
  }

  function begin(): void {
    api.on('run.status', (status) => {
      const stream = streamOf(status)
      const isAnother = stream.status === status || stream.status.state !== status.state
      // A new object, so that whoever watches the stream itself notices.
      streams.value.set(status.runId, { ...stream, status, version: stream.version + 1 })
      currentId.value ??= status.runId
      if (isAnother) tell()
      else tellSoon()
    })
    api.on('run.statistics', ({ runId, statistics }) => {
      const stream = streams.value.get(runId)
      if (stream === undefined) return
      if (stream.statistics.length >= STATISTICS_KEPT) stream.statistics.shift()
      stream.statistics.push(statistics)
      streams.value.set(runId, { ...stream, version: stream.version + 1 })
      tellSoon()
    })
    api.on('run.events', ({ runId, events }) => {
      const stream = streams.value.get(runId)
      if (stream === undefined) return
      stream.events.push(...events)
      if (stream.events.length > EVENTS_KEPT) stream.events.splice(0, stream.events.length - EVENTS_KEPT)
      streams.value.set(runId, { ...stream, version: stream.version + 1 })
      tellSoon()
    })
    // Where the connection breaks in the middle of it, the next one catches up.
    const tryToCatchUp = () => void catchUp().catch(() => undefined)
    api.onReconnect(tryToCatchUp)
    tryToCatchUp()
  }

  /** After a reload or a broken connection: what runs, and what it has told so far. */
  async function catchUp(): Promise<void> {
    const statuses = await api.request('runs.list', null)
    for (const status of statuses) {
      const isUnderWay = status.state === 'starting' || status.state === 'running'
      const known = streams.value.get(status.runId)
      const past = isUnderWay ? await api.request('runs.past', { runId: status.runId }) : known
      streams.value.set(status.runId, {
        status,
        statistics: past?.statistics ?? [],
        events: past?.events ?? [],
        version: (known?.version ?? 0) + 1,
      })
    }
    const latest = statuses.at(-1)
    if (latest !== undefined) currentId.value ??= latest.runId
    tell()
  }

  async function start(request: RunRequest): Promise<RunStarted> {
    const answer = await api.request('runs.start', request)
    if ('runId' in answer) currentId.value = answer.runId
    return answer
  }

  const withCurrent = async (act: (runId: string) => Promise<unknown>) => {
    if (currentId.value !== null) await act(currentId.value)
  }

  return {
    streams,
    currentId,
    current,
    isRunning,
    begin,
    start,
    stop: () => withCurrent((runId) => api.request('runs.stop', { runId })),
    pause: () => withCurrent((runId) => api.request('runs.pause', { runId })),
    resume: () => withCurrent((runId) => api.request('runs.resume', { runId })),
    inject: async (fault: FaultSpec) => {
      const runId = currentId.value
      return runId === null
        ? { refused: 'No run is under way.' }
        : api.request('runs.inject', { runId, fault })
    },
    lift: (index: number) => withCurrent((runId) => api.request('runs.lift', { runId, index })),
  }
})
