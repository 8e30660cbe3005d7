import { defineStore } from 'pinia'
import { computed, shallowRef, watchEffect } from 'vue'
import type { Preferences } from '../../shared/ipc/contract.ts'
import { api } from '../api/index.ts'
import { timeUnit } from '../model/units.ts'

const INITIAL: Preferences = {
  theme: 'system',
  motion: 'system',
  timeUnit: 'auto',
  defaultSeed: 1,
  tourSeen: true,
  layout: {},
  libraryMax: 500,
}

/** What the user prefers, kept by the lab; also which theme is in force. */
export const usePreferences = defineStore('preferences', () => {
  const values = shallowRef<Preferences>(INITIAL)
  const isLoaded = shallowRef(false)
  const darkQuery = matchMedia('(prefers-color-scheme: dark)')
  const systemIsDark = shallowRef(darkQuery.matches)
  darkQuery.addEventListener('change', ({ matches }) => (systemIsDark.value = matches))

  /** The theme in force. */
  const theme = computed<'light' | 'dark'>(() => {
    const { theme } = values.value
    return theme === 'system' ? (systemIsDark.value ? 'dark' : 'light') : theme
  })
  watchEffect(() => {
    timeUnit.value = values.value.timeUnit
    document.documentElement.dataset.theme = theme.value
    document.documentElement.dataset.motion = values.value.motion
  })

  async function load(): Promise<void> {
    values.value = await api.request('preferences.get', null)
    isLoaded.value = true
  }

  /** Takes effect at once; the lab hears of it afterwards. */
  function set(changes: Partial<Preferences>): void {
    values.value = { ...values.value, ...changes }
    void api.request('preferences.set', changes).catch(() => undefined)
  }

  function setLayout(name: string, value: number | boolean): void {
    set({ layout: { ...values.value.layout, [name]: value } })
  }

  /** Panes and sections as they are at first. */
  function forgetLayout(): void {
    set({ layout: {} })
  }

  return { values, isLoaded, theme, load, set, setLayout, forgetLayout }
})
