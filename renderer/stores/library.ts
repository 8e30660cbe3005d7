import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { LibraryEntry } from '../../shared/ipc/contract.ts'
import { api } from '../api/index.ts'
import { cached, keepFresh, useCompared, useEntries } from './kept.ts'

/** Runs that are over, and their reports. */
export const useLibrary = defineStore('library', () => {
  const { take, ...list } = useEntries<LibraryEntry>()
  const { entries, selectedId } = list
  const selected = computed(() => entries.value.find(({ id }) => id === selectedId.value) ?? null)

  async function refresh(): Promise<void> {
    take(await api.request('library.list', null))
  }

  return {
    ...list,
    ...useCompared(entries),
    selected,
    refresh,
    begin: () => keepFresh((tell) => api.on('library.changed', tell), refresh),
    report: cached((id) => api.request('library.report', { id })),
  }
})
