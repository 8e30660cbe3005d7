import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { DatasheetEntry, DatasheetStatus } from '../../../shared/ipc/contract.ts'
import { essenceOf } from '../../../shared/report/datasheet/essence.ts'
import { sampleSheet } from '../../../shared/report/datasheet/testdata/sample-sheet.ts'
import { api as theApi } from '../../api/index.ts'
import { useCatalog } from '../../stores/catalog.ts'
import { useDocument } from '../../stores/document.ts'
import { mockApi, type MockApi } from '../../testing/mock-api.ts'
import DatasheetView from './DatasheetView.vue'

vi.mock('../../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

let api: MockApi
let entries: DatasheetEntry[]
beforeEach(async () => {
  api = mockApi()
  entries = []
  api.override({ 'datasheets.list': () => Promise.resolve({ entries, job: null }) })
  Object.assign(theApi, api)
  setActivePinia(createPinia())
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe(): void {}
      disconnect(): void {}
    },
  )
  await useCatalog().load()
  const preset = useCatalog().catalog?.presets.find(({ id }) => id === 'etcd')
  if (preset !== undefined) useDocument().openPreset(preset)
  // The lab's word on the file comes a moment after the last key.
  await vi.waitFor(() => expect(useDocument().check?.topology).toBeTruthy())
})

function entryOf(id: string, change: Partial<DatasheetEntry> = {}): DatasheetEntry {
  const topology = useDocument().check?.topology
  if (topology === null || topology === undefined) throw new Error('there is no topology')
  return {
    id,
    name: topology.name,
    at: '2026-01-02T03:04:05.000Z',
    strategy: 'raft',
    cap: 'CP',
    pacelc: 'PC/EC',
    isQuick: false,
    seed: 1,
    essence: essenceOf(topology),
    ...change,
  }
}

async function open() {
  const view = mount(DatasheetView, { attachTo: document.body })
  await flushPromises()
  return view
}

const status = (change: Partial<DatasheetStatus>): DatasheetStatus => ({
  jobId: 'j',
  name: 'etcd',
  isQuick: true,
  state: 'running',
  share: 0.25,
  leftMs: 9_000,
  entryId: null,
  failure: null,
  ...change,
})

test('without any, it says what one is; a failure is told in place', async () => {
  const view = await open()
  expect(view.text()).toContain('No datasheet yet')
  api.emit('datasheet.status', status({}))
  await flushPromises()
  expect(view.get('[role=progressbar]').attributes('aria-valuenow')).toBe('25')
  expect(view.text()).toContain('25 %, 9 s left')
  api.emit('datasheet.status', status({ state: 'failed', failure: 'The probe had no room.' }))
  await flushPromises()
  expect(view.text()).toContain('The probe had no room.')
  view.unmount()
})

test('the datasheet of what is open is shown by itself, with its class and every table', async () => {
  entries = [entryOf('other', { name: 'Another', essence: 'x' }), entryOf('own')]
  const view = await open()
  expect(view.get('.page h2').text()).toBe(entries[1].name)
  expect(view.text()).not.toContain('older version')
  expect(view.get('[aria-label=Class]').text()).toContain(sampleSheet().pacelc.cap)
  for (const title of ['Calm', 'Partitions', 'Guarantees', 'Rebalancing'])
    expect(view.text()).toContain(title)
  view.unmount()
})

test('one of an earlier version says so, and so does one of another topology', async () => {
  entries = [entryOf('earlier', { essence: 'x' }), entryOf('other', { name: 'Another', essence: 'y' })]
  const view = await open()
  expect(view.text()).toContain('of an older version of the open topology')
  await view.findAll('button.entry')[1].trigger('click')
  await flushPromises()
  expect(view.text()).toContain('of another topology than the one that is open')
  view.unmount()
})

test('ticked ones stand side by side', async () => {
  entries = [entryOf('a'), entryOf('b', { isQuick: true })]
  const view = await open()
  for (const box of view.findAll('input[type=checkbox]:not([role=switch])')) await box.setValue(true)
  await flushPromises()
  const table = view.get('[aria-label="Datasheets side by side"] table')
  expect(table.findAll('thead th')).toHaveLength(3)
  expect(table.findAll('tbody tr').map((row) => row.findAll('td').length)).toEqual(
    table.findAll('tbody tr').map(() => 3),
  )
  view.unmount()
})
