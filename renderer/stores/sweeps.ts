import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { SweepEntry, SweepRequest, SweepStarted, SweepStatus } from '../../shared/ipc/contract.ts'
import { essenceOf } from '../../shared/report/datasheet/essence.ts'
import type { Sweep } from '../../shared/report/sweep/types.ts'
import { SWEEP_METRICS_USUAL } from '../../shared/report/sweep/vary.ts'
import { api } from '../api/index.ts'
import { useDocument } from './document.ts'
import { useUi } from './ui.ts'

/** Sweeps kept in memory, the latest used last. */
const SWEEPS_MAX = 12

/** A setting that is to be varied, and its values as they are typed: "1, 2, 3". */
export interface VariedField {
  readonly path: string
  readonly text: string
}

/** Sweeps that are kept, the one that is being made, whichever window asked for it, and what the next one varies. */
export const useSweeps = defineStore('sweeps', () => {
  const doc = useDocument()
  const ui = useUi()
  const entries = shallowRef<readonly SweepEntry[]>([])
  const isLoaded = shallowRef(false)
  const job = shallowRef<SweepStatus | null>(null)
  const selectedId = shallowRef<string | null>(null)
  const fields = shallowRef<readonly VariedField[]>([])
  const seeds = shallowRef(3)
  /** The first of them; null: what the file says. */
  const seed = shallowRef<number | null>(null)
  const metrics = shallowRef<readonly string[]>(SWEEP_METRICS_USUAL)
  const sweeps = new Map<string, Sweep>()
  let hasBegun = false

  const isMaking = computed(() => job.value?.state === 'running')
  /** Of what is open; null where it is no sound topology. */
  const essence = computed(() => {
    const topology = doc.isOpen ? doc.check?.topology : null
    return topology === null || topology === undefined ? null : essenceOf(topology)
  })
  /** What is asked for, of what is open. */
  const request = computed((): SweepRequest => ({
    text: doc.text,
    name: doc.fileName,
    vary: fields.value.map(({ path, text }) => `${path}=${text}`),
    seeds: seeds.value,
    seed: seed.value,
    metrics: [...metrics.value],
  }))

  async function refresh(): Promise<void> {
    const answer = await api.request('sweeps.list', null)
    entries.value = answer.entries
    job.value = answer.job
    isLoaded.value = true
    const ids = new Set(answer.entries.map(({ id }) => id))
    if (selectedId.value !== null && !ids.has(selectedId.value)) selectedId.value = null
  }

  function hear(status: SweepStatus): void {
    const wasRunning = isMaking.value
    job.value = status
    if (!wasRunning || status.entryId === null) return
    // A new one is what somebody waited for.
    selectedId.value = status.entryId
    if (ui.isHome || ui.tab !== 'sweep') ui.notify(`The sweep of “${status.name}” is done.`)
  }

  /** Once, by whoever shows sweeps first. */
  function begin(): void {
    if (hasBegun) return
    hasBegun = true
    // Fails only where the connection breaks meanwhile, and is done again when it is back.
    const tryToRefresh = () => void refresh().catch(() => undefined)
    api.on('sweeps.changed', tryToRefresh)
    api.on('sweep.status', hear)
    api.onReconnect(tryToRefresh)
    tryToRefresh()
  }

  async function sweep(id: string): Promise<Sweep> {
    const found = sweeps.get(id) ?? (await api.request('sweeps.get', { id }))
    sweeps.delete(id)
    sweeps.set(id, found)
    if (sweeps.size > SWEEPS_MAX) sweeps.delete([...sweeps.keys()][0])
    return found
  }

  const start = (): Promise<SweepStarted> => api.request('sweeps.start', request.value)

  function add(field: VariedField): void {
    if (!fields.value.some(({ path }) => path === field.path)) fields.value = [...fields.value, field]
  }

  function change(path: string, text: string): void {
    fields.value = fields.value.map((field) => (field.path === path ? { path, text } : field))
  }

  function drop(path: string): void {
    fields.value = fields.value.filter((field) => field.path !== path)
  }

  return {
    entries,
    isLoaded,
    job,
    isMaking,
    essence,
    selectedId,
    fields,
    seeds,
    seed,
    metrics,
    request,
    begin,
    refresh,
    sweep,
    start,
    stop: () => api.request('sweeps.stop', null),
    add,
    change,
    drop,
  }
})
