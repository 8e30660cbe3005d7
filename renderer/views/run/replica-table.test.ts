import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import type { RunStatistics } from '../../../shared/report/statistics.ts'
import ReplicaTable from './ReplicaTable.vue'

function sampleOf(lags: readonly (number | null)[], backlogs: readonly number[] = []): RunStatistics {
  const replicas = lags.map((lag, i) => ({
    id: `r${i + 1}`,
    up: true,
    isPaused: false,
    role: 'replica',
    term: null,
    leader: null,
    applied: 10,
    lag,
    backlog: backlogs[i] ?? 0,
    messagesInPerS: 0,
    messagesOutPerS: 0,
    busy: 0.5,
  }))
  return { replicas } as unknown as RunStatistics
}
const tableOf = (sample: RunStatistics) => {
  const view = mount(ReplicaTable, { props: { sample } })
  const texts = (selector: string) => view.findAll(selector).map((each) => each.text())
  return { heads: texts('thead th'), ids: texts('tbody th'), text: view.text() }
}

test('lag has its column, and none where replicas do not compare', () => {
  expect(tableOf(sampleOf([0, 7])).heads).toEqual(['Replica', 'Role', 'Lag', 'Waiting', 'Busy'])
  expect(tableOf(sampleOf([null, null])).heads).toEqual(['Replica', 'Role', 'Waiting', 'Busy'])
})

test('of many, those that are furthest behind come first; else those with most waiting', () => {
  const lags = Array.from({ length: 45 }, (_, i) => i)
  const behind = tableOf(sampleOf(lags))
  expect(behind.ids.slice(0, 2)).toEqual(['r45', 'r44'])
  expect(behind.text).toContain('The 40 furthest behind of 45.')
  const waiting = tableOf(
    sampleOf(
      lags.map(() => null),
      lags,
    ),
  )
  expect(waiting.ids.slice(0, 2)).toEqual(['r45', 'r44'])
  expect(waiting.text).toContain('The 40 with most waiting of 45.')
})
