import { readdir, readFile, rm } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DeskBench } from '../../testing/desk.ts'
import { Scratch, topologyFile } from '../../testing/program.ts'
import type { PlatformDialogs } from './types.ts'

/** What the user does next. */
let answers: { open: string | null; save: string | null }
let asked: { name: string; folder: string | null }[]
let printed: string[]
const dialogs: PlatformDialogs = {
  openTopology: () => Promise.resolve(answers.open),
  save: ({ name, folder }) => {
    asked.push({ name, folder })
    return Promise.resolve(answers.save)
  },
  printToPdf: (html) => {
    printed.push(html)
    return Promise.resolve(new TextEncoder().encode('%PDF-1.7'))
  },
}

let bench: DeskBench
let home: Scratch
beforeEach(async () => {
  answers = { open: null, save: null }
  asked = []
  printed = []
  home = await Scratch.make()
  bench = await DeskBench.open({ dialogs, documentsFolder: null })
})
afterEach(async () => {
  await bench.dispose()
  await home.dispose()
})

const TEXT = topologyFile()
const SAVE = { id: null, name: 'Mine', text: TEXT, stamp: null, force: false }

test('who changes their mind in a dialog has done nothing', async () => {
  expect(await bench.ask['files.open']({ id: null })).toBe(null)
  expect(await bench.ask['files.save'](SAVE)).toEqual({ outcome: 'cancelled' })
  expect(await bench.ask['files.list'](null)).toEqual([])
  expect((await bench.ask['app.about'](null)).dialogs).toBe(true)
})

test('what a dialog led to is remembered, by ids that lead nowhere else', async () => {
  answers.save = home.path('Mine.topology.json')
  const saved = await bench.ask['files.save'](SAVE)
  if (saved.outcome !== 'saved') throw new Error(saved.outcome)
  expect(asked).toEqual([{ name: 'Mine.topology.json', folder: null }])
  answers.open = await home.write('other.topology.json', '{}')
  await bench.ask['files.open']({ id: null })
  await bench.restart()
  expect((await bench.ask['files.list'](null)).map(({ name }) => name)).toEqual(['other', 'Mine'])
  expect((await bench.ask['files.open']({ id: saved.id }))?.text).toBe(TEXT)
  // Saved again without a question; the next one begins in the same folder.
  expect((await bench.ask['files.save']({ ...SAVE, id: saved.id, stamp: saved.stamp })).outcome).toBe('saved')
  expect(asked).toHaveLength(1)
  await home.write('secret.topology.json', TEXT)
  await expect(bench.ask['files.open']({ id: home.path('secret.topology.json') })).rejects.toThrow(
    'used lately',
  )
  await rm(home.path('Mine.topology.json'))
  expect((await bench.ask['files.list'](null)).find(({ name }) => name === 'Mine')?.missing).toBe(true)
  await bench.ask['files.forget']({ id: saved.id })
  expect(await bench.ask['files.list'](null)).toHaveLength(1)
})

test('an ending that was left out is put there; one that is json stays', async () => {
  answers.save = home.path('plain')
  expect(await bench.ask['files.save'](SAVE)).toMatchObject({ outcome: 'saved', name: 'plain' })
  answers.save = home.path('other.json')
  await bench.ask['files.save'](SAVE)
  expect((await readdir(home.folder)).sort()).toEqual(['other.json', 'plain.topology.json'])
})

test('a file that the system was asked to open arrives in the window', async () => {
  const file = await home.write('given.topology.json', TEXT)
  await bench.desk.openPath(file)
  const arrived = bench.told.find(({ event }) => event === 'file.arrived')
  expect(arrived?.payload).toMatchObject({ name: 'given', text: TEXT })
  await expect(bench.desk.openPath(home.path('none.topology.json'))).rejects.toThrow(
    '"none.topology.json" cannot be opened',
  )
  await expect(bench.desk.openPath(home.folder)).rejects.toThrow('a folder')
})

test('exports go where the dialog says, PDF by way of the platform', async () => {
  const { entryId } = await bench.run(TEXT)
  const id = entryId ?? ''
  expect(await bench.ask['exports.save']({ id, format: 'csv' })).toEqual({ outcome: 'cancelled' })
  answers.save = home.path('report.csv')
  expect(await bench.ask['exports.save']({ id, format: 'csv' })).toEqual({
    outcome: 'saved',
    where: answers.save,
  })
  expect(asked.at(-1)?.name).toBe('Three replicas.csv')
  answers.save = home.path('report.pdf')
  expect(await bench.ask['exports.save']({ id, format: 'pdf' })).toMatchObject({ outcome: 'saved' })
  expect(await readFile(answers.save, 'utf8')).toBe('%PDF-1.7')
  expect(printed[0]).toMatch(/^<!doctype html>/i)
  expect(printed[0]).not.toContain('<script')
  answers.save = home.path('no/such/folder/report.pdf')
  await expect(bench.ask['exports.save']({ id, format: 'pdf' })).rejects.toThrow()
  expect((await readdir(home.folder)).sort()).toEqual(['report.csv', 'report.pdf'])
})
