import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import type { LibraryEntry } from '../../../shared/ipc/contract.ts'
import { sampleReport } from '../../../shared/report/testdata/sample-report.ts'
import type { GuaranteeResult, Report } from '../../../shared/report/types.ts'
import { api as theApi } from '../../api/index.ts'
import { mockApi } from '../../testing/mock-api.ts'
import ResultsView from './ResultsView.vue'

vi.mock('../../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

let report: Report
let change: Partial<LibraryEntry>
beforeEach(() => {
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe(): void {}
      disconnect(): void {}
    },
  )
  report = sampleReport()
  change = {}
  const api = mockApi()
  const entry = (): LibraryEntry => ({
    id: 'a',
    name: 'The run',
    at: '2026-01-02T03:04:05.000Z',
    strategy: 'leaderless',
    runtime: 'simulated',
    seed: 7,
    durationMs: report.durationMs,
    stoppedEarly: report.stoppedEarly,
    operations: report.operations.invoked,
    readP99Ms: null,
    writeP99Ms: null,
    staleFraction: null,
    availability: null,
    expectations: { met: 0, missed: 0, undecided: 0 },
    hasHistory: false,
    bytes: 0,
    ...change,
  })
  api.override({
    'library.list': () => Promise.resolve([entry()]),
    'library.report': () => Promise.resolve(report),
  })
  Object.assign(theApi, api)
  setActivePinia(createPinia())
})

async function open() {
  const { useLibrary } = await import('../../stores/library.ts')
  await useLibrary().refresh()
  const view = mount(ResultsView, { attachTo: document.body })
  await flushPromises()
  return view
}

const verdict = (name: string, status: GuaranteeResult['status']): GuaranteeResult => ({
  name,
  status,
  evidence: 'because it is so',
  definition: 'A definition.',
  asked: 'expected',
})

test('a run without operations says so before anything else, and draws no axes for them', async () => {
  const { series } = report
  const none = {
    ...report.latencyMs.read,
    count: 0,
    p50: null,
    p90: null,
    p99: null,
    p999: null,
    max: null,
    mean: null,
  }
  report = {
    ...report,
    agreement: null,
    operations: { invoked: 0, ok: 0, failed: 0, unknown: 0, warmup: 0 },
    latencyMs: {
      ...report.latencyMs,
      read: none,
      write: none,
      scan: none,
      byRegion: {},
      curves: { read: [], write: [] },
    },
    series: {
      ...series,
      tMs: [],
      invoked: [],
      ok: [],
      failed: [],
      unknown: [],
      readP50: [],
      readP99: [],
      writeP50: [],
      writeP99: [],
      staleFraction: [],
      availability: [],
    },
    strongestLevel: 'linearizable holds',
    guarantees: [verdict('linearizable', 'holds')],
  }
  const view = await open()
  const [first] = view.get('[aria-label=Remarks]').findAll('li')
  expect(first.classes()).toContain('warning')
  expect(first.text()).toMatch(/^No operation began/)
  expect(view.text()).not.toContain('Strongest level observed')
  const without = view.get('[aria-label="Charts without data"]').text()
  for (const title of ['Latency by percentile', 'Throughput over time', 'Availability over time'])
    expect(without).toContain(title)
  expect(view.text()).not.toMatch(/NaN|undefined|Infinity/)
  view.unmount()
})

test('a run that ended early says why, in the list and above its figures', async () => {
  report = { ...report, stoppedEarly: 'the thread of r2 died' }
  const view = await open()
  expect(view.get('[aria-label=Remarks] .warning').text()).toContain('the thread of r2 died')
  expect(view.get('[aria-label=Runs]').text()).toContain('ended early')
  view.unmount()
})

test('why an expected guarantee is missed is told once, by its verdict', async () => {
  report = {
    ...report,
    expectations: [
      { text: 'linearizable holds', status: 'missed', actual: 'violated', reason: 'because it is so' },
      {
        text: 'sequential holds',
        status: 'undecided',
        actual: null,
        reason: 'no checker ran for sequential',
      },
    ],
    guarantees: [verdict('linearizable', 'violated')],
  }
  const view = await open()
  const [expected, unjudged] = view.get('[aria-label=Expectations]').findAll('li')
  expect(expected.text()).toMatch(/linearizable holds: missed$/)
  expect(unjudged.text()).toContain('no checker ran for sequential')
  expect(view.get('[aria-label=Guarantees]').text()).toContain('because it is so')
  view.unmount()
})

test('names that are cut can be read in full', async () => {
  change = { name: 'a name that is longer than any pane is wide' }
  const view = await open()
  expect(view.get('h2.cut[title]').attributes('title')).toBe(change.name)
  expect(view.get('[aria-label=Runs] button.entry').attributes('title')).toBe(change.name)
  view.unmount()
})

test('what was not kept cannot be exported, and the menu says so', async () => {
  const view = await open()
  const items = async () => {
    await view.get('[aria-haspopup=menu]').trigger('click')
    await flushPromises()
    return view
      .findAll('[role=menuitem]')
      .map((item) => [item.text(), item.attributes('disabled') !== undefined])
  }
  const without = await items()
  expect(without.filter(([, isDisabled]) => isDisabled)).toEqual([
    [expect.stringContaining('The operations of this run were not kept.'), true],
  ])
  expect(without).toHaveLength(7)
  view.unmount()
})

test('a run in which nothing began shows no operations, and is not judged', async () => {
  change = { hasHistory: true }
  report = { ...report, operations: { ...report.operations, invoked: 0, warmup: 0 } }
  const held = await open()
  await held.get('[aria-haspopup=menu]').trigger('click')
  await flushPromises()
  expect(held.findAll('[role=menuitem]:disabled')).toHaveLength(0)
  expect(held.text()).not.toContain('Operations in space and time')
  expect(held.text()).not.toContain('Judge by')
  held.unmount()
})
