import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { api as theApi } from '../api/index.ts'
import { useCatalog } from '../stores/catalog.ts'
import { useDatasheets } from '../stores/datasheets.ts'
import { useDocument } from '../stores/document.ts'
import { useUi } from '../stores/ui.ts'
import { mockApi, type MockApi } from '../testing/mock-api.ts'
import { awayCommands } from './away-commands.ts'
import { isEnabled } from './commands.ts'

vi.mock('../api/index.ts', () => ({ api: {}, sentenceOf: String }))

let lab: MockApi
beforeEach(async () => {
  lab = mockApi()
  Object.assign(theApi, lab)
  setActivePinia(createPinia())
  await useCatalog().load()
})

const command = (id: string) => {
  const found = awayCommands([]).find((each) => each.id === id)
  if (found === undefined) throw new Error(`there is no ${id}`)
  return found
}

async function openPreset(): Promise<void> {
  const [preset] = useCatalog().catalog?.presets ?? []
  useDocument().openPreset(preset)
  await vi.waitFor(() => expect(useDocument().check).not.toBeNull())
}

test('a datasheet is made from anywhere, and what stands in the way is told', async () => {
  expect(isEnabled(command('datasheet.make'))).toBe(false)
  await openPreset()
  const started: boolean[] = []
  lab.override({
    'datasheets.start': ({ isQuick }) => {
      started.push(isQuick)
      return Promise.resolve({ refused: 'Another one is being made.' })
    },
  })
  Object.assign(theApi, lab)
  await command('datasheet.makeQuick').run()
  await command('datasheet.make').run()
  expect(started).toEqual([true, false])
  expect(useUi().tab).toBe('datasheet')
  expect(useUi().notices.at(-1)).toMatchObject({ tone: 'error', sentence: 'Another one is being made.' })
  expect(isEnabled(command('datasheet.stop'))).toBe(false)
  useDatasheets().job = {
    jobId: 'j',
    name: 'n',
    isQuick: false,
    state: 'running',
    share: 0,
    leftMs: null,
    entryId: null,
    failure: null,
  }
  expect([isEnabled(command('datasheet.stop')), isEnabled(command('datasheet.make'))]).toEqual([true, false])
})

test('replicas join and leave by name, where they may', async () => {
  await openPreset()
  const doc = useDocument()
  const replica = doc.file?.replicas.at(-1)?.id ?? ''
  const leave = () => command(`faults.change.leave.${replica}`)
  expect(leave()).toMatchObject({ label: `Membership: ${replica} leaves`, sought: true })
  const refusals = doc.check?.refusals ?? {}
  const check = doc.check
  if (check === null) throw new Error('nothing was checked')
  doc.check = { ...check, refusals: { ...refusals, changes: { leave: 'Too few would be left.' } } }
  expect(isEnabled(leave())).toBe(false)
  doc.check = { ...check, refusals: { ...refusals, changes: {} } }
  expect(isEnabled(leave())).toBe(true)
  leave().run()
  expect(useUi().tab).toBe('faults')
  expect(useUi().selection).toEqual([{ kind: 'replica', id: replica }])
})
