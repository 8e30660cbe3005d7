import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { DatasheetEntry, DatasheetStarted, DatasheetStatus } from '../../shared/ipc/contract.ts'
import { api } from '../api/index.ts'
import { useDocument } from './document.ts'
import { cached, useCompared, useMade } from './kept.ts'

/** Datasheets that are kept, and the one that is being made, whichever window asked for it. */
export const useDatasheets = defineStore('datasheets', () => {
  const doc = useDocument()
  const made = useMade<DatasheetEntry, DatasheetStatus>({
    list: () => api.request('datasheets.list', null),
    onChange: (tell) => api.on('datasheets.changed', tell),
    onStatus: (hear) => api.on('datasheet.status', hear),
  })
  /** The latest of what is open, or of an earlier version of it that went by the same name. */
  const ownId = computed(() => {
    const name = doc.isOpen ? doc.check?.topology?.name : undefined
    const own =
      made.entries.value.find((entry) => entry.essence === made.essence.value) ??
      made.entries.value.find((entry) => entry.name === name)
    return own?.id ?? null
  })

  /** Whether the next one is made with fewer samples. */
  const isQuick = shallowRef(false)
  const start = (quick: boolean): Promise<DatasheetStarted> =>
    api.request('datasheets.start', { text: doc.text, name: doc.fileName, isQuick: quick })

  // Another topology, another datasheet; and a new one is what somebody waited for.
  watch(ownId, (id) => (made.selectedId.value = id ?? made.selectedId.value))

  return {
    ...made,
    ...useCompared(made.entries),
    ownId,
    isQuick,
    sheet: cached((id) => api.request('datasheets.get', { id })),
    start,
    stop: () => api.request('datasheets.stop', null),
  }
})
