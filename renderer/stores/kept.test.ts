import { effectScope, shallowRef } from 'vue'
import { expect, test } from 'vitest'
import { cached, useCompared, useEntries } from './kept.ts'

test('what was fetched is not fetched again, until a dozen others were wanted since', async () => {
  const fetched: string[] = []
  const thing = cached((id) => {
    fetched.push(id)
    return Promise.resolve({ id })
  })
  const first = await thing('a')
  for (let i = 0; i < 11; i++) await thing(`x${i}`)
  // Twelve are kept; wanted again, it is the latest of them.
  expect(await thing('a')).toBe(first)
  await thing('y')
  expect(await thing('a')).toBe(first)
  expect(fetched.filter((id) => id === 'a')).toHaveLength(1)
  await thing('x0')
  expect(fetched.filter((id) => id === 'x0')).toHaveLength(2)
})

test('what fails is asked for again', async () => {
  let isDown = true
  const thing = cached(() => (isDown ? Promise.reject(new Error('down')) : Promise.resolve('there')))
  await expect(thing('a')).rejects.toThrow('down')
  isDown = false
  expect(await thing('a')).toBe('there')
})

test('who is gone is neither shown nor compared; the others stay as they were marked', () => {
  const list = useEntries<{ id: string }>()
  expect(list.isLoaded.value).toBe(false)
  effectScope().run(() => {
    const { comparedIds, toggleCompared } = useCompared(list.entries)
    list.take(['a', 'b', 'c'].map((id) => ({ id })))
    list.selectedId.value = 'b'
    for (const id of ['c', 'b', 'a']) toggleCompared(id)
    list.take([{ id: 'a' }, { id: 'c' }])
    expect(comparedIds.value).toEqual(['c', 'a'])
    expect(list.selectedId.value).toBeNull()
    toggleCompared('c')
    expect(comparedIds.value).toEqual(['a'])
    list.selectedId.value = 'a'
    list.take([{ id: 'd' }, { id: 'a' }])
    expect(list.selectedId.value).toBe('a')
  })
  expect(list.isLoaded.value).toBe(true)
})

test('marks made before the list is there are kept', () => {
  const entries = shallowRef<readonly { id: string }[]>([])
  effectScope().run(() => {
    const { comparedIds } = useCompared(entries)
    comparedIds.value = ['a']
    entries.value = [{ id: 'a' }]
    expect(comparedIds.value).toEqual(['a'])
  })
})
