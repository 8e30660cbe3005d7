import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { api as theApi } from '../api/index.ts'
import { fileOf, textOf } from '../model/file.ts'
import { useCatalog } from '../stores/catalog.ts'
import { useDocument } from '../stores/document.ts'
import { useUi, type Selected } from '../stores/ui.ts'
import { mockApi } from '../testing/mock-api.ts'
import { sectionOf } from './sections.ts'
import { arcsOf, hotFactor, sharesOf } from './placement.ts'
import TopologyInspector from './TopologyInspector.vue'

vi.mock('../api/index.ts', () => ({
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
})

function inspect(...selection: Selected[]) {
  const view = mount(TopologyInspector, { props: { selection }, attachTo: document.body })
  /** The control that a label names. */
  const control = <T extends HTMLElement>(label: string): T => {
    const found = [...document.querySelectorAll('label, [id$=-label]')].find(
      (each) => each.textContent === label,
    )
    const id = found?.getAttribute('for') ?? found?.id.replace(/-label$/, '') ?? ''
    const element = document.getElementById(id)
    if (element === null) throw new Error(`no field is labelled ${label}`)
    return element as T
  }
  async function type(label: string, text: string): Promise<void> {
    const field = control<HTMLInputElement>(label)
    field.value = text
    field.dispatchEvent(new Event('input'))
    field.dispatchEvent(new Event('blur'))
    await nextTick()
  }
  async function choose(label: string, option: string): Promise<void> {
    control(label).click()
    await nextTick()
    await nextTick()
    const found = [...document.querySelectorAll<HTMLElement>('[role=option]')].find(
      (each) => each.querySelector('.label')?.textContent === option,
    )
    if (found === undefined) throw new Error(`${label} has no option ${option}`)
    found.click()
    await nextTick()
  }
  return { view, control, type, choose }
}

const file = () => {
  const found = useDocument().file
  if (found === null) throw new Error('there is no file')
  return found
}

describe('the inspector', () => {
  test('a parameter is stated, and cleared again; one step of undo each, back to the same bytes', async () => {
    const doc = useDocument()
    const before = doc.text
    const laidOut = textOf(fileOf(before) ?? file())
    const { type, control, view } = inspect()
    await type('R, replies per read', '5')
    expect(file().replication.params?.r).toBe(5)
    await type('R, replies per read', '')
    expect(file().replication.params).not.toHaveProperty('r')
    expect(control<HTMLInputElement>('R, replies per read').placeholder).not.toBe('')
    doc.undo()
    expect(file().replication.params?.r).toBe(5)
    doc.undo()
    expect([before, laidOut]).toContain(doc.text)
    view.unmount()
  })

  test('typing on is one step of undo', () => {
    const doc = useDocument()
    const { control, view } = inspect()
    const field = control<HTMLInputElement>('Duration')
    for (const text of ['3', '30', '300']) {
      field.value = text
      field.dispatchEvent(new Event('input'))
    }
    expect(file().run?.durationMs).toBe(300)
    doc.undo()
    expect(file().run?.durationMs).toBe(20_000)
    view.unmount()
  })

  test('what is out of bounds is shown and never written', async () => {
    const { type, view } = inspect()
    await type('N, copies of each key', '0')
    expect(file().replication.params?.n).toBe(9)
    view.unmount()
  })

  test('several replicas: common values, and one edit for all of them', async () => {
    const doc = useDocument()
    const { type, control, view } = inspect({ kind: 'replica', id: 'us-1' }, { kind: 'replica', id: 'us-2' })
    expect(control<HTMLInputElement>('Clock ahead').placeholder).toBe('various')
    await type('Clock ahead', '7')
    expect(
      file()
        .replicas.map(({ clock }) => clock?.offsetMs)
        .slice(0, 3),
    ).toEqual([7, 7, -1.5])
    doc.undo()
    expect(file().replicas[1].clock?.offsetMs).toBe(2)
    view.unmount()
  })

  test('a link between regions becomes an entry of its own, and goes again', async () => {
    const link = { kind: 'link', from: 'us-east-1', to: 'eu-west-1' } as const
    const { type, choose, view } = inspect(link)
    await type('Loss', '1000')
    expect(file().links?.between).toEqual([{ from: 'us-east-1', to: 'eu-west-1', lossPpm: 1000 }])
    await choose('One way', 'Log-normal')
    expect(file().links?.between?.[0].oneWay).toMatchObject({ dist: 'lognormal', sigma: 0.25 })
    ;[...document.querySelectorAll('button')].find((each) => each.textContent.includes('Forget'))?.click()
    expect(file().links?.between).toBeUndefined()
    view.unmount()
  })

  test('a new name is taken over everywhere when the typing ends, but not one that is taken', async () => {
    const ui = useUi()
    ui.selection = [{ kind: 'region', id: 'eu-west-1' }]
    const { type, control, view } = inspect({ kind: 'region', id: 'eu-west-1' })
    const field = control<HTMLInputElement>('Name')
    field.value = 'us-1'
    field.dispatchEvent(new Event('input'))
    await nextTick()
    expect(document.body.textContent).toContain('This name is taken')
    await type('Name', 'us-1')
    expect(file().regions[1].id).toBe('eu-west-1')
    await type('Name', 'europe')
    expect(textOf(file())).not.toContain('"eu-west-1"')
    expect(ui.selection).toEqual([{ kind: 'region', id: 'europe' }])
    view.unmount()
  })

  test('expectations are added, changed and removed', async () => {
    const { choose, type, view } = inspect()
    const press = async (label: string) => {
      const found = [...document.querySelectorAll('button')].find(
        (each) => each.textContent.trim() === label || each.getAttribute('aria-label') === label,
      )
      found?.click()
      await nextTick()
    }
    const removeAll = async () => {
      const count = file().expect?.length ?? 0
      for (let i = 0; i < count; i++) await press('Remove expectation 1')
    }
    await removeAll()
    await press('Guarantee')
    expect(file().expect?.at(-1)).toEqual({ guarantee: 'linearizable', is: 'holds' })
    await choose('Verdict', 'is violated')
    expect(file().expect?.at(-1)).toEqual({ guarantee: 'linearizable', is: 'violated' })
    await choose('Guarantee', 'k-atomic')
    await type('Versions', '3')
    expect(file().expect?.at(-1)).toEqual({ guarantee: 'k-atomic:3', is: 'violated' })
    await choose('Guarantee', 'Bounded staleness')
    await type('Bound', '250')
    expect(file().expect?.at(-1)).toEqual({ guarantee: 'bounded-staleness:250', is: 'violated' })
    await removeAll()
    expect(file()).not.toHaveProperty('expect')
    view.unmount()
  })

  test('a problem stands beside its field, and a click on it leads there', async () => {
    const { type, control, view } = inspect()
    await type('N, copies of each key', '99')
    await vi.waitFor(() => expect(useDocument().problems.length).toBeGreaterThan(0), { timeout: 3_000 })
    await nextTick()
    const field = control('N, copies of each key')
    expect(field.getAttribute('aria-invalid')).toBe('true')
    useUi().askedPath = '$.replication.params.n'
    await vi.waitFor(() => expect(document.activeElement).toBe(field))
    expect(useUi().askedPath).toBeNull()
    view.unmount()
  })
})

test('every part of a file has its section', () => {
  const sections = ['$.replication.params.n', '$.expect[2]', '$.links.rtt', '$.name', '$.replicas[0].id', '$']
  expect(sections.map(sectionOf)).toEqual(['replication', 'expectations', 'network', 'title', null, null])
  expect(sectionOf('$.consistency.onPartition')).toBe('replication')
})

test('a replica holds the shares of all shards that it is a member of', () => {
  const placement = [
    { shard: 0, replicas: ['a', 'b'], share: 0.25 },
    { shard: 1, replicas: ['b', 'c'], share: 0.75 },
  ]
  expect(sharesOf(placement)).toEqual([
    { id: 'b', share: 1, isHot: false },
    { id: 'c', share: 0.75, isHot: false },
    { id: 'a', share: 0.25, isHot: false },
  ])
})

test('neighbouring arcs of one owner are one, and who owns twice an even share is a hot spot', () => {
  const arc = (from: number, share: number, owner: string) => ({ from, share, owner })
  const arcs = arcsOf([
    arc(0, 0.1, 'a'),
    arc(0.1, 0.3, 'b'),
    arc(0.4, 0.4, 'b'),
    arc(0.8, 0.1, 'c'),
    arc(0.9, 0.1, 'a'),
  ])
  expect(arcs.map(({ from, share, tone }) => [from, Math.round(share * 10) / 10, tone])).toEqual([
    [0, 0.1, 'even'],
    [0.1, 0.7, 'hot'],
    [0.8, 0.1, 'even'],
    [0.9, 0.1, 'odd'],
  ])
  expect([hotFactor(0.5, 4), hotFactor(0.4, 4), hotFactor(1, 1)]).toEqual([2, null, null])
})
