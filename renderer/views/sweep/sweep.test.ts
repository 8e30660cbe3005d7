import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { SweepEntry, SweepRequest, SweepStatus } from '../../../shared/ipc/contract.ts'
import { sampleSweep } from '../../../shared/report/sweep/testdata/sample-sweep.ts'
import { checkTopology } from '../../../shared/topology/parse.ts'
import { strategies } from '../../../shared/protocols/registry.ts'
import { stepsOf, withValueAt } from '../../../shared/topology/paths.ts'
import { api as theApi } from '../../api/index.ts'
import { useCatalog } from '../../stores/catalog.ts'
import { useDocument } from '../../stores/document.ts'
import { useSweeps } from '../../stores/sweeps.ts'
import { mockApi, type MockApi } from '../../testing/mock-api.ts'
import { rowOrder } from './row-order.ts'
import { sweepSettings } from './settings.ts'
import SweepView from './SweepView.vue'

vi.mock('../../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

const ENTRY: SweepEntry = {
  id: 's',
  name: 'Three replicas',
  at: '2026-01-02T03:04:05.000Z',
  strategy: 'leaderless',
  vary: sampleSweep().vary,
  combinations: 4,
  seeds: [1, 2, 3],
  missing: 0,
  essence: 'x',
}
const STATUS: SweepStatus = {
  jobId: 'j',
  name: 'Three replicas',
  runs: 12,
  state: 'running',
  share: 0.25,
  leftMs: 9_000,
  entryId: null,
  failure: null,
}

let api: MockApi
let entries: SweepEntry[]
let asked: SweepRequest[]
beforeEach(async () => {
  api = mockApi()
  entries = []
  asked = []
  api.override({
    'sweeps.list': () => Promise.resolve({ entries, job: null }),
    'sweeps.plan': (request) => {
      asked.push(request)
      const { vary, refused: leftOut } = sampleSweep()
      return Promise.resolve({ name: 'n', combinations: 4, runs: 12, vary, leftOut })
    },
  })
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
  const preset = useCatalog().catalog?.presets.find(({ id }) => id === 'riak')
  if (preset === undefined) throw new Error('there is no such preset')
  useDocument().openPreset(preset)
  await vi.waitFor(() => expect(useDocument().check?.topology).toBeTruthy())
})

async function open() {
  const view = mount(SweepView, { attachTo: document.body })
  await flushPromises()
  const button = (text: string) => view.findAll('button').find((each) => each.text() === text)
  return { view, button }
}

test('every setting that is offered by name is a place of the file, and what it is now may stand there', () => {
  const { catalog } = useCatalog()
  if (catalog === null) throw new Error('there is no catalog')
  for (const { id, text } of catalog.presets) {
    useDocument().openText({ text, name: id, saved: null })
    const { file } = useDocument()
    if (file === null) throw new Error(id)
    const topology = catalog.presets.find((preset) => preset.id === id)?.topology ?? null
    const settings = sweepSettings(file, catalog, { topology, placement: [] })
    expect(new Set(settings.map(({ path }) => path)).size).toBe(settings.length)
    for (const { path, present } of settings) {
      if (present === null) continue
      const changed = withValueAt(JSON.parse(text), stepsOf(path) ?? [], present)
      expect(changed.ok && checkTopology(changed.value, strategies), `${id} ${path}`).toMatchObject({
        ok: true,
      })
    }
  }
})

test('a setting is found by name, begins as it is, and is planned once its values are whole', async () => {
  const { view, button } = await open()
  expect(view.text()).toContain('No sweep yet')
  const picker = view.get('[role=combobox]')
  await picker.setValue('replies per read')
  await flushPromises()
  await picker.trigger('keydown', { key: 'Enter' })
  await flushPromises()
  const values = view.get('fieldset input[type=text]')
  expect((values.element as HTMLInputElement).value).toMatch(/^\d+$/)
  await values.setValue('1,,2')
  expect(view.text()).toContain('$.replication.params.r has an empty place among its values')
  expect(button('Run the sweep')?.attributes('disabled')).toBeDefined()
  await values.setValue('1, 2')
  await vi.waitFor(() => expect(asked.at(-1)?.vary).toEqual(['$.replication.params.r=1, 2']))
  await flushPromises()
  expect(view.text()).toContain('4 combinations × 3 seeds = 12 runs')
  expect(view.text()).toContain('2 combinations left out')
  expect(view.text()).toContain('W may not be above N')
  expect(button('Run the sweep')?.attributes('disabled')).toBeUndefined()
  view.unmount()
})

test('choices are ticked, yes or no is tried both ways, and a path may be typed', async () => {
  const { view } = await open()
  const add = async (text: string) => {
    const picker = view.get('[role=combobox]')
    await picker.setValue(text)
    await flushPromises()
    await picker.trigger('keydown', { key: 'Enter' })
    await flushPromises()
  }
  await add('params.sloppyQuorum')
  await add('params.readRepair')
  await add('$.replicas[0].disk.fsync')
  // Three are enough.
  expect(view.find('[role=combobox]').exists()).toBe(false)
  const [yesNo, repair, path] = useSweeps().fields
  expect(yesNo.text).toBe('false, true')
  expect(path).toEqual({ path: '$.replicas[0].disk.fsync', text: '' })
  const boxes = view.findAll('fieldset')[1].findAll('input[type=checkbox]')
  for (const box of boxes) await box.setValue(true)
  expect(useSweeps().fields[1].text).toBe('off, async, blocking')
  for (const box of boxes) await box.setValue(false)
  expect(view.text()).toContain('Choose what it should be in turn.')
  expect(repair.path).toBe('$.replication.params.readRepair')
  view.unmount()
})

test('progress is told, stopping asks for it, and what is made is shown', async () => {
  const { view, button } = await open()
  let stops = 0
  api.override({
    'sweeps.stop': () => {
      stops++
      return Promise.resolve(null)
    },
  })
  Object.assign(theApi, api)
  api.emit('sweep.status', STATUS)
  await flushPromises()
  expect(view.get('[role=progressbar]').attributes('aria-valuenow')).toBe('25')
  expect(view.text()).toContain('25 %, 9 s left')
  await button('Stop the sweep')?.trigger('click')
  expect(stops).toBe(1)
  entries = [ENTRY]
  api.emit('sweeps.changed', null)
  api.emit('sweep.status', { ...STATUS, state: 'done', share: 1, leftMs: null, entryId: 's' })
  await flushPromises()
  await vi.waitFor(() => expect(view.find('.page h2').exists()).toBe(true))
  expect(view.text()).toContain('4 combinations with 3 seeds each (1 to 3): median and range.')
  expect(view.text()).toContain('of another topology than the one that is open')
  api.emit('sweep.status', STATUS)
  api.emit('sweep.status', { ...STATUS, state: 'failed', failure: 'The runs had no room.' })
  await flushPromises()
  expect(view.text()).toContain('The runs had no room.')
  view.unmount()
})

test('the table marks the best and what nothing beats, and a row opens as a topology that undo takes back', async () => {
  entries = [ENTRY]
  const { text } = useDocument()
  api.override({ 'sweeps.topology': () => Promise.resolve({ text }) })
  Object.assign(theApi, api)
  const { view } = await open()
  const cells = () => view.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()))
  expect(view.findAll('tr.unbeaten').map((row) => row.text().match(/\d/g)?.slice(0, 2).join())).toEqual([
    '1,1',
    '2,1',
    '2,2',
  ])
  expect(view.findAll('td.best')).toHaveLength(4)
  const sort = view.findAll('button.sort').find((each) => each.text() === 'stale.fraction')
  await sort?.trigger('click')
  expect(cells().map((row) => row[4].replace('best: ', '').split(' ')[0])).toEqual(['0', '11', '11', '21'])
  expect(view.get('[aria-sort=ascending]').text()).toBe('stale.fraction')
  await view.get('[aria-label="Open r = 1, w = 2 as a topology"]').trigger('click')
  await flushPromises()
  const doc = useDocument()
  expect(doc.file?.replication.params).toMatchObject({ r: 1, w: 2 })
  expect([doc.saved, doc.isDirty]).toEqual([null, true])
  doc.undo()
  expect(doc.text).toBe(text)
  view.unmount()
})

test('rows are ordered by numbers, then as they were run; what is missing comes last', () => {
  const sweep = sampleSweep()
  const column = { kind: 'figure', at: 1 } as const
  const sets = (rows: readonly { set: readonly unknown[] }[]) => rows.map(({ set }) => set.join(''))
  expect(sets(rowOrder(sweep, { column, isDescending: true }))).toEqual(['12', '22', '11', '21'])
  const [first, ...others] = sweep.rows
  const none = { median: null, min: null, max: null, values: [] }
  const rows = [{ ...first, figures: first.figures.map(() => none) }, ...others]
  for (const isDescending of [false, true])
    expect(sets(rowOrder({ ...sweep, rows }, { column, isDescending })).at(-1)).toBe('11')
})
