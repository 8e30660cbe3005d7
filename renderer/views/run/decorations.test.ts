import { expect, test } from 'vitest'
import type { RunStatistics } from '../../../shared/report/statistics.ts'
import { EMPTY_FILE, type TopologyFile } from '../../model/file.ts'
import { faultsInForce, runDecorations } from './decorations.ts'

const FILE: TopologyFile = {
  ...EMPTY_FILE,
  regions: [{ id: 'a' }],
  replicas: ['r1', 'r2', 'r3'].map((id) => ({ id, region: 'a' })),
  clients: [{ id: 'c1', region: 'a' }],
  faults: [
    { kind: 'partition', atMs: 1, groups: [['r1'], ['r2', 'r3']] },
    { kind: 'slow', atMs: 1, from: 'r1', to: 'r2', plusMs: 40 },
  ],
}
const statistics = (inForce: RunStatistics['faults']): RunStatistics => ({
  nowMs: 5,
  share: 0.5,
  operations: { invoked: 0, ok: 0, failed: 0, unknown: 0 },
  okPerS: 0,
  failedPerS: 0,
  latencyMs: { read: null, write: null },
  replicas: ['r1', 'r2', 'r3'].map((id, i) => ({
    id,
    up: id !== 'r3',
    isPaused: id === 'r2',
    role: i === 0 ? 'leader' : 'follower',
    term: 1,
    leader: 'r1',
    applied: 10,
    lag: i,
    backlog: 0,
    messagesInPerS: 0,
    messagesOutPerS: 0,
    busy: 0.25,
  })),
  faults: inForce,
  latenessP99Ms: null,
})

test('planned faults are drawn while they are in force, and those begun by hand with them', () => {
  const byHand = [{ index: 1000, fault: { kind: 'cut', from: 'r2', to: 'r3', oneWay: true } }]
  const faults = faultsInForce(FILE, statistics([{ index: 1, label: '', by: 'plan' }]), byHand)
  const drawn = runDecorations(FILE, statistics([]), faults)
  expect(drawn.impaired).toEqual([{ from: 'r1', to: 'r2', label: '+40 ms' }])
  expect(drawn.cuts).toEqual([{ from: 'r2', to: 'r3', oneWay: true }])
  expect(drawn.sides).toEqual([])
})

test('a group alone stands against everybody else, clients included', () => {
  const drawn = runDecorations(FILE, null, [{ kind: 'isolate', replica: 'r2' }])
  expect(drawn.sides).toEqual([['r2']])
})

test('replicas show role, state, lag and what ails them', () => {
  const replicas = runDecorations(FILE, statistics([]), [
    { kind: 'clock', replica: 'r1', offsetMs: -30 },
  ]).replicas
  expect(replicas?.get('r1')).toEqual({ role: 'leader', state: 'up', load: 0.25, note: 'clock −30 ms' })
  expect(replicas?.get('r2')).toEqual({ role: 'follower', state: 'paused', lag: 'lag 1', load: 0.25 })
  expect(replicas?.get('r3')).toMatchObject({ state: 'down', lag: 'lag 2' })
})

test('where replicas count each in an order of its own, none is said to be behind', () => {
  const sample = statistics([])
  const replicas = sample.replicas.map((replica) => ({ ...replica, lag: null }))
  const shown = runDecorations(FILE, { ...sample, replicas }, []).replicas
  for (const { id } of replicas) expect(shown?.get(id)).not.toHaveProperty('lag')
})

test('of those that join and leave: a ghost, one that comes with what is left to move, one that goes', () => {
  const sample = statistics([])
  const memberships = [
    { state: 'absent', shardsToMove: 0, shards: 0 },
    { state: 'joining', shardsToMove: 3, shards: 12 },
    { state: 'leaving', shardsToMove: 1, shards: 4 },
  ] as const
  const replicas = sample.replicas.map((replica, i) => ({
    ...replica,
    up: true,
    isPaused: false,
    membership: memberships[i],
  }))
  const shown = runDecorations(FILE, { ...sample, replicas }, []).replicas
  expect(shown?.get('r1')).toEqual({ state: 'up', membership: 'absent', note: 'not there' })
  expect(shown?.get('r2')).toMatchObject({
    membership: 'joining',
    role: 'joining',
    moved: 0.75,
    note: '3 of 12 shards left',
  })
  expect(shown?.get('r3')).toMatchObject({
    membership: 'leaving',
    role: 'leaving',
    moved: 0.75,
    note: '1 of 4 shards left',
  })
  const present = replicas.map((replica) => ({
    ...replica,
    membership: { state: 'present', shardsToMove: 0, shards: 4 } as const,
  }))
  expect(runDecorations(FILE, { ...sample, replicas: present }, []).replicas?.get('r2')).not.toHaveProperty(
    'membership',
  )
})
