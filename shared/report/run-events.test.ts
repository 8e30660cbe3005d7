import { expect, test } from 'vitest'
import type { FaultEvent } from '../history/types.ts'
import { FaultsInForce, runEventsOf } from './run-events.ts'

const crash: FaultEvent = {
  index: 0,
  phase: 'start',
  timeNs: 2e6,
  spec: { kind: 'crash', replica: 'leader', atMs: 2, forMs: 3 },
  replicas: ['r2'],
  sides: [],
  by: 'plan',
}
const cut: FaultEvent = {
  index: 1_000_000,
  phase: 'start',
  timeNs: 4e6,
  spec: { kind: 'cut', from: 'r1', to: 'r3', oneWay: false, atMs: 0, forMs: null },
  replicas: [],
  sides: [],
  by: 'hand',
}

test('faults and notes stand in the order in which they happened', () => {
  const notes = [{ timeNs: 3e6, place: 'r1', kind: 'raft.leader', text: 'leads term 2' }]
  const events = runEventsOf([crash, { ...cut, phase: 'end', timeNs: 9e6 }, cut], notes)
  expect(events).toEqual([
    {
      tMs: 2,
      kind: 'fault',
      name: 'crash',
      phase: 'start',
      place: 'r2',
      text: 'r2 (leader) crashed',
      fault: 0,
    },
    { tMs: 3, kind: 'note', name: 'raft.leader', phase: 'instant', place: 'r1', text: 'leads term 2' },
    {
      tMs: 4,
      kind: 'fault',
      name: 'cut',
      phase: 'start',
      place: '',
      text: 'link r1 ↔ r3 cut (by hand)',
      fault: 1_000_000,
    },
    {
      tMs: 9,
      kind: 'fault',
      name: 'cut',
      phase: 'end',
      place: '',
      text: 'over: link r1 ↔ r3 cut (by hand)',
      fault: 1_000_000,
    },
  ])
})

test('the end of a crash is a restart, unless nobody had crashed', () => {
  const end: FaultEvent = { ...crash, phase: 'end' }
  expect(runEventsOf([end], [])[0].text).toBe('r2 restarted')
  expect(runEventsOf([{ ...end, replicas: [] }], [])[0].text).toBe('over: leader crashed')
})

test('faults in force are those that have begun and not ended', () => {
  const faults = new FaultsInForce()
  faults.hear(crash)
  faults.hear(cut)
  faults.hear({
    ...crash,
    index: 7,
    phase: 'instant',
    spec: { kind: 'restart', replica: 'r2', atMs: 2, forMs: null },
  })
  expect(faults.list).toEqual([
    { index: 0, label: 'r2 (leader) crashed', by: 'plan' },
    { index: 1_000_000, label: 'link r1 ↔ r3 cut', by: 'hand' },
  ])
  faults.hear({ ...crash, phase: 'end' })
  expect(faults.list.map(({ index }) => index)).toEqual([1_000_000])
})
