import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export const TABS = ['design', 'faults', 'run', 'results', 'compare', 'datasheet', 'sweep'] as const
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

/** Sheets that the frame lays over everything. */
export type Sheet = 'palette' | 'shortcuts' | 'preferences' | 'about' | 'tour'

const NOTICE_MS = 6_000

/** Where the user is and what is marked: nothing that is saved. */
export const useUi = defineStore('ui', () => {
  const isHome = shallowRef(true)
  const tab = shallowRef<Tab>('design')
  const selection = shallowRef<readonly Selected[]>([])
  /** Index of the fault marked on the timeline. */
  const selectedFault = shallowRef<number | null>(null)
  /** Index of the change of members marked there instead. */
  const selectedChange = shallowRef<number | null>(null)
  /** JSON path of a field that somebody asked to see, by a problem of it: whoever shows that field brings it into view. */
  const askedPath = shallowRef<string | null>(null)
  const notices = shallowRef<readonly Notice[]>([])
  const sheet = shallowRef<Sheet | null>(null)
  /** How a run is started from the top bar. */
  const runtime = shallowRef<'simulated' | 'live'>('simulated')
  /** null: the file's. */
  const seed = shallowRef<number | null>(null)
  /** null: the file's. */
  const durationMs = shallowRef<number | null>(null)
  /** Live runs: whether what replicas persist goes to a real file. */
  const realDisk = shallowRef(false)
  let noticeCount = 0

  function go(to: Tab): void {
    isHome.value = false
    tab.value = to
  }

  function goHome(): void {
    isHome.value = true
  }

  /** Says something once, at the lower right; errors stay until they are dismissed. Answers what to dismiss it by. */
  function notify(sentence: string, tone: Notice['tone'] = 'info'): number {
    const notice = { id: ++noticeCount, tone, sentence }
    const others = notices.value.filter((each) => each.sentence !== sentence)
    notices.value = [...others, notice].slice(-4)
    if (tone === 'info') setTimeout(() => dismiss(notice.id), NOTICE_MS)
    return notice.id
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  return {
    isHome,
    tab,
    selection,
    selectedFault,
    selectedChange,
    askedPath,
    notices,
    sheet,
    runtime,
    seed,
    durationMs,
    realDisk,
    go,
    goHome,
    notify,
    dismiss,
  }
})
