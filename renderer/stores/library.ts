import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { LibraryEntry } from '../../shared/ipc/contract.ts'
import type { Report } from '../../shared/report/types.ts'
import { api } from '../api/index.ts'

/** Reports kept in memory, the latest used last. */
const REPORTS_MAX = 12

/** Runs that are over, and their reports. */
export const useLibrary = defineStore('library', () => {
  const entries = shallowRef<LibraryEntry[]>([])
  const isLoaded = shallowRef(false)
  /** The run that Results shows. */
  const selectedId = shallowRef<string | null>(null)
  /** Runs laid side by side in Compare, in the order of their marking. */
  const comparedIds = shallowRef<readonly string[]>([])
  const reports = new Map<string, Report>()
  const selected = computed(() => entries.value.find(({ id }) => id === selectedId.value) ?? null)

  async function refresh(): Promise<void> {
    entries.value = await api.request('library.list', null)
    isLoaded.value = true
    const ids = new Set(entries.value.map(({ id }) => id))
    if (selectedId.value !== null && !ids.has(selectedId.value)) selectedId.value = null
    comparedIds.value = comparedIds.value.filter((id) => ids.has(id))
  }

  function begin(): void {
    // Fails only where the connection breaks meanwhile, and is done again when it is back.
    const tryToRefresh = () => void refresh().catch(() => undefined)
    api.on('library.changed', tryToRefresh)
    api.onReconnect(tryToRefresh)
    tryToRefresh()
  }

  async function report(id: string): Promise<Report> {
    const known = reports.get(id)
    const found = known ?? (await api.request('library.report', { id }))
    reports.delete(id)
    reports.set(id, found)
    if (reports.size > REPORTS_MAX) reports.delete([...reports.keys()][0])
    return found
  }

  function toggleCompared(id: string): void {
    const has = comparedIds.value.includes(id)
    comparedIds.value = has ? comparedIds.value.filter((each) => each !== id) : [...comparedIds.value, id]
  }

  return { entries, isLoaded, selectedId, selected, comparedIds, begin, refresh, report, toggleCompared }
})
