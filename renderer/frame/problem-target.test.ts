import { expect, test } from 'vitest'
import { EMPTY_FILE, type TopologyFile } from '../model/file.ts'
import { placeWords, targetOf } from './problem-target.ts'

const FILE: TopologyFile = {
  ...EMPTY_FILE,
  regions: [{ id: 'here' }, { id: 'there' }],
  replicas: [{ id: 'r1', region: 'here' }],
  clients: [{ id: 'c1', region: 'here' }],
  links: { between: [{ from: 'here', to: 'there' }] },
}

test.each([
  ['$.regions[1]', { kind: 'region', id: 'there' }, 'Region there'],
  ['$.replicas[0].disk.fsync', { kind: 'replica', id: 'r1' }, 'Replica r1, disk › fsync'],
  ['$.clients[0].loop.open.ratePerS', { kind: 'client', id: 'c1' }, 'Client c1, loop › open › ratePerS'],
  [
    '$.links.between[0].oneWayOf["leaderless.write"]',
    { kind: 'link', from: 'here', to: 'there' },
    'Link here – there, oneWayOf["leaderless › write"]',
  ],
])('%s marks what it speaks of', (path, selected, words) => {
  expect(targetOf(path, FILE)).toEqual({ tab: 'design', selection: [selected], fault: null, change: null })
  expect(placeWords(path, FILE)).toBe(words)
})

test('faults are mended on the timeline', () => {
  expect(targetOf('$.faults[2].groups', FILE)).toEqual({
    tab: 'faults',
    selection: [],
    fault: 2,
    change: null,
  })
  expect(placeWords('$.faults[2].groups', FILE)).toBe('Fault 3, groups')
})

test('so are replicas that join and leave', () => {
  expect(targetOf('$.changes[1].replica', FILE)).toEqual({
    tab: 'faults',
    selection: [],
    fault: null,
    change: 1,
  })
  expect(placeWords('$.changes[1].replica', FILE)).toBe('Member change 2, replica')
  expect(targetOf('$.changes', FILE)).toMatchObject({ tab: 'faults', change: null })
})

test.each(['$', '$.replication.params.w', '$.replicas', '$.replicas[7].id', '$.links.default'])(
  '%s is a matter of the settings',
  (path) => {
    expect(targetOf(path, FILE)).toEqual({ tab: 'design', selection: [], fault: null, change: null })
  },
)

test('a file that no canvas can show has settings alone', () => {
  expect(targetOf('$.replicas[0]', null).selection).toEqual([])
  expect(placeWords('$', null)).toBe('The file')
})
