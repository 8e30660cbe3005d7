import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { SweepEntry, SweepRequest, SweepStarted, SweepStatus } from '../../shared/ipc/contract.ts'
import { SWEEP_METRICS_USUAL } from '../../shared/report/sweep/vary.ts'
import { api } from '../api/index.ts'
import { useDocument } from './document.ts'
import { cached, useMade } from './kept.ts'
import { useUi } from './ui.ts'

/** A setting that is to be varied, and its values as they are typed: "1, 2, 3". */
export interface VariedField {
  readonly path: string
  readonly text: string
}

/** Sweeps that are kept, the one that is being made, whichever window asked for it, and what the next one varies. */
export const useSweeps = defineStore('sweeps', () => {
  const doc = useDocument()
  const ui = useUi()
  const made = useMade<SweepEntry, SweepStatus>({
    list: () => api.request('sweeps.list', null),
    onChange: (tell) => api.on('sweeps.changed', tell),
    onStatus: (hear) => api.on('sweep.status', hear),
    made: ({ entryId, name }) => {
      // A new one is what somebody waited for.
      made.selectedId.value = entryId
      if (ui.isHome || ui.tab !== 'sweep') ui.notify(`The sweep of “${name}” is done.`)
    },
  })
  const fields = shallowRef<readonly VariedField[]>([])
  const seeds = shallowRef(3)
  /** The first of them; null: what the file says. */
  const seed = shallowRef<number | null>(null)
  const metrics = shallowRef<readonly string[]>(SWEEP_METRICS_USUAL)
  /** What is asked for, of what is open. */
  const request = computed((): SweepRequest => ({
    text: doc.text,
    name: doc.fileName,
    vary: fields.value.map(({ path, text }) => `${path}=${text}`),
    seeds: seeds.value,
    seed: seed.value,
    metrics: [...metrics.value],
  }))

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
    ...made,
    fields,
    seeds,
    seed,
    metrics,
    request,
    sweep: cached((id) => api.request('sweeps.get', { id })),
    start,
    stop: () => api.request('sweeps.stop', null),
    add,
    change,
    drop,
  }
})
