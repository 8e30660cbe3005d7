import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import App from './App.vue'
import { api as theApi } from './api/index.ts'
import { runIn } from './frame/away-commands.ts'
import { useCommands } from './frame/commands.ts'
import { useDocument } from './stores/document.ts'
import { usePreferences } from './stores/preferences.ts'
import { useUi } from './stores/ui.ts'
import { mockApi, type MockApi } from './testing/mock-api.ts'

vi.mock('./api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))
const view = vi.hoisted(() => ({ __esModule: true, default: { render: () => 'a view' } }))
vi.mock('./views/design/DesignView.vue', () => view)
vi.mock('./views/faults/FaultsView.vue', () => view)
vi.mock('./views/run/RunView.vue', () => view)
vi.mock('./views/results/ResultsView.vue', () => view)
vi.mock('./views/compare/CompareView.vue', () => view)

enableAutoUnmount(afterEach)
let lab: MockApi

beforeEach(() => {
  sessionStorage.clear()
  lab = mockApi({ runMs: 50 })
  Object.assign(theApi, lab)
  setActivePinia(createPinia())
})

async function open() {
  const wrapper = mount(App, { attachTo: document.body })
  await flushPromises()
  const named = (selector: string, name: string) =>
    wrapper
      .findAll(selector)
      .filter((each) => (each.attributes('aria-label') ?? each.text()).startsWith(name))
  return { wrapper, named }
}

const press = (key: string, held: KeyboardEventInit = { ctrlKey: true }) =>
  window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true, ...held }))

test('every name that scripts rely on is there once, at home and with a topology open', async () => {
  const { wrapper, named } = await open()
  const buttons = (name: string) => named('button', name).filter((each) => each.attributes('role') !== 'tab')
  for (const name of ['New topology', 'Open', 'Run']) expect(buttons(name), name).toHaveLength(1)
  await named('button', 'Riak KV')[0].trigger('click')
  await flushPromises()
  for (const name of ['New topology', 'Open', 'Save', 'Run']) expect(buttons(name), name).toHaveLength(1)
  expect(wrapper.findAll('[role=tab]').map((tab) => tab.text().replace(/\d/g, ''))).toEqual([
    'Design',
    'Faults',
    'Run',
    'Results',
    'Compare',
    'Datasheet',
    'Sweep',
  ])
  const runtime = wrapper.get('[role=radiogroup]')
  expect(wrapper.get(`#${runtime.attributes('aria-labelledby') ?? ''}`).text()).toBe('Runtime')
  expect(runtime.findAll('label').map((label) => label.text())).toEqual(['Simulated', 'Live'])
})

test('the example is one click from its results', async () => {
  const { named } = await open()
  await named('button', 'Try the example')[0].trigger('click')
  await vi.waitFor(() => expect(useUi().tab).toBe('results'))
  expect(useDocument().file?.name).toContain('Cassandra')
})

test('while a run goes on there is Stop instead of Run, and its progress', async () => {
  lab = mockApi({ runMs: 5_000 })
  Object.assign(theApi, lab)
  const { wrapper, named } = await open()
  await named('button', 'Riak KV')[0].trigger('click')
  press('Enter')
  await flushPromises()
  expect(named('button', 'Stop')).toHaveLength(1)
  expect(named('button', 'Run').filter((each) => each.attributes('role') !== 'tab')).toHaveLength(0)
  expect(Number(wrapper.get('[role=progressbar]').attributes('aria-valuenow'))).toBeLessThan(100)
  await named('button', 'Stop')[0].trigger('click')
  await vi.waitFor(() => expect(named('button', 'Stop')).toHaveLength(0))
})

test('the tabs are walked by arrow keys, and only one of them is on the way of Tab', async () => {
  const { wrapper } = await open()
  const tabs = () => wrapper.findAll('[role=tab]')
  await tabs()[0].trigger('click')
  await tabs()[0].trigger('keydown', { key: 'ArrowLeft' })
  expect(useUi().tab).toBe('sweep')
  expect(tabs().map((tab) => tab.attributes('tabindex'))).toEqual(['-1', '-1', '-1', '-1', '-1', '-1', '0'])
  await tabs()[6].trigger('keydown', { key: 'Home' })
  expect(useUi().tab).toBe('design')
  expect(document.activeElement?.textContent).toContain('Design')
})

test('the palette finds by letters, runs by Enter', async () => {
  const { wrapper } = await open()
  press('k')
  await flushPromises()
  const input = wrapper.get('[aria-label=Command]')
  await input.setValue('riak')
  expect(wrapper.findAll('[role=option]')[0].text()).toContain('Riak KV')
  await input.trigger('keydown', { key: 'Enter' })
  await flushPromises()
  expect(useDocument().file?.name).toContain('Riak')
  expect(wrapper.find('[aria-label=Command]').exists()).toBe(false)
})

