import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { api as theApi } from '../api/index.ts'
import { EMPTY_FILE, textOf } from '../model/file.ts'
import { useCatalog } from '../stores/catalog.ts'
import { useDocument } from '../stores/document.ts'
import { useUi } from '../stores/ui.ts'
import { mockApi, type MockApi } from '../testing/mock-api.ts'
import { asked } from './ask.ts'
import { useFiles } from './files.ts'

vi.mock('../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

let lab: MockApi

beforeEach(async () => {
  lab = mockApi()
  Object.assign(theApi, lab)
  asked.value = null
  setActivePinia(createPinia())
  await useCatalog().load()
})

/** Answers the next question. */
async function answer(value: string | null, name = ''): Promise<string> {
  await vi.waitFor(() => expect(asked.value).not.toBeNull())
  const title = asked.value?.question.title ?? ''
  asked.value?.settle(value === null ? null : { value, name })
  return title
}

const rename = (name: string) => useDocument().edit('Rename', (file) => ({ ...file, name }))

test('new, save under a name, change, save again, open: the bytes are the same', async () => {
  const files = useFiles()
  const doc = useDocument()
  await files.openNew()
  rename('One')
  const saving = files.save()
  expect(await answer('save', 'first/one')).toBe('Save topology')
  expect(await saving).toBe(true)
  expect(doc.fileName).toBe('first-one.topology.json')
  rename('Two')
  expect(doc.isDirty).toBe(true)
  expect(await files.save()).toBe(true)
  expect(doc.isDirty).toBe(false)
  const id = doc.saved?.id ?? ''
  const text = doc.text
  await files.openNew()
  await files.openEntry(id)
  expect(doc.text).toBe(text)
  expect(lab.files.get(id)?.text).toBe(text)
})

test('nothing replaces unsaved work without an answer', async () => {
  const files = useFiles()
  const doc = useDocument()
  await files.openNew()
  rename('Precious')
  const text = doc.text
  const attempts = [
    () => files.openNew(),
    () => files.openPreset('riak'),
    () => files.openEntry('any'),
    () => files.close(),
    () => files.arrive({ id: 'x', name: 'x', text: '{}', stamp: 's' }),
    () => files.take(new File([textOf(EMPTY_FILE)], 'a.topology.json')),
    () => files.restore({ id: 'd', name: 'd', text: '{}', fileId: null, stamp: null, savedAt: '' }),
  ]
  for (const attempt of attempts) {
    const done = attempt()
    expect(await answer(null)).toBe('Unsaved changes')
    await done
    expect(doc.text).toBe(text)
    expect(doc.isOpen).toBe(true)
  }
})

test('discarding drops the draft too', async () => {
  const files = useFiles()
  const doc = useDocument()
  await files.openNew()
  rename('Draft')
  await doc.putDraft()
  expect(lab.drafts.size).toBe(1)
  const done = files.openNew()
  await answer('discard')
  await done
  expect(lab.drafts.size).toBe(0)
  expect(doc.isDirty).toBe(false)
})

test('a file that changed elsewhere is replaced only when somebody says so', async () => {
  const files = useFiles()
  const doc = useDocument()
  lab.files.set('f', { id: 'f', name: 'f.topology.json', text: textOf(EMPTY_FILE), stamp: 'one' })
  await files.openEntry('f')
  rename('Mine')
  lab.files.set('f', { id: 'f', name: 'f.topology.json', text: 'theirs', stamp: 'two' })
  const refused = files.save()
  expect(await answer(null)).toBe('Changed elsewhere')
  expect(await refused).toBe(false)
  expect(lab.files.get('f')?.text).toBe('theirs')
  expect(doc.isDirty).toBe(true)
  const forced = files.save()
  await answer('replace')
  expect(await forced).toBe(true)
  expect(lab.files.get('f')?.text).toBe(doc.text)
})

test('a name that is taken is asked about, and another may be given', async () => {
  const files = useFiles()
  const doc = useDocument()
  lab.files.set('f', { id: 'f', name: 'taken.topology.json', text: 'theirs', stamp: 'one' })
  await files.openNew()
  const saving = files.save()
  await answer('save', 'taken')
  expect(await answer('other')).toBe('Name already taken')
  expect(
    asked.value?.question.name?.suggestion ??
      (await vi.waitFor(() => asked.value?.question.name?.suggestion)),
  ).toBe('taken 2')
  await answer('save', 'taken 2')
  expect(await saving).toBe(true)
  expect(lab.files.get('f')?.text).toBe('theirs')
  expect(doc.fileName).toBe('taken 2.topology.json')
})

test('a draft comes back as unsaved work of its file', async () => {
  const files = useFiles()
  const doc = useDocument()
  const draft = { id: 'd', name: 'lost', text: textOf({ ...EMPTY_FILE, name: 'Lost' }), savedAt: '' }
  await files.restore({ ...draft, fileId: 'f', stamp: 's' })
  expect(doc.file?.name).toBe('Lost')
  expect(doc.isDirty).toBe(true)
  expect(doc.saved).toEqual({ id: 'f', stamp: 's' })
  expect(doc.draftId).toBe('d')
})

test('a dropped topology is opened, a dropped history goes to the library, refusals are told', async () => {
  const files = useFiles()
  const ui = useUi()
  await files.take(new File([textOf({ ...EMPTY_FILE, name: 'Dropped' })], 'mine.json'))
  expect(useDocument().file?.name).toBe('Dropped')
  expect(useDocument().saved).toBeNull()
  lab.override({
    'library.import': ({ name }) => Promise.resolve({ refused: `${name} holds no operations.` }),
  })
  useDocument().close()
  await files.take(new File(['{}'], 'a.history.jsonl'))
  expect(ui.notices.at(-1)).toMatchObject({
    tone: 'error',
    sentence: 'a.history.jsonl: a.history.jsonl holds no operations.',
  })
})

test('what gzip packed goes to the lab as it is, whatever its name; what is too large goes nowhere', async () => {
  const asked: unknown[] = []
  lab.override({
    'library.import': (file) => {
      asked.push(file)
      return Promise.resolve({ refused: 'no' })
    },
  })
  const files = useFiles()
  const bytes = new Uint8Array([0x1f, 0x8b, 8, 0, 255])
  await files.take(new File([bytes], 'history.edn.gz'))
  await files.take(new File([bytes], 'renamed.topology.json'))
  expect(asked).toEqual([
    { name: 'history.edn.gz', gzip: 'H4sIAP8=' },
    { name: 'renamed.topology.json', gzip: 'H4sIAP8=' },
  ])
  const large = new File(['{}'], 'large.jsonl')
  Object.defineProperty(large, 'size', { value: 2 ** 40 })
  await files.take(large)
  expect(asked).toHaveLength(2)
  expect(useUi().notices.at(-1)?.sentence).toContain('too large for the window')
})

test('a lab that fails is told, and the work stays', async () => {
  const files = useFiles()
  const doc = useDocument()
  lab.override({ 'files.save': () => Promise.reject(new Error('The disk is full.')) })
  Object.assign(theApi, lab)
  await files.openNew()
  rename('Kept')
  const saving = files.save()
  await answer('save', 'kept')
  expect(await saving).toBe(false)
  expect(useUi().notices.at(-1)?.sentence).toBe('The disk is full.')
  expect(doc.isDirty).toBe(true)
})
