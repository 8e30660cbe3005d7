import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { sampleReport } from '../../../shared/report/testdata/sample-report.ts'
import type { Report } from '../../../shared/report/types.ts'
import { api as theApi } from '../../api/index.ts'
import ChartGrid from '../../charts/ChartGrid.vue'
import { useLibrary } from '../../stores/library.ts'
import { mockApi } from '../../testing/mock-api.ts'
import CompareView from './CompareView.vue'

vi.mock('../../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

const LONG = 'a name that is longer than any column has room for, and then some'
let reports: Record<string, Report>

beforeEach(() => {
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe(): void {}
      disconnect(): void {}
    },
  )
  const base = sampleReport()
  const named = (name: string, change: Partial<Report> = {}): Report => ({
    ...base,
    topology: { ...base.topology, name },
    ...change,
  })
  reports = {
    first: named('first'),
    second: named(LONG, { expectations: [] }),
    third: named('third', { stoppedEarly: 'it was stopped by hand' }),
  }
  const api = mockApi()
  api.override({ 'library.report': ({ id }) => Promise.resolve(reports[id]) })
  Object.assign(theApi, api)
  setActivePinia(createPinia())
})

async function open(ids: readonly string[]) {
  useLibrary().comparedIds = ids
  const view = mount(CompareView, { attachTo: document.body })
  await flushPromises()
  return view
}

/** Which run the charts are asked to show before the others. */
const highlightOf = (view: VueWrapper): number | null =>
  (view.getComponent(ChartGrid).props() as { highlight: number | null }).highlight

test('one run alone is compared with nothing, and it says what would be', async () => {
  const view = await open(['first'])
  expect(view.text()).toContain('Tick two runs or more')
  view.unmount()
})

test('each run is named in full above the charts; the table tells the better from the worse in words, too', async () => {
  const { latencyMs } = reports.first
  reports.second = {
    ...reports.second,
    latencyMs: { ...latencyMs, read: { ...latencyMs.read, p99: (latencyMs.read.p99 ?? 0) * 3 } },
  }
  const view = await open(['first', 'second', 'third'])
  const key = view.get('[aria-label="Runs in the charts"]')
  expect(key.findAll('button').map((button) => button.text())).toEqual(['first', LONG, 'third'])
  const rows = view.findAll('[aria-label=Differences] tbody tr')
  const p99 = rows.find((row) => row.get('th').text() === 'read.latency.p99')
  expect(p99?.findAll('td').map((cell) => cell.text().replace(/\s+/g, ' '))).toEqual([
    expect.not.stringContaining('worse'),
    expect.stringMatching(/✕ ?worse: ?3 times as much/),
    expect.stringContaining('same'),
  ])
  expect(view.get('[aria-label=Differences] thead').text()).toContain('ended early')
  view.unmount()
})

test('pointing at a name, or coming to it by Tab, lets the others stand back; a click keeps it so', async () => {
  const view = await open(['first', 'second'])
  const highlight = () => highlightOf(view)
  const [first, second] = view.get('[aria-label="Runs in the charts"]').findAll('button')
  expect(highlight()).toBeNull()
  await second.trigger('pointerenter')
  expect(highlight()).toBe(1)
  await second.trigger('pointerleave')
  expect(highlight()).toBeNull()
  await first.trigger('focus')
  expect(highlight()).toBe(0)
  await first.trigger('blur')
  expect(highlight()).toBeNull()

  await second.trigger('click')
  await first.trigger('pointerenter')
  expect(highlight()).toBe(0)
  await first.trigger('pointerleave')
  expect(highlight()).toBe(1)
  expect(second.attributes('aria-pressed')).toBe('true')
  await second.trigger('click')
  expect(highlight()).toBeNull()
  view.unmount()
})

test('another set of runs begins with none of them kept', async () => {
  const view = await open(['first', 'second', 'third'])
  await view.get('[aria-label="Runs in the charts"]').findAll('button')[2].trigger('click')
  expect(highlightOf(view)).toBe(2)
  useLibrary().comparedIds = ['first', 'second']
  await flushPromises()
  expect(highlightOf(view)).toBeNull()
  view.unmount()
})

test('what one file expects and another does not is told apart from what is missed', async () => {
  const view = await open(['first', 'second'])
  const rows = view.findAll('[aria-label=Expectations] tbody tr')
  expect(rows.length).toBe(reports.first.expectations.length)
  for (const [i, row] of rows.entries()) {
    const [own, other] = row.findAll('td').map((cell) => cell.text())
    expect(own).toContain(reports.first.expectations[i].status)
    expect(other).toBe('not expected')
  }
  view.unmount()
})
