import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { strategies } from '../../shared/protocols/registry.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import type { SplitSpec, Topology } from '../../shared/topology/types.ts'
import { api as theApi } from '../api/index.ts'
import { EMPTY_FILE, textOf, type TopologyFile } from '../model/file.ts'
import { useCatalog } from '../stores/catalog.ts'
import { useDocument } from '../stores/document.ts'
import { mockApi } from '../testing/mock-api.ts'
import PartitioningSection from './PartitioningSection.vue'
import { sizeSplits, splitWords, withSplits } from './splits.ts'

vi.mock('../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

const FILE: TopologyFile = {
  ...EMPTY_FILE,
  regions: [{ id: 'a' }],
  replicas: ['r1', 'r2', 'r3'].map((id) => ({ id, region: 'a' })),
  clients: [{ id: 'c1', region: 'a' }],
  replication: { strategy: 'raft' },
  partitioning: { scheme: 'range', shards: 2 },
  workload: { mix: 'ycsb-b', keys: 1000, valueBytes: 100 },
  run: { durationMs: 20_000 },
}

function topologyOf(split: Partial<SplitSpec>, more: Partial<TopologyFile> = {}): Topology {
  const file = { ...withSplits(FILE, true), ...more }
  const parsed = parseTopology(
    textOf({ ...file, partitioning: { ...file.partitioning, split: split as SplitSpec } }),
    strategies,
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

const shard = (shard: number, share: number) => ({ shard, share, replicas: ['r1'] })
const HALVES = [shard(0, 0.5), shard(1, 0.5)]

describe('what ranges come to by size', () => {
  test.each([
    // 500 keys each: at most 500 is not beyond, at most 499 is.
    [{ byKeys: 500 }, []],
    [{ byKeys: 499 }, [0.25, 0.75]],
    [{ byKeys: 125 }, [0.125, 0.25, 0.375, 0.625, 0.75, 0.875]],
    // 100 bytes each: 50,000 bytes a range.
    [{ byBytes: 50_000 }, []],
    [{ byBytes: 49_999 }, [0.25, 0.75]],
    // The tighter of two limits counts.
    [{ byKeys: 499, byBytes: 12_500 }, [0.125, 0.25, 0.375, 0.625, 0.75, 0.875]],
    [{ byLoadPerS: 1 }, []],
  ])('%j cuts at %j', (split, borders) => {
    expect(sizeSplits(HALVES, topologyOf(split)).borders).toEqual(borders)
  })

  test('numbers are given out look by look, the first ranges first', () => {
    const { borders, beyond, count } = sizeSplits(HALVES, topologyOf({ byKeys: 100, rangesMax: 5 }))
    expect([borders, beyond, count]).toEqual([[0.125, 0.25, 0.75], 2, 5])
  })

  test('only a range that is beyond its limit is cut, and a key stays whole', () => {
    expect(sizeSplits([shard(0, 0.1), shard(1, 0.9)], topologyOf({ byKeys: 500 })).borders).toEqual([0.55])
    const bytes = topologyOf(
      { byBytes: 1, rangesMax: 64 },
      { workload: { mix: 'ycsb-b', keys: 4, insertOrder: 'ordered' } },
    )
    expect(sizeSplits(HALVES, bytes).count).toBe(4)
  })

  test('words say what will happen, and when nothing can', () => {
    expect(splitWords(HALVES, topologyOf({ byKeys: 499 }))).toEqual([
      '2 ranges are beyond their size when the run begins: 2 ranges become 4, where the dashes are.',
    ])
    expect(splitWords(HALVES, topologyOf({ byKeys: 499, rangesMax: 2 }))[0]).toContain('no more ranges')
    expect(splitWords(HALVES, topologyOf({ byKeys: 900, byLoadPerS: 300 }))).toEqual([
      'No range is beyond its size when the run begins.',
      expect.stringContaining('more than 300 times a second over 10 s'),
    ])
    const short = topologyOf({ byKeys: 1 }, { run: { durationMs: 5_000 } })
    expect(splitWords(HALVES, short)).toEqual([expect.stringContaining('before ranges are looked at')])
  })
})

describe('the form', () => {
  beforeEach(async () => {
    Object.assign(theApi, mockApi())
    setActivePinia(createPinia())
    await useCatalog().load()
    useDocument().openText({ text: textOf(FILE), name: 'ranges', saved: null })
  })

  const open = () => mount(PartitioningSection, { attachTo: document.body })
  const toggle = (view: ReturnType<typeof open>) =>
    view.findAll<HTMLInputElement>('[role=switch]').find((each) => each.element.id !== '')
  async function flip(view: ReturnType<typeof open>, to: boolean): Promise<void> {
    const found = toggle(view)
    if (found === undefined) throw new Error('there is no switch')
    found.element.checked = to
    await found.trigger('change')
  }
  function field(view: ReturnType<typeof open>, name: string) {
    return view.get<HTMLInputElement>(`[data-path="$.partitioning.split.${name}"] input`)
  }

  test('one step turns splits on with names that sort, one takes it back to the same bytes', async () => {
    const doc = useDocument()
    const before = doc.text
    const view = open()
    expect(view.text()).toContain('Keys get ordered names')
    await flip(view, true)
    expect(doc.file?.partitioning).toEqual({ scheme: 'range', shards: 2, split: { byLoadPerS: 2_500 } })
    expect(doc.file?.workload).toMatchObject({ insertOrder: 'ordered' })
    expect(doc.undoLabel).toBe('Ranges split')
    doc.undo()
    expect(doc.text).toBe(before)
    doc.redo()
    await nextTick()
    await flip(view, false)
    expect(doc.file?.partitioning).toEqual({ scheme: 'range', shards: 2 })
    view.unmount()
  })

  test('names that sort already stay as they are', async () => {
    const workload = { mix: 'ycsb-b', insertOrder: 'alphabetical' } as const
    useDocument().edit('names', (file) => ({ ...file, workload }))
    const view = open()
    await flip(view, true)
    expect(useDocument().file?.workload).toEqual(workload)
    view.unmount()
  })

  test('the last limit can be emptied and typed anew: the form stays, and says what is missing', async () => {
    const doc = useDocument()
    const view = open()
    await flip(view, true)
    await field(view, 'byLoadPerS').setValue('')
    expect(doc.file?.partitioning?.split).toEqual({})
    await vi.waitFor(() => expect(doc.problems).toHaveLength(1))
    await nextTick()
    expect(view.get('[role=alert]').text()).toContain('Nothing says when a range splits')
    await field(view, 'byKeys').setValue('200')
    expect(doc.file?.partitioning?.split).toEqual({ byKeys: 200 })
    await vi.waitFor(() => expect(doc.problems).toEqual([]))
    view.unmount()
  })

  test('every field is written where the format has it, and JSON that is typed is shown', async () => {
    const doc = useDocument()
    const view = open()
    await flip(view, true)
    const typed = { byBytes: 64_000, mergeBelow: 0.4, checkEveryMs: 500, rangesMax: 16 }
    for (const [name, value] of Object.entries(typed)) {
      await field(view, name).setValue(String(value))
      await field(view, name).trigger('blur')
    }
    const split = doc.file?.partitioning?.split
    expect(split).toEqual({ byLoadPerS: 2_500, ...typed })
    expect(parseTopology(doc.text, strategies).ok).toBe(true)
    doc.setText(doc.text.replace('64000', '32000').replace('0.4', '0.25'))
    await nextTick()
    expect(field(view, 'byBytes').element.value).toBe('32000')
    expect(field(view, 'mergeBelow').element.value).toBe('0.25')
    view.unmount()
  })

  test('where ranges cannot split the switch says why, and is off', async () => {
    const reason = 'No range splits while Leaderless runs.'
    const ask = theApi.request.bind(theApi)
    Object.assign(theApi, {
      request: async (channel: string, input: unknown) => {
        const answer = await ask(channel as 'topology.check', input as { text: string })
        return channel === 'topology.check' ? { ...answer, refusals: { split: { on: reason } } } : answer
      },
    })
    const doc = useDocument()
    const view = open()
    doc.edit('touch', (file) => ({ ...file, name: 'other' }))
    await vi.waitFor(() => expect(doc.check?.refusals.split).toBeDefined())
    await flushPromises()
    expect(toggle(view)?.element.disabled).toBe(true)
    expect(view.text()).toContain(reason)
    view.unmount()
  })

  test('splits that another scheme cannot have stay in sight, and can be taken out', async () => {
    const doc = useDocument()
    const view = open()
    await flip(view, true)
    doc.edit('hash', (file) => ({ ...file, partitioning: { ...file.partitioning, scheme: 'hash' } }))
    await vi.waitFor(() => expect(doc.problems).toHaveLength(1))
    await nextTick()
    expect(view.get('[role=alert]').text()).toContain('do not split')
    await flip(view, false)
    await vi.waitFor(() => expect(doc.problems).toEqual([]))
    view.unmount()
  })
})
