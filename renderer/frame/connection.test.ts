import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { api as theApi } from '../api/index.ts'
import { mockApi, type MockApi } from '../testing/mock-api.ts'
import ConnectionBanner from './ConnectionBanner.vue'

vi.mock('../api/index.ts', () => ({ api: {} }))

enableAutoUnmount(afterEach)
let lab: MockApi

beforeEach(() => {
  vi.useFakeTimers()
  lab = mockApi()
  Object.assign(theApi, lab)
})
afterEach(() => vi.useRealTimers())

test('a lost connection is told with the time until the next attempt, and goes unmentioned when it is back', async () => {
  const banner = mount(ConnectionBanner)
  expect(banner.text()).toBe('')
  lab.disconnect(3_000)
  await nextTick()
  expect(banner.text()).toContain('The lab’s process does not answer. Trying again in 3 s.')
  vi.advanceTimersByTime(1_500)
  await nextTick()
  expect(banner.text()).toContain('Trying again in 2 s.')
  vi.advanceTimersByTime(2_000)
  await nextTick()
  expect(banner.text()).toContain('Trying again now.')
  await banner.get('button').trigger('click')
  expect(banner.text()).toBe('')
  expect(vi.getTimerCount()).toBe(0)
})

test('after some attempts in vain it says where else the lab may be', async () => {
  const banner = mount(ConnectionBanner)
  for (let i = 0; i < 3; i++) lab.disconnect(1_000)
  await nextTick()
  expect(banner.text()).not.toContain('address')
  lab.disconnect(1_000)
  await nextTick()
  expect(banner.text()).toContain('open the address that it printed')
})
