import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { About, Catalog } from '../../shared/ipc/contract.ts'
import { api } from '../api/index.ts'

/** What the lab offers: strategies, presets, levels. Does not change while a window is open. */
export const useCatalog = defineStore('catalog', () => {
  const catalog = shallowRef<Catalog | null>(null)
  const about = shallowRef<About | null>(null)

  async function load(): Promise<void> {
    ;[catalog.value, about.value] = await Promise.all([
      api.request('catalog.get', null),
      api.request('app.about', null),
    ])
  }

  return { catalog, about, load }
})
