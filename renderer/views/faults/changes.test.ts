import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { api as theApi } from '../../api/index.ts'
import type { CanvasDecorations } from '../../canvas/types.ts'
import { textOf, EMPTY_FILE, type ChangeFile } from '../../model/file.ts'
import { useCatalog } from '../../stores/catalog.ts'
import { useDocument } from '../../stores/document.ts'
import { useUi } from '../../stores/ui.ts'
import { CanvasStub } from '../../testing/canvas-stub.ts'
import { mockApi } from '../../testing/mock-api.ts'
import { lifePicture } from './change-picture.ts'
import { faultMenu } from './fault-menu.ts'
import FaultsView from './FaultsView.vue'
import { useChanges } from './use-changes.ts'
import { useFaults } from './use-faults.ts'

vi.mock('../../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

const FILE = {
  ...EMPTY_FILE,
  regions: [{ id: 'a' }],
  replicas: ['r1', 'r2', 'r3', 'r4'].map((id) => ({ id, region: 'a' })),
  clients: [{ id: 'c1', region: 'a' }],
  replication: { strategy: 'raft' },
  run: { durationMs: 20_000 },
}

beforeEach(async () => {
  Object.assign(theApi, mockApi())
  setActivePinia(createPinia())
  await useCatalog().load()
  useDocument().openText({ text: textOf(FILE), name: 'grow', saved: null })
})

function open() {
  const view = mount(FaultsView, {
    attachTo: document.body,
    global: { stubs: { TopologyCanvas: CanvasStub } },
  })
  const press = async (words: string) => {
    const found = view.findAll('button').find((each) => each.text().startsWith(words))
    if (found === undefined) throw new Error(`there is no button ${words}`)
    await found.trigger('click')
  }
  const list = () => view.get('[role=listbox][aria-label=Membership]')
  const key = async (name: string) => {
    await list().trigger('keydown', { key: name })
    if (view.find('[aria-label=Membership]').exists()) await view.trigger('keyup', { key: name })
  }
  const picture = () => view.getComponent(CanvasStub).props('decorations') as CanvasDecorations | null
  return { view, press, list, key, picture }
}

const changes = (): readonly ChangeFile[] => useDocument().file?.changes ?? []

describe('replicas that join and leave', () => {
  test('are added, moved by keys and removed, each a step of undo, back to the same bytes', async () => {
    const doc = useDocument()
    const before = doc.text
    const { view, press, list, key } = open()
    expect(view.find('[role=listbox][aria-label=Membership]').exists()).toBe(false)
    await press('A replica joins')
    expect(changes()).toEqual([{ atMs: 5_000, kind: 'join', replica: 'r4' }])
    expect(list().text()).toContain('r4')
    expect(list().get('[role=option]').attributes('aria-label')).toContain('r4 joins at 5 s')
    await key('ArrowRight')
    expect(changes()[0].atMs).toBeGreaterThan(5_000)
    await key('Home')
    await press('A replica leaves')
    expect(changes()[1]).toMatchObject({ kind: 'leave', replica: 'r3' })
    // Lane by lane, as one sees them: r3 leaves, r4 joins.
    await key('ArrowDown')
    expect(useUi().selectedChange).toBe(0)
    await key('ArrowUp')
    expect(useUi().selectedChange).toBe(1)
    await key('Delete')
    expect(changes()).toHaveLength(1)
    for (let i = 0; i < 4; i++) doc.undo()
    expect(doc.text).toBe(before)
    view.unmount()
  })

  test('a mark is dragged with the pointer, Escape puts it back', async () => {
    const { view, press, list, key } = open()
    await press('A replica joins')
    const mark = list().get('[role=option]')
    Object.assign(mark.element, { setPointerCapture: () => undefined })
    await mark.trigger('pointerdown', { button: 0, clientX: 100, pointerId: 1 })
    await mark.trigger('pointermove', { clientX: 400, pointerId: 1 })
    const moved = changes()[0].atMs
    expect(moved).not.toBe(5_000)
    await key('Escape')
    expect(changes()[0].atMs).toBe(5_000)
    expect(list().get('[role=option]').attributes('aria-selected')).toBe('true')
    view.unmount()
  })

  test('a marked change has a form of its own, and the canvas shows who is there then', async () => {
    const { view, press, picture } = open()
    await press('A replica leaves')
    await press('A replica joins')
    // r4 leaves at 5 s, so it may come back then; a fault takes the mark away.
    useUi().selectedChange = 0
    await nextTick()
    expect(view.get('.heading h3').text()).toBe('r4 leaves')
    expect(picture()?.replicas?.get('r4')).toEqual({ membership: 'leaving', note: 'leaves' })
    await press('Crash')
    expect(useUi().selectedChange).toBeNull()
    expect(view.get('.heading h3').text()).toContain('crashed')
    view.unmount()
  })

  test('what the check says of a change stands beside its mark and in its form', async () => {
    useDocument().edit('join twice', (file) => ({
      ...file,
      changes: [
        { atMs: 1_000, kind: 'join', replica: 'r4' },
        { atMs: 2_000, kind: 'join', replica: 'r4' },
      ],
    }))
    const { view, list } = open()
    await vi.waitFor(() => expect(useDocument().problems).toHaveLength(1))
    await nextTick()
    const [{ path, sentence }] = useDocument().problems
    expect(path).toBe('$.changes[1].replica')
    expect(list().findAll('[role=option]')[1].attributes('aria-label')).toContain(sentence)
    useUi().selectedChange = 1
    await nextTick()
    await flushPromises()
    expect(view.text()).toContain(sentence)
    view.unmount()
  })

  test('where the strategy refuses, the reason stands where one would add it', async () => {
    const mock = mockApi()
    const reason = 'The members of a shard cannot change here.'
    const check = theApi.request.bind(theApi)
    Object.assign(theApi, mock, {
      request: async (channel: string, input: unknown) => {
        const answer = await check(channel as 'topology.check', input as { text: string })
        return channel === 'topology.check' ? { ...answer, refusals: { changes: { join: reason } } } : answer
      },
    })
    const doc = useDocument()
    const { view } = open()
    doc.edit('touch', (file) => ({ ...file, name: 'other' }))
    await vi.waitFor(() => expect(doc.check?.refusals.changes).toBeDefined())
    await nextTick()
    const button = view.findAll('button').find((each) => each.text().startsWith('A replica joins'))
    expect(button?.attributes('disabled')).toBeDefined()
    expect(button?.text()).toContain(reason)
    const faults = useFaults()
    const items = faultMenu(
      faults,
      useChanges(faults),
      { kind: 'replica', id: 'r2' },
      { draw: vi.fn(), fit: vi.fn() },
    )
    const found = items
      .filter((item) => item !== 'separator')
      .filter(({ label }) => /^(Joins|Leaves) at/.test(label))
    expect(found.map(({ disabled, help }) => [disabled, help])).toEqual([
      [true, reason],
      [false, undefined],
    ])
    view.unmount()
  })
})

test('on Design those that come later are ghosts, and those that leave say when', () => {
  const file = {
    ...FILE,
    changes: [
      { atMs: 5_000, kind: 'join', replica: 'r4' },
      { atMs: 9_000, kind: 'leave', replica: 'r1' },
    ] as const,
  }
  expect([...(lifePicture(file)?.replicas ?? [])]).toEqual([
    ['r1', { note: 'leaves at 9 s' }],
    ['r4', { note: 'joins at 5 s', membership: 'absent' }],
  ])
  expect(lifePicture(FILE)).toBeNull()
})
