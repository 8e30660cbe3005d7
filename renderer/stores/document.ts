import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { OpenedFile, PredictionAnswer, TopologyCheck } from '../../shared/ipc/contract.ts'
import { api, sentenceOf } from '../api/index.ts'
import { EMPTY_FILE, fileOf, textOf, type TopologyFile } from '../model/file.ts'
import { advance, redo, settle, timelineOf, undo, type Timeline } from '../model/undo.ts'

/** What is edited: the bytes, and what they say where they are whole enough for a canvas. */
interface State {
  readonly text: string
  readonly file: TopologyFile | null
}

const CHECK_AFTER_MS = 60
const PREDICT_AFTER_MS = 200
const DRAFT_AFTER_MS = 800

/**
 * The topology that is open: its text, total undo, what the lab says of it, and where it is saved. Views change it by
 * `edit` alone.
 */
export const useDocument = defineStore('document', () => {
  const timeline = shallowRef<Timeline<State>>(timelineOf(stateOf(EMPTY_FILE)))
  const isOpen = shallowRef(false)
  /** Where it is saved, and what was there when it was last opened or saved. */
  const saved = shallowRef<{ id: string; stamp: string } | null>(null)
  const savedText = shallowRef<string | null>(null)
  const fileName = shallowRef('Untitled')
  const draftId = shallowRef<string>(crypto.randomUUID())
  const check = shallowRef<TopologyCheck | null>(null)
  const prediction = shallowRef<PredictionAnswer | null>(null)
  const failure = shallowRef<string | null>(null)

  const text = computed(() => timeline.value.present.text)
  /** null while the text is no JSON of the right outline: only the JSON view can show it. */
  const file = computed(() => timeline.value.present.file)
  const isDirty = computed(() => isOpen.value && text.value !== savedText.value)
  const canUndo = computed(() => timeline.value.past.length > 0)
  const canRedo = computed(() => timeline.value.future.length > 0)
  const undoLabel = computed(() => timeline.value.past.at(-1)?.label ?? null)
  const redoLabel = computed(() => timeline.value.future[0]?.label ?? null)
  const problems = computed(() => check.value?.problems ?? [])
  /** What runs as it is stated, and probably not as it was meant. */
  const warnings = computed(() => check.value?.warnings ?? [])

  /**
   * The one way to change the file. `label` says what was done ("Move r1"); steps of one gesture carry the same `key`
   * and are undone together. Without a file that a canvas can show this does nothing.
   */
  function edit(
    label: string,
    change: (file: TopologyFile) => TopologyFile,
    key: string | null = null,
  ): void {
    const before = file.value
    if (before === null) return
    const after = change(before)
    if (after === before) return
    timeline.value = advance(timeline.value, stateOf(after), label, key)
  }

  /** The JSON view's edit: the text stays as typed. */
  function setText(next: string): void {
    if (next === text.value) return
    const state = { text: next, file: fileOf(next) }
    timeline.value = advance(timeline.value, state, 'Edit JSON', 'json')
  }

  /** Ends a gesture, so that the next edit is undone by itself. */
  function endGesture(): void {
    timeline.value = settle(timeline.value)
  }

  function undoEdit(): void {
    timeline.value = undo(timeline.value)
  }

  function redoEdit(): void {
    timeline.value = redo(timeline.value)
  }

  /** Replaces what is open. Ask about unsaved changes before. */
  function openText(next: {
    text: string
    name: string
    saved: { id: string; stamp: string } | null
    draftId?: string
    savedText?: string | null
  }): void {
    timeline.value = timelineOf({ text: next.text, file: fileOf(next.text) })
    saved.value = next.saved
    savedText.value = next.savedText !== undefined ? next.savedText : next.saved === null ? null : next.text
    fileName.value = next.name
    draftId.value = next.draftId ?? crypto.randomUUID()
    isOpen.value = true
  }

  function openFile(opened: OpenedFile): void {
    openText({
      text: opened.text,
      name: opened.name,
      saved: { id: opened.id, stamp: opened.stamp },
    })
  }

  function openNew(): void {
    openText({ text: textOf(EMPTY_FILE), name: 'Untitled', saved: null, savedText: textOf(EMPTY_FILE) })
  }

  /** A preset is opened as a new file of its own: the shipped one never changes. */
  function openPreset(preset: { id: string; text: string }): void {
    openText({ text: preset.text, name: preset.id, saved: null, savedText: preset.text })
  }

  function close(): void {
    isOpen.value = false
  }

  /** To be called when the lab has written `textSaved`, which may be older than what is open by now. */
  function markSaved(at: { id: string; stamp: string; name: string }, textSaved: string): void {
    saved.value = { id: at.id, stamp: at.stamp }
    savedText.value = textSaved
    fileName.value = at.name
    if (text.value === textSaved)
      void api.request('drafts.drop', { id: draftId.value }).catch(() => undefined)
  }

  async function putDraft(): Promise<void> {
    if (!isDirty.value) return
    const { id = null, stamp = null } = saved.value ?? {}
    await api.request('drafts.put', {
      id: draftId.value,
      name: fileName.value,
      text: text.value,
      fileId: id,
      stamp,
      savedAt: new Date().toISOString(),
    })
  }

  // What the lab says always belongs to the latest text: an answer that comes too late is dropped.
  const later = laterTasks()
  watch([text, isOpen], () => {
    if (!isOpen.value) return
    const asked = text.value
    later('check', CHECK_AFTER_MS, async () => {
      const answer = await api.request('topology.check', { text: asked })
      if (asked === text.value) check.value = answer
    })
    later('predict', PREDICT_AFTER_MS, async () => {
      const answer = await api.request('topology.predict', { text: asked })
      if (asked === text.value) prediction.value = answer
    })
    later('draft', DRAFT_AFTER_MS, putDraft)
  })

  function laterTasks(): (name: string, afterMs: number, task: () => Promise<void>) => void {
    const timers = new Map<string, ReturnType<typeof setTimeout>>()
    return (name, afterMs, task) => {
      clearTimeout(timers.get(name))
      const timer = setTimeout(() => {
        task().then(
          () => (failure.value = null),
          (error: unknown) => (failure.value = sentenceOf(error)),
        )
      }, afterMs)
      timers.set(name, timer)
    }
  }

  return {
    text,
    file,
    fileName,
    saved,
    draftId,
    isOpen,
    isDirty,
    check,
    prediction,
    problems,
    warnings,
    failure,
    canUndo,
    canRedo,
    undoLabel,
    redoLabel,
    edit,
    setText,
    endGesture,
    undo: undoEdit,
    redo: redoEdit,
    openText,
    openFile,
    openNew,
    openPreset,
    close,
    markSaved,
    putDraft,
  }
})

function stateOf(file: TopologyFile): State {
  return { text: textOf(file), file }
}
