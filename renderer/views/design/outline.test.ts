import { expect, test } from 'vitest'
import { EMPTY_FILE, type TopologyFile } from '../../model/file.ts'
import { outlineOf } from './outline.ts'

const FILE: TopologyFile = {
  ...EMPTY_FILE,
  regions: [{ id: 'east' }, { id: 'west' }],
  replicas: [
    { id: 'r1', region: 'west', zone: 'b' },
    { id: 'r2', region: 'nowhere' },
    { id: 'r3', region: 'west' },
  ],
  clients: [
    { id: 'c1', region: 'west', loop: { open: { ratePerS: 1200 } } },
    { id: 'c2', region: 'west', sessions: 3 },
  ],
}

test('regions with their replicas, then their clients; what has no region comes last', () => {
  expect(
    outlineOf(FILE, new Set()).map(({ id, level, detail }) => `${level} ${id} ${detail}`.trim()),
  ).toEqual([
    '1 east empty',
    '1 west',
    '2 r1 zone b',
    '2 r3',
    '2 c1 1,200/s',
    '2 c2 3 sessions',
    '1 r2 no region',
  ])
})

test('a folded region hides its rows and keeps their number', () => {
  const rows = outlineOf(FILE, new Set(['west']))
  expect(rows.map(({ id }) => id)).toEqual(['east', 'west', 'r2'])
  expect(rows[1].count).toBe(4)
})
