import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { useUi } from '../stores/ui.ts'
import { askToDelete, askToRename } from './ask-about.ts'
import { asked } from './ask.ts'

vi.mock('../api/index.ts', () => ({
  api: {},
  sentenceOf: (error: unknown) => (error instanceof Error ? error.message : String(error)),
}))

beforeEach(() => setActivePinia(createPinia()))

test('nothing goes before it was said so, and the question says what', async () => {
  const remove = vi.fn(() => Promise.resolve())
  const kept = askToDelete('run', '"Mine" will be gone.', remove)
  expect(asked.value?.question).toMatchObject({
    title: 'Delete this run?',
    sentence: '"Mine" will be gone. The topology file stays.',
  })
  asked.value?.settle(null)
  await kept
  expect(remove).not.toHaveBeenCalled()
  const gone = askToDelete('run', '"Mine" will be gone.', remove)
  asked.value?.settle({ value: 'delete', name: '' })
  await gone
  expect(remove).toHaveBeenCalledOnce()
})

test('a name is given as it was typed; no name changes nothing, and a failure is told', async () => {
  const rename = vi.fn<(name: string) => Promise<void>>(() => Promise.reject(new Error('The disk is full.')))
  const unnamed = askToRename('sweep', 'Old', rename)
  expect(asked.value?.question.name?.suggestion).toBe('Old')
  asked.value?.settle({ value: 'rename', name: '' })
  await unnamed
  expect(rename).not.toHaveBeenCalled()
  const named = askToRename('sweep', 'Old', rename)
  asked.value?.settle({ value: 'rename', name: 'New' })
  await named
  expect(rename).toHaveBeenCalledExactlyOnceWith('New')
  expect(useUi().notices.map(({ sentence }) => sentence)).toEqual(['The disk is full.'])
})