test('the palette does from anywhere what other views do, and says which view that is', async () => {
  const { wrapper } = await open()
  const doc = useDocument()
  const find = async (typed: string) => {
    press('k')
    await flushPromises()
    await vi.waitFor(() => expect(wrapper.find('[aria-label=Command]').exists()).toBe(true))
    const input = wrapper.get('[aria-label=Command]')
    await input.setValue(typed)
    return { input, options: () => wrapper.findAll('[role=option]').map((option) => option.text()) }
  }
  const close = async () => {
    useUi().sheet = null
    await flushPromises()
  }

  // Without a topology there is nothing to add to.
  const without = await find('add a fault')
  await vi.waitFor(() => expect(without.options().join()).not.toContain('Faults'))
  await close()
  doc.openNew()
  useUi().go('results')
  const faults = await find('add a fault crash')
  await vi.waitFor(() => expect(faults.options()[0]).toMatch(/^Faults.*Add a fault: /))
  await close()

  const strategies = await find('strategy raft')
  await vi.waitFor(() => expect(strategies.options()[0]).toMatch(/^Design.*Strategy: .*Raft/))
  await strategies.input.trigger('keydown', { key: 'Enter' })
  await flushPromises()
  expect(doc.file?.replication.strategy).toBe('raft')
  expect(useUi().tab).toBe('design')
})

test('what is found in another view is done there once the view has come', async () => {
  await open()
  useDocument().openNew()
  useUi().go('results')
  let count = 0
  runIn('design', 'design.fit')
  await flushPromises()
  expect(useUi().tab).toBe('design')
  const remove = useCommands().register({
    id: 'design.fit',
    label: 'Fit',
    group: 'Design',
    run: () => count++,
  })
  await flushPromises()
  expect(count).toBe(1)
  remove()
  // Whoever has left meanwhile wants it no more.
  runIn('faults', 'faults.draw')
  await flushPromises()
  useUi().go('run')
  await flushPromises()
  const last = useCommands().register({
    id: 'faults.draw',
    label: 'Draw',
    group: 'Faults',
    run: () => count++,
  })
  await flushPromises()
  expect(count).toBe(1)
  last()
})

test('a problem leads to what it speaks of', async () => {
  const { wrapper, named } = await open()
  await named('button', 'Riak KV')[0].trigger('click')
  const doc = useDocument()
  doc.edit('Break', (file) => ({
    ...file,
    replicas: file.replicas.map((replica, i) => (i === 2 ? { ...replica, region: 'nowhere' } : replica)),
  }))
  await vi.waitFor(() => expect(doc.problems.length).toBeGreaterThan(0))
  useUi().go('results')
  await named('footer button', 'Problems')[0].trigger('click')
  await wrapper.get('aside li button').trigger('click')
  const id = doc.file?.replicas[2].id ?? ''
  expect(useUi().tab).toBe('design')
  expect(useUi().selection).toEqual([{ kind: 'replica', id }])
  expect(useUi().askedPath).toBe('$.replicas[2].region')
})

test('what the lab sends is done: menu commands, files that arrive', async () => {
  await open()
  lab.emit('menu.command', { command: 'file.new' })
  await flushPromises()
  expect(useDocument().isOpen).toBe(true)
  lab.emit('file.arrived', { id: 'f', name: 'sent.topology.json', text: '{}', stamp: 's' })
  await flushPromises()
  expect(useDocument().fileName).toBe('sent.topology.json')
  expect(document.title).toBe('sent · Replica Lab')
})

test('the tour shows itself once, and can be skipped', async () => {
  lab = mockApi()
  await lab.request('preferences.set', { tourSeen: false })
  Object.assign(theApi, lab)
  const { wrapper, named } = await open()
  expect(wrapper.find('[aria-labelledby=tour-title]').exists()).toBe(true)
  await named('button', 'Skip')[0].trigger('click')
  expect(wrapper.find('[aria-labelledby=tour-title]').exists()).toBe(false)
  expect(usePreferences().values.tourSeen).toBe(true)
})

test('a window that is loaded again shows what it showed', async () => {
  const first = await open()
  await first.named('button', 'Riak KV')[0].trigger('click')
  useDocument().edit('Rename', (file) => ({ ...file, name: 'Mine' }))
  useUi().go('faults')
  window.dispatchEvent(new Event('pagehide'))
  first.wrapper.unmount()
  setActivePinia(createPinia())
  await open()
  expect(useDocument().file?.name).toBe('Mine')
  expect(useDocument().isDirty).toBe(true)
  expect(useUi().tab).toBe('faults')
  expect(useUi().isHome).toBe(false)
})
