import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { RunRequest } from '../../shared/ipc/contract.ts'
import { api as theApi } from '../api/index.ts'
import { useCatalog } from '../stores/catalog.ts'
import { useDocument } from '../stores/document.ts'
import { useLibrary } from '../stores/library.ts'
import { usePreferences } from '../stores/preferences.ts'
import { useRuns } from '../stores/runs.ts'
import { useUi } from '../stores/ui.ts'
import { mockApi, type MockApi } from '../testing/mock-api.ts'
import { bottomPanels, showPanel } from './bottom-panels.ts'
import { progressWords, useRunning } from './running.ts'

vi.mock('../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

let lab: MockApi

beforeEach(async () => {
  lab = mockApi({ runMs: 60 })
  Object.assign(theApi, lab)
  setActivePinia(createPinia())
  showPanel(null)
  await useCatalog().load()
  useRuns().begin()
  useRunning().begin()
  const riak = useCatalog().catalog?.presets.find(({ id }) => id === 'riak')
  useDocument().openPreset(riak ?? { id: '', text: '' })
})

test('a run is watched to its end, and its results are shown', async () => {
  const ui = useUi()
  await useRunning().start()
  expect(ui.tab).toBe('run')
  expect(useRuns().isRunning).toBe(true)
  await vi.waitFor(() => expect(ui.tab).toBe('results'))
  expect(useLibrary().selectedId).toBe(useRuns().current?.status.entryId)
  expect(useLibrary().selected).not.toBeNull()
})

test('who has gone elsewhere is told, not taken away', async () => {
  const ui = useUi()
  await useRunning().start()
  ui.go('design')
  await vi.waitFor(() => expect(ui.notices.at(-1)?.sentence).toMatch(/is done/))
  expect(ui.tab).toBe('design')
})

test('a stopped run keeps what there is', async () => {
  await useRunning().start()
  await useRunning().stop()
  await vi.waitFor(() => expect(useUi().tab).toBe('results'))
  expect(useRuns().current?.status.state).toBe('stopped')
})

test('a file with problems is not started, and the list of them opens', async () => {
  const ui = useUi()
  useDocument().edit('Empty', (file) => ({ ...file, replicas: [] }))
  await useRunning().start()
  expect(useRuns().isRunning).toBe(false)
  expect(bottomPanels.shownId.value).toBe('problems')
  expect(ui.notices).toHaveLength(1)
  expect(ui.notices[0].sentence).toMatch(/^Not started: the file has \d+ problems?\./)
  // The next attempt makes it stale.
  useDocument().undo()
  await useRunning().start()
  expect(useRuns().isRunning).toBe(true)
  expect(ui.notices).toHaveLength(0)
})

test('the seed is the one asked for, else the file’s, else the preferred one', async () => {
  const asked: RunRequest[] = []
  lab.override({
    'runs.start': (request) => {
      asked.push(request)
      return Promise.resolve({ refused: 'Not now.' })
    },
  })
  usePreferences().set({ defaultSeed: 77 })
  const doc = useDocument()
  const run = doc.file?.run ?? {}
  const withSeed = (seed: number | undefined) =>
    doc.edit('Seed', (file) => ({ ...file, run: { ...run, ...(seed === undefined ? {} : { seed }) } }))
  withSeed(5)
  await useRunning().start()
  doc.edit('No run', ({ run: _run, ...file }) => file)
  await useRunning().start()
  useUi().seed = 9
  await useRunning().start()
  expect(asked.map(({ seed }) => seed)).toEqual([null, 77, 9])
  expect(useUi().notices.at(-1)?.sentence).toBe('Not now.')
})

test('progress in words', () => {
  const status = { state: 'running', share: 0.4267, isPaused: false, leftMs: 3_149 }
  expect(progressWords(status)).toBe('42 %, 3.1 s left')
  expect(progressWords({ ...status, leftMs: 84_400 })).toBe('42 %, 84 s left')
  expect(progressWords({ ...status, isPaused: true })).toBe('42 %, paused')
  expect(progressWords({ ...status, leftMs: null })).toBe('42 %')
  expect(progressWords({ ...status, state: 'starting' })).toBe('Starting')
  expect(progressWords({ ...status, state: 'done' })).toBe('')
})
