import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export const TABS = ['design', 'faults', 'run', 'results', 'compare'] as const
export type Tab = (typeof TABS)[number]

/** What stands on the canvas: a replica, client or region by its id, or a link between two of them. */
export type Selected =
  | { readonly kind: 'region' | 'replica' | 'client'; readonly id: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string }

export interface Notice {
  readonly id: number
  readonly tone: 'info' | 'error'
  readonly sentence: string
}

const NOTICE_MS = 6_000

/** Where the user is and what is marked: nothing that is saved. */
export const useUi = defineStore('ui', () => {
  const isHome = shallowRef(true)
  const tab = shallowRef<Tab>('design')
  const selection = shallowRef<readonly Selected[]>([])
  /** Index of the fault marked on the timeline. */
  const selectedFault = shallowRef<number | null>(null)
  const notices = shallowRef<readonly Notice[]>([])
  /** How a run is started from the top bar. */
  const runtime = shallowRef<'simulated' | 'live'>('simulated')
  /** null: the file's. */
  const seed = shallowRef<number | null>(null)
  let noticeCount = 0

  function go(to: Tab): void {
    isHome.value = false
    tab.value = to
  }

  /** Says something once, below the top bar; errors stay until they are dismissed. */
  function notify(sentence: string, tone: Notice['tone'] = 'info'): void {
    const notice = { id: ++noticeCount, tone, sentence }
    notices.value = [...notices.value, notice].slice(-4)
    if (tone === 'info') setTimeout(() => dismiss(notice.id), NOTICE_MS)
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  return { isHome, tab, selection, selectedFault, notices, runtime, seed, go, notify, dismiss }
})
