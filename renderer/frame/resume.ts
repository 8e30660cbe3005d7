import { onScopeDispose } from 'vue'
import { useDocument } from '../stores/document.ts'
import { TABS, useUi, type Tab } from '../stores/ui.ts'

const KEY = 'replica-lab.window'

/** What was open and where, over a reload of the page. A draft outlives more, but only changes make one. */
interface Kept {
  readonly tab: Tab | null
  readonly runtime: 'simulated' | 'live'
  readonly document: {
    readonly text: string
    readonly name: string
    readonly draftId: string
    readonly saved: { readonly id: string; readonly stamp: string } | null
    readonly isDirty: boolean
  } | null
}

/** Puts back what `keepForReload` kept. Says whether there was anything. */
export function resumeWindow(): boolean {
  const text = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  const kept = text === null ? null : (JSON.parse(text) as Kept)
  if (kept === null) return false
  const ui = useUi()
  const doc = useDocument()
  ui.runtime = kept.runtime
  if (kept.document !== null) {
    const { text, name, draftId, saved, isDirty } = kept.document
    doc.openText({ text, name, draftId, saved, savedText: isDirty ? null : text })
  }
  if (kept.tab !== null && TABS.includes(kept.tab)) ui.go(kept.tab)
  return true
}

/** Remembers at every leaving of the page; what is too large for the browser's store is left to the draft. */
export function keepForReload(): void {
  const ui = useUi()
  const doc = useDocument()
  const keep = () => {
    const kept: Kept = {
      tab: ui.isHome ? null : ui.tab,
      runtime: ui.runtime,
      document: doc.isOpen
        ? {
            text: doc.text,
            name: doc.fileName,
            draftId: doc.draftId,
            saved: doc.saved,
            isDirty: doc.isDirty,
          }
        : null,
    }
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept))
    } catch {
      sessionStorage.removeItem(KEY)
    }
  }
  window.addEventListener('pagehide', keep)
  onScopeDispose(() => window.removeEventListener('pagehide', keep))
}
