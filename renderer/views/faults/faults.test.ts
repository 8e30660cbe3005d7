import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { api as theApi } from '../../api/index.ts'
import type { CanvasDecorations } from '../../canvas/types.ts'
import { useCommands } from '../../frame/commands.ts'
import { setValue } from '../../model/edits-settings.ts'
import { EMPTY_FILE, textOf, type FaultFile, type TopologyFile } from '../../model/file.ts'
import { useCatalog } from '../../stores/catalog.ts'
import { useDocument } from '../../stores/document.ts'
import { useUi } from '../../stores/ui.ts'
import { CanvasStub } from '../../testing/canvas-stub.ts'
import { mockApi } from '../../testing/mock-api.ts'
import { drawnSides } from './drawn-sides.ts'
import { faultPicture } from './fault-picture.ts'
import FaultsView from './FaultsView.vue'

vi.mock('../../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

beforeEach(async () => {
  Object.assign(theApi, mockApi())
  setActivePinia(createPinia())
  await useCatalog().load()
  useDocument().openPreset(
    useCatalog().catalog?.presets.find(({ id }) => id === 'cassandra-three-regions') ?? { id: '', text: '' },
  )
  useDocument().edit('No faults yet', (file) => setValue(file, ['faults'], undefined))
  useDocument().endGesture()
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
  const lanes = () => view.findAll('[role=option]').map((lane) => lane.text())
  const key = async (name: string, held: object = {}) => {
    await view.get('[role=listbox]').trigger('keydown', { key: name, ...held })
    const list = view.find('[role=listbox]')
    if (list.exists()) await list.trigger('keyup', { key: name })
  }
  const canvas = () => view.getComponent(CanvasStub)
  return { view, press, lanes, key, canvas }
}

const faults = (): readonly FaultFile[] => useDocument().file?.faults ?? []

describe('the view', () => {
  test('a fault is added, moved, made shorter and removed; each is one step of undo, back to the same bytes', async () => {
    const doc = useDocument()
    const before = doc.text
    const { view, press, lanes, key } = open()
    expect(view.text()).toContain('No faults yet')
    await press('crash')
    const [{ atMs, forMs }] = faults() as unknown as readonly { atMs: number; forMs: number }[]
    expect(faults()).toEqual([{ atMs, kind: 'crash', replica: 'us-1', forMs }])
    expect(lanes()[0]).toContain('us-1 crashed')
    await key('ArrowRight')
    expect(Number(faults()[0].atMs)).toBeGreaterThan(atMs)
    expect(faults()[0].forMs).toBe(forMs)
    await key('ArrowLeft', { shiftKey: true })
    expect(Number(faults()[0].forMs)).toBeLessThan(forMs)
    await key('Delete')
    expect(lanes()).toEqual([])
    for (let i = 0; i < 4; i++) doc.undo()
    expect(doc.text).toBe(before)
    view.unmount()
  })

  test('what is marked on the canvas is struck, and the canvas shows it', async () => {
    const { view, press, canvas } = open()
    useUi().selection = [{ kind: 'replica', id: 'eu-2' }]
    await press('pause')
    expect(faults()[0]).toMatchObject({ kind: 'pause', replica: 'eu-2' })
    const shown = canvas().props('decorations') as CanvasDecorations
    expect(shown.replicas?.get('eu-2')).toEqual({ state: 'paused' })
    view.unmount()
  })

  test('a line across the canvas becomes a partition, and gives a marked one new sides', async () => {
    const { view, press, canvas } = open()
    const file = useDocument().file
    const ids = [...(file?.replicas ?? []), ...(file?.clients ?? [])]
    const within = (region: string) => ids.filter((place) => place.region === region).map(({ id }) => id)
    const [us, eu, ap] = ['us-east-1', 'eu-west-1', 'ap-northeast-1'].map(within)
    await press('Draw a partition')
    expect(canvas().props('tool')).toBe('partition')
    canvas().vm.$emit('partition', [us, [...eu, ...ap]])
    await nextTick()
    expect(canvas().props('tool')).toBe('select')
    expect(faults()[0].groups).toEqual([['us-east-1'], ['eu-west-1', 'ap-northeast-1']])
    canvas().vm.$emit('partition', [[...us, ...eu], ap])
    await nextTick()
    expect(faults()).toHaveLength(1)
    expect(faults()[0].groups).toEqual([['us-east-1', 'eu-west-1'], ['ap-northeast-1']])
    view.unmount()
  })

  test('sides are assigned in the form; a partition keeps two of them', async () => {
    const { view, canvas } = open()
    canvas().vm.$emit('partition', [['us-1'], ['us-2', 'us-3']])
    await nextTick()
    const put = async (label: string) => {
      const input = view.get<HTMLInputElement>(`input[aria-label="${label}"]`)
      input.element.checked = true
      await input.trigger('change')
    }
    await put('us-2 on side A')
    expect(faults()[0].groups).toEqual([['us-1', 'us-2'], ['us-3']])
    await put('us-3 on side A')
    expect(faults()[0].groups).toEqual([['us-1', 'us-2'], ['us-3']])
    expect(view.text()).toContain('A partition has two sides at least')
    expect(view.get<HTMLInputElement>('input[aria-label="us-3 on side B"]').element.checked).toBe(true)
    view.unmount()
  })

  test('a scenario that the strategy has no role for is refused, with the reason in sight', () => {
    const { view } = open()
    const leader = view.findAll('button').find((each) => each.text().startsWith('Isolate the leader'))
    expect(leader?.attributes('disabled')).toBeDefined()
    expect(leader?.text()).toContain('has no leader')
    expect(useCommands().run('faults.scenario.isolate-leader')).toBe(false)
    expect(useCommands().run('faults.scenario.clock-skew')).toBe(true)
    expect(faults()[0]).toMatchObject({ kind: 'clock', replica: 'us-1', offsetMs: 250 })
    view.unmount()
    expect(useCommands().all.value.filter(({ id }) => id.startsWith('faults.'))).toEqual([])
  })

  test('undo that takes the marked fault away leaves nothing marked', async () => {
    const { view, press } = open()
    await press('isolate')
    expect(useUi().selectedFault).toBe(0)
    useDocument().undo()
    await nextTick()
    expect(view.text()).toContain('No fault is marked')
    view.unmount()
  })
})

const at = (x: number, y: number) => ({ x, y })
/** Two regions side by side, each with two replicas above each other. */
const GRID: TopologyFile = {
  ...EMPTY_FILE,
  regions: [
    { id: 'west', at: at(0, 0), size: { width: 200, height: 300 } },
    { id: 'east', at: at(400, 0), size: { width: 200, height: 300 } },
  ],
  replicas: [
    { id: 'w1', region: 'west', at: at(20, 40) },
    { id: 'w2', region: 'west', at: at(20, 160) },
    { id: 'e1', region: 'east', at: at(20, 40) },
    { id: 'e2', region: 'east', at: at(20, 160) },
  ],
}

describe('the picture of a fault', () => {
  test('sides that keep clear of each other have one boundary each; sides that cross, one for each region', () => {
    expect(drawnSides(GRID, [['west'], ['east']])).toEqual([
      ['w1', 'w2'],
      ['e1', 'e2'],
    ])
    expect(
      drawnSides(GRID, [
        ['w1', 'e1'],
        ['w2', 'e2'],
      ]),
    ).toEqual([
      ['w1', 'e1'],
      ['w2', 'e2'],
    ])
    expect(
      drawnSides(GRID, [
        ['w1', 'e2'],
        ['w2', 'e1'],
      ]),
    ).toEqual([['w1'], ['e2'], ['w2'], ['e1']])
    expect(drawnSides(GRID, [['west', 'east']])).toEqual([])
  })

  test('a region that is cut off takes what stands in it along', () => {
    const picture = faultPicture(GRID, { atMs: 0, kind: 'partition', groups: [['west']] })
    expect(picture.sides).toEqual([
      ['w1', 'w2'],
      ['e1', 'e2'],
    ])
    expect(picture.replicas?.get('w1')).toEqual({ note: 'side A' })
    expect(picture.replicas?.get('e2')).toEqual({ note: 'side B' })
  })

  test('a power loss strikes each that is named; a role strikes nobody yet', () => {
    const power = faultPicture(GRID, { atMs: 0, kind: 'power-loss', replicas: ['w1', 'e2'] })
    expect([...(power.replicas ?? [])]).toEqual([
      ['w1', { state: 'down' }],
      ['e2', { state: 'down' }],
    ])
    expect(faultPicture(GRID, { atMs: 0, kind: 'isolate', replica: 'leader' }).sides).toEqual([])
    expect(faultPicture(GRID, { atMs: 0, kind: 'isolate', replica: 'w1' }).sides?.[0]).toEqual(['w1'])
    expect(faultPicture(GRID, { atMs: 0, kind: 'cut', from: 'w1', to: 'e1' }).cuts).toEqual([
      { from: 'w1', to: 'e1', oneWay: false },
    ])
  })

  test('nothing that a half-typed fault holds does harm', () => {
    const odd = { atMs: 0, kind: 'partition', groups: [['nobody'], 7, []] } as unknown as FaultFile
    expect(faultPicture(GRID, odd).sides).toEqual([])
    expect(textOf(GRID)).not.toContain('nobody')
  })
})
