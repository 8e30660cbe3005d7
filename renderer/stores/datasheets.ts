import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { DatasheetEntry, DatasheetStarted, DatasheetStatus } from '../../shared/ipc/contract.ts'
import { essenceOf } from '../../shared/report/datasheet/essence.ts'
import type { Datasheet } from '../../shared/report/datasheet/types.ts'
import { api } from '../api/index.ts'
import { useDocument } from './document.ts'

/** Datasheets kept in memory, the latest used last. */
const SHEETS_MAX = 12

/** Datasheets that are kept, and the one that is being made, whichever window asked for it. */
export const useDatasheets = defineStore('datasheets', () => {
  const doc = useDocument()
  const entries = shallowRef<readonly DatasheetEntry[]>([])
  const isLoaded = shallowRef(false)
  const job = shallowRef<DatasheetStatus | null>(null)
  const selectedId = shallowRef<string | null>(null)
  /** Those whose figures stand side by side. */
  const comparedIds = shallowRef<readonly string[]>([])
  const sheets = new Map<string, Datasheet>()
  let hasBegun = false

  const isMaking = computed(() => job.value?.state === 'running')
  /** Of what is open; null where it is no sound topology. */
  const essence = computed(() => {
    const topology = doc.isOpen ? doc.check?.topology : null
    return topology === null || topology === undefined ? null : essenceOf(topology)
  })
  /** The latest of what is open, or of an earlier version of it that went by the same name. */
  const ownId = computed(() => {
    const name = doc.isOpen ? doc.check?.topology?.name : undefined
    const own =
      entries.value.find((entry) => entry.essence === essence.value) ??
      entries.value.find((entry) => entry.name === name)
    return own?.id ?? null
  })

  async function refresh(): Promise<void> {
    const answer = await api.request('datasheets.list', null)
    entries.value = answer.entries
    job.value = answer.job
    isLoaded.value = true
    const ids = new Set(answer.entries.map(({ id }) => id))
    if (selectedId.value !== null && !ids.has(selectedId.value)) selectedId.value = null
    comparedIds.value = comparedIds.value.filter((id) => ids.has(id))
  }

  /** Once, by whoever shows datasheets first. */
  function begin(): void {
    if (hasBegun) return
    hasBegun = true
    // Fails only where the connection breaks meanwhile, and is done again when it is back.
    const tryToRefresh = () => void refresh().catch(() => undefined)
    api.on('datasheets.changed', tryToRefresh)
    api.on('datasheet.status', (status) => (job.value = status))
    api.onReconnect(tryToRefresh)
    tryToRefresh()
  }

  async function sheet(id: string): Promise<Datasheet> {
    const found = sheets.get(id) ?? (await api.request('datasheets.get', { id }))
    sheets.delete(id)
    sheets.set(id, found)
    if (sheets.size > SHEETS_MAX) sheets.delete([...sheets.keys()][0])
    return found
  }

  const start = (isQuick: boolean): Promise<DatasheetStarted> =>
    api.request('datasheets.start', { text: doc.text, name: doc.fileName, isQuick })

  function toggleCompared(id: string): void {
    const has = comparedIds.value.includes(id)
    comparedIds.value = has ? comparedIds.value.filter((each) => each !== id) : [...comparedIds.value, id]
  }

  // Another topology, another datasheet; and a new one is what somebody waited for.
  watch(ownId, (id) => (selectedId.value = id ?? selectedId.value))

  return {
    entries,
    isLoaded,
    job,
    isMaking,
    essence,
    ownId,
    selectedId,
    comparedIds,
    begin,
    refresh,
    sheet,
    start,
    stop: () => api.request('datasheets.stop', null),
    toggleCompared,
  }
})
