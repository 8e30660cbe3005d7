import { shallowRef } from 'vue'
import { IMPORT_CHARS_MAX } from '../../shared/ipc/contract.ts'
import type { Draft, ImportedFile, OpenedFile, SaveAnswer } from '../../shared/ipc/contract.ts'
import { api, sentenceOf } from '../api/index.ts'
import type { TopologyFile } from '../model/file.ts'
import { useCatalog } from '../stores/catalog.ts'
import { useDocument } from '../stores/document.ts'
import { useLibrary } from '../stores/library.ts'
import { useUi } from '../stores/ui.ts'
import { ask } from './ask.ts'
import { fileNameOf, shortName } from './names.ts'

/** Whether the lab's own list of files is open, where the platform has no dialog for it. */
export const isFileListOpen = shallowRef(false)

/**
 * Opening, saving and giving up files: every way to lose work goes through `mayReplace`. Failures are told as notices, so
 * nothing here throws.
 */
export function useFiles() {
  const doc = useDocument()
  const ui = useUi()
  const library = useLibrary()
  const catalog = useCatalog()

  function tellFailure(error: unknown): void {
    ui.notify(sentenceOf(error), 'error')
  }

  /** Asks what becomes of changes that are not saved; false: stay here. */
  async function mayReplace(): Promise<boolean> {
    if (!doc.isDirty) return true
    const answer = await ask({
      title: 'Unsaved changes',
      sentence: `“${shortName(doc.fileName)}” has changes that are not saved.`,
      answers: [
        { value: 'discard', label: 'Discard changes', variant: 'danger' },
        { value: 'save', label: 'Save', variant: 'primary' },
      ],
    })
    if (answer === null) return false
    if (answer.value === 'save') return save()
    await api.request('drafts.drop', { id: doc.draftId }).catch(tellFailure)
    return true
  }

  /** What every newly opened file begins with. */
  function show(): void {
    ui.selection = []
    ui.selectedFault = null
    ui.selectedChange = null
    ui.seed = null
    ui.durationMs = null
    ui.go('design')
  }

  async function openNew(): Promise<void> {
    if (!(await mayReplace())) return
    doc.openNew()
    show()
  }

  /** A new file of its own, made from a preset. Says whether it was opened. */
  async function openPreset(id: string): Promise<boolean> {
    const preset = catalog.catalog?.presets.find((each) => each.id === id)
    if (preset === undefined || !(await mayReplace())) return false
    doc.openPreset(preset)
    show()
    return true
  }

  /** A new file of its own, a step on from another one: undoing leads back to that. Says whether it was opened. */
  async function openChanged(
    from: { text: string; name: string },
    label: string,
    change: (file: TopologyFile) => TopologyFile,
  ): Promise<boolean> {
    if (!(await mayReplace())) return false
    doc.openText({ ...from, saved: null })
    doc.edit(label, change)
    show()
    return true
  }

  async function open(): Promise<void> {
    if (catalog.about?.dialogs === true) await openEntry(null)
    else isFileListOpen.value = true
  }

  /** A file of the lab's list, or with null whatever the platform's dialog answers. */
  async function openEntry(id: string | null): Promise<void> {
    if (!(await mayReplace())) return
    try {
      const opened = await api.request('files.open', { id })
      if (opened !== null) openFile(opened)
    } catch (error) {
      tellFailure(error)
    }
  }

  function openFile(opened: OpenedFile): void {
    isFileListOpen.value = false
    doc.openFile(opened)
    show()
  }

  /** A file that the system brought. */
  async function arrive(opened: OpenedFile): Promise<void> {
    if (await mayReplace()) openFile(opened)
  }

  async function save(): Promise<boolean> {
    doc.endGesture()
    if (doc.saved === null) return saveAs()
    const { id, stamp } = doc.saved
    return write({ id, name: doc.fileName, stamp, force: false })
  }

  async function saveAs(suggested = shortName(doc.fileName)): Promise<boolean> {
    doc.endGesture()
    if (catalog.about?.dialogs === true)
      return write({ id: null, name: fileNameOf(suggested), stamp: null, force: false })
    const folder = catalog.about?.folder ?? null
    const answer = await ask({
      title: 'Save topology',
      sentence: folder === null ? '' : `The file goes to ${folder}.`,
      name: { label: 'Name', suggestion: suggested },
      answers: [{ value: 'save', label: 'Save', variant: 'primary' }],
    })
    if (answer === null || answer.name === '') return false
    return write({ id: null, name: fileNameOf(answer.name), stamp: null, force: false })
  }

  async function write(to: {
    id: string | null
    name: string
    stamp: string | null
    force: boolean
  }): Promise<boolean> {
    const text = doc.text
    try {
      return await settle(await api.request('files.save', { ...to, text }), to, text)
    } catch (error) {
      tellFailure(error)
      return false
    }
  }

  async function settle(
    answer: SaveAnswer,
    to: { id: string | null; name: string },
    text: string,
  ): Promise<boolean> {
    switch (answer.outcome) {
      case 'cancelled':
        return false
      case 'saved':
        // Under the same name the status bar says enough.
        if (answer.id !== doc.saved?.id) ui.notify(`Saved as “${shortName(answer.name)}”.`)
        doc.markSaved(answer, text)
        return true
      case 'exists':
      case 'conflict': {
        const isConflict = answer.outcome === 'conflict'
        const chosen = await ask({
          title: isConflict ? 'Changed elsewhere' : 'Name already taken',
          sentence: answer.sentence,
          answers: [
            { value: 'replace', label: isConflict ? 'Replace with mine' : 'Replace', variant: 'danger' },
            { value: 'other', label: 'Another name', variant: 'primary' },
          ],
        })
        if (chosen === null) return false
        if (chosen.value === 'other') return saveAs(`${shortName(to.name)} 2`)
        const id = answer.outcome === 'exists' ? answer.id : to.id
        return write({ ...to, id, stamp: null, force: true })
      }
    }
  }

  /** Hands the text to the browser, for a folder that the lab does not know. */
  function download(): void {
    const link = document.createElement('a')
    const url = URL.createObjectURL(new Blob([doc.text], { type: 'application/json' }))
    link.href = url
    link.download = fileNameOf(doc.fileName)
    link.click()
    URL.revokeObjectURL(url)
  }

  async function close(): Promise<void> {
    if (!(await mayReplace())) return
    doc.close()
    ui.goHome()
  }

  async function restore(draft: Draft): Promise<void> {
    if (!(await mayReplace())) return
    const { fileId, stamp } = draft
    doc.openText({
      text: draft.text,
      name: draft.name,
      saved: fileId === null || stamp === null ? null : { id: fileId, stamp },
      draftId: draft.id,
      savedText: null,
    })
    show()
  }

  /** A file from anywhere: a topology is opened, a history or a report becomes a run of the library. */
  async function take(file: File): Promise<void> {
    try {
      const packed = await isPacked(file)
      // Of what is packed every three bytes are sent as four letters.
      if (file.size * (packed ? 4 / 3 : 1) > IMPORT_CHARS_MAX) {
        ui.notify(
          `${file.name} is too large for the window. "replica-lab check" reads it as it comes.`,
          'error',
        )
        return
      }
      if (packed) return await bring({ name: file.name, gzip: await base64Of(file) })
      const text = await file.text()
      if (isTopology(file.name, text)) {
        if (!(await mayReplace())) return
        isFileListOpen.value = false
        doc.openText({ text, name: shortName(file.name), saved: null })
        show()
        return
      }
      await bring({ name: file.name, text })
    } catch (error) {
      tellFailure(error)
    }
  }

  async function bring(file: ImportedFile): Promise<void> {
    const answer = await api.request('library.import', file)
    if ('refused' in answer) {
      ui.notify(`${file.name}: ${answer.refused}`, 'error')
      return
    }
    await library.refresh()
    library.selectedId = answer.id
    ui.go('results')
  }

  return {
    openNew,
    openPreset,
    openChanged,
    open,
    openEntry,
    arrive,
    save,
    saveAs,
    download,
    close,
    restore,
    take,
    mayReplace,
  }
}

/** Whether a file begins with the two bytes with which gzip begins. */
async function isPacked(file: File): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  return first === 0x1f && second === 0x8b
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    // data:[<type>];base64,<bytes>
    reader.onload = () => resolve((reader.result as string).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(reader.error ?? new Error(`${file.name} cannot be read.`))
    reader.readAsDataURL(file)
  })
}

/** By its name, or by its first lines where the name does not tell. */
function isTopology(name: string, text: string): boolean {
  if (name.endsWith('.topology.json')) return true
  return name.endsWith('.json') && /"format"\s*:\s*"replica-lab\/topology@/.test(text.slice(0, 4096))
}
