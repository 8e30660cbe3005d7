import { describe, expect, test } from 'vitest'
import { addPlace, addRegion, place, remove, rename, reorder, setOf } from './edits.ts'
import { clipOf, copy, duplicate, paste } from './edits-clipboard.ts'
import { addLink, linkEntry, removeLink, setLink, setLinkKind } from './edits-links.ts'
import { accepts, setValue, switchStrategy, valueAt } from './edits-settings.ts'
import { absoluteBoxes, overlaps, sceneOf } from './layout.ts'
import { EMPTY_FILE, type TopologyFile } from './file.ts'

const TWO: TopologyFile = {
  format: 'replica-lab/topology@1',
  name: 'Two',
  regions: [{ id: 'east', zones: ['a'] }, { id: 'west' }],
  replicas: [
    { id: 'r1', region: 'east', zone: 'a' },
    { id: 'r2', region: 'west' },
    { id: 'r3', region: 'west' },
  ],
  clients: [{ id: 'c1', region: 'east' }],
  links: {
    between: [
      { from: 'east', to: 'west', oneWay: 40 },
      { from: 'r1', to: 'r2', directed: true, lossPpm: 10 },
    ],
  },
  replication: { strategy: 'leaderless', params: { n: 3, r: 2 } },
  workload: { mix: 'ycsb-b' },
  faults: [
    {
      kind: 'partition',
      atMs: 1,
      groups: [
        ['r1', 'c1'],
        ['r2', 'r3'],
      ],
    },
    { kind: 'isolate', atMs: 2, replica: 'r2' },
    { kind: 'power-loss', atMs: 3, replicas: ['r1', 'r3'] },
    { kind: 'cut', atMs: 4, from: 'east', to: 'r3' },
    { kind: 'crash', atMs: 5, replica: 'leader' },
  ],
}

describe('adding', () => {
  test('ids are the first free ones, and unique among regions, replicas and clients', () => {
    const first = addPlace(EMPTY_FILE, 'replica', {})
    expect(first.ids).toEqual(['r1'])
    expect(first.file.regions).toEqual([{ id: 'region-1' }])
    expect(first.file.replicas).toEqual([{ id: 'r1', region: 'region-1' }])
    expect(addPlace(TWO, 'replica', { region: 'east' }).ids).toEqual(['r4'])
    expect(addPlace(remove(TWO, ['r2']), 'replica', {}).ids).toEqual(['r2'])
    expect(addRegion({ ...TWO, clients: [{ id: 'region-1', region: 'east' }] }, null).ids).toEqual([
      'region-2',
    ])
    expect(addRegion(TWO, null, 'east').ids).toEqual(['region-1'])
  })

  test('a place goes to the region that is named, else to the last', () => {
    expect(addPlace(TWO, 'client', { region: 'east', at: { x: 1, y: 2 } }).file.clients.at(-1)).toEqual({
      id: 'c2',
      region: 'east',
      at: { x: 1, y: 2 },
    })
    expect(addPlace(TWO, 'client', { region: 'nowhere' }).file.clients.at(-1)?.region).toBe('west')
  })
})

describe('renaming follows every reference', () => {
  test('of a replica, in links and faults', () => {
    const file = rename(TWO, 'r2', 'second')
    expect(file.replicas[1].id).toBe('second')
    expect(file.links?.between?.[1]).toMatchObject({ from: 'r1', to: 'second' })
    expect(file.faults?.[0]).toMatchObject({
      groups: [
        ['r1', 'c1'],
        ['second', 'r3'],
      ],
    })
    expect(file.faults?.[1]).toMatchObject({ replica: 'second' })
    expect(JSON.stringify(file)).not.toContain('r2')
  })

  test('of a region, in its places, links and faults', () => {
    const file = rename(TWO, 'east', 'north')
    expect(JSON.stringify(file)).not.toContain('east')
    expect(JSON.stringify(file).replaceAll('north', 'east')).toBe(JSON.stringify(TWO))
  })

  test('a name that is taken or empty changes nothing, and neither does the present one', () => {
    expect(rename(TWO, 'r1', 'c1')).toBe(TWO)
    expect(rename(TWO, 'r1', '')).toBe(TWO)
    expect(rename(TWO, 'r1', 'r1')).toBe(TWO)
    expect(rename(TWO, 'nobody', 'x')).toBe(TWO)
  })
})

describe('removing', () => {
  test('a region takes its places along; links and faults shrink to what is left', () => {
    const file = remove(TWO, ['east'])
    expect(file.replicas.map(({ id }) => id)).toEqual(['r2', 'r3'])
    expect(file.clients).toEqual([])
    expect(file.links).toBeUndefined()
    // The partition has lost a side: "r2, r3 against all others" would be another fault.
    expect(file.faults?.map(({ kind }) => kind)).toEqual(['isolate', 'power-loss', 'crash'])
    expect(file.faults?.[1]).toMatchObject({ replicas: ['r3'] })
  })

  test('the last fault takes the list along; an unknown name changes nothing', () => {
    const one = { ...TWO, faults: TWO.faults?.slice(1, 2) ?? [] }
    expect(remove(one, ['r2'])).not.toHaveProperty('faults')
    expect(remove(TWO, ['nobody'])).toBe(TWO)
  })
})

describe('moving', () => {
  test('into another region gives up a zone that is not there', () => {
    const file = place(TWO, [{ kind: 'replica', id: 'r1', at: { x: 8.4, y: 16 }, region: 'west' }])
    expect(file.replicas[0]).toEqual({ id: 'r1', region: 'west', at: { x: 8, y: 16 } })
    expect(Object.keys(file.replicas[0])).toEqual(['id', 'region', 'at'])
    expect(file.clients).toBe(TWO.clients)
  })

  test('to where it is already, or to a region that does not exist, changes nothing there', () => {
    const once = place(TWO, [{ kind: 'region', id: 'east', at: { x: 8, y: 8 } }])
    expect(place(once, [{ kind: 'region', id: 'east', at: { x: 8, y: 8 } }])).toBe(once)
    const lost = place(TWO, [{ kind: 'replica', id: 'r1', at: null, region: 'nowhere' }])
    expect(lost).toBe(TWO)
  })

  test('in the order of preference', () => {
    expect(reorder(TWO, 'r2', -1).replicas.map(({ id }) => id)).toEqual(['r2', 'r1', 'r3'])
    expect(reorder(TWO, 'r1', -1)).toBe(TWO)
  })
})

describe('settings', () => {
  test('a field goes where the reference has it; clearing it restores the file', () => {
    const set = setValue(TWO, ['consistency', 'read'], 'causal')
    const names = Object.keys(set)
    expect(names.indexOf('consistency')).toBe(names.indexOf('replication') + 1)
    expect(JSON.stringify(setValue(set, ['consistency', 'read'], undefined))).toBe(JSON.stringify(TWO))
  })

  test('the same value gives the same object, deep down too', () => {
    expect(setValue(TWO, ['replication', 'params', 'n'], 3)).toBe(TWO)
    expect(setValue(TWO, ['replicas', 0], { id: 'r1', region: 'east', zone: 'a' })).toBe(TWO)
    expect(setValue(TWO, ['replicas', 9, 'zone'], 'b')).toBe(TWO)
    expect(setValue(TWO, ['run', 'seed'], undefined)).toBe(TWO)
  })

  test('what was cleared takes the objects along that it leaves empty, but no required one', () => {
    const disk = setOf(TWO, 'replica', 'r1', ['disk', 'fsync'], 2)
    expect(disk.replicas[0]).toEqual({ id: 'r1', region: 'east', zone: 'a', disk: { fsync: 2 } })
    expect(setOf(disk, 'replica', 'r1', ['disk', 'fsync'], undefined).replicas[0]).toEqual(TWO.replicas[0])
    expect(setValue(TWO, ['workload', 'mix'], undefined).workload).toEqual({})
  })

  test('a value equal to the default stays as it was typed', () => {
    expect(valueAt(setValue(TWO, ['run', 'seed'], 1), ['run'])).toEqual({ seed: 1 })
  })

  const strategy = {
    id: 'other',
    title: 'Other',
    summary: '',
    roles: [],
    params: [
      { name: 'n', label: 'N', help: '', type: 'integer', default: 3, min: 1, max: 9 },
      { name: 'r', label: 'R', help: '', type: 'boolean', default: true },
    ],
    kinds: [{ kind: 'other.write', label: 'write' }],
  } as const

  test('a strategy keeps the parameters that it accepts and the latencies of what it sends', () => {
    const kinds = { 'leaderless.write': 3, 'other.write': 4 }
    const between = [
      { from: 'east', to: 'west', oneWayOf: { 'leaderless.write': 3 } },
      { from: 'r1', to: 'r2', oneWay: 1, oneWayOf: { 'leaderless.write': 3 } },
    ]
    const file = switchStrategy({ ...TWO, links: { default: { oneWayOf: kinds }, between } }, strategy)
    expect(file.replication).toEqual({ strategy: 'other', params: { n: 3 } })
    expect(file.links).toEqual({
      default: { oneWayOf: { 'other.write': 4 } },
      between: [{ from: 'r1', to: 'r2', oneWay: 1 }],
    })
    expect(switchStrategy(file, strategy)).toBe(file)
  })

  test('what a parameter accepts', () => {
    expect([0, 1, 9, 10, 2.5, '3'].map((value) => accepts(strategy.params[0], value))).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
    ])
    expect(accepts(strategy.params[1], true)).toBe(true)
    expect(accepts(strategy.params[1], 1)).toBe(false)
  })
})

describe('links', () => {
  test('an entry is made by its first fact and goes with its last', () => {
    const made = setLink(TWO, 'r3', 'r1', 'both', 'lossPpm', 5)
    expect(made.links?.between?.at(-1)).toEqual({ from: 'r3', to: 'r1', lossPpm: 5 })
    // Both directions have one entry, whichever end is named first.
    expect(setLink(made, 'r1', 'r3', 'both', 'lossPpm', undefined)).toEqual(TWO)
  })

  test('directions have entries of their own', () => {
    expect(linkEntry(TWO, 'r2', 'r1', 'back')).toMatchObject({ lossPpm: 10 })
    expect(linkEntry(TWO, 'r2', 'r1', 'there')).toBeNull()
    const file = setLink(TWO, 'west', 'east', 'there', 'oneWay', 50)
    expect(file.links?.between?.at(-1)).toEqual({ from: 'west', to: 'east', directed: true, oneWay: 50 })
    expect(linkEntry(file, 'east', 'west', 'both')).toMatchObject({ oneWay: 40 })
    expect(removeLink(file, 'west', 'east').links?.between).toEqual([TWO.links?.between?.[1]])
  })

  test('connecting what is connected changes nothing', () => {
    expect(addLink(TWO, 'r2', 'r1', 3)).toBe(TWO)
    expect(addLink(TWO, 'r2', 'r3', 3).links?.between?.at(-1)).toEqual({ from: 'r2', to: 'r3', oneWay: 3 })
  })

  test('latencies by kind', () => {
    const file = setLinkKind(TWO, 'east', 'west', 'both', 'leaderless.write', 9)
    expect(file.links?.between?.[0].oneWayOf).toEqual({ 'leaderless.write': 9 })
    expect(setLinkKind(file, 'east', 'west', 'both', 'leaderless.write', undefined)).toEqual(TWO)
  })
})

describe('the clipboard', () => {
  test('a region is copied with its places and the links among them, under new names', () => {
    const { file, ids } = duplicate(
      { ...TWO, regions: TWO.regions.map((r) => ({ ...r, at: { x: 0, y: 0 } })) },
      ['east', 'west'],
    )
    expect(ids).toEqual(['east-copy-1', 'west-copy-1', 'r4', 'r5', 'r6', 'c2'])
    expect(file.replicas.slice(3)).toEqual([
      { id: 'r4', region: 'east-copy-1', zone: 'a' },
      { id: 'r5', region: 'west-copy-1' },
      { id: 'r6', region: 'west-copy-1' },
    ])
    // West is two cards wide: 3 × 16 + 2 × 120 = 288, and 16 beside it there is room.
    expect(file.regions[2]).toEqual({ id: 'east-copy-1', zones: ['a'], at: { x: 304, y: 24 } })
    expect(file.links?.between?.slice(2)).toEqual([
      { from: 'east-copy-1', to: 'west-copy-1', oneWay: 40 },
      { from: 'r4', to: 'r5', directed: true, lossPpm: 10 },
    ])
  })

  test('copied regions lie over no other, and keep their places to each other', () => {
    const at = (x: number, y: number) => ({ x, y })
    const regions = [
      { id: 'east', zones: ['a'], at: at(0, 0) },
      { id: 'west', at: at(400, 100) },
    ]
    const { file } = duplicate({ ...TWO, regions }, ['east', 'west'])
    const boxes = absoluteBoxes(sceneOf(file))
    const all = file.regions.map(({ id }) => boxes.get(id))
    for (const [i, a] of all.entries())
      for (const b of all.slice(i + 1)) expect(a && b && overlaps(a, b)).toBe(false)
    const [east, west] = file.regions.slice(2).map((region) => region.at ?? at(0, 0))
    expect([west.x - east.x, west.y - east.y]).toEqual([400, 100])
    // Where there is room beside the original, that is where it goes.
    const far = duplicate({ ...TWO, regions }, ['east']).file
    const clip = copy({ ...TWO, regions: [{ id: 'east', zones: ['a'], at: at(0, 900) }, regions[1]] }, [
      'east',
    ])
    expect(far.regions[2].at?.x).toBeGreaterThan(400)
    expect(clip && paste({ ...TWO, regions }, clip).file.regions[2].at).toEqual(at(24, 924))
  })

  test('a place without its region goes where it is pasted, else to where it was, else to a region that is there', () => {
    const clip = copy(TWO, ['r2'])
    if (clip === null) throw new Error('nothing was copied')
    expect(paste(TWO, clip, { region: 'east' }).file.replicas.at(-1)).toEqual({ id: 'r4', region: 'east' })
    expect(paste(TWO, clip).file.replicas.at(-1)?.region).toBe('west')
    expect(paste(remove(TWO, ['west']), clip).file.replicas.at(-1)).toEqual({ id: 'r2', region: 'east' })
    expect(paste(EMPTY_FILE, clip).file.replicas).toEqual([{ id: 'r2', region: 'region-1' }])
  })

  test('text from elsewhere is no clip', () => {
    const clip = copy(TWO, ['r1', 'c1'])
    expect(clipOf(JSON.stringify(clip))).toEqual(clip)
    for (const text of ['', 'null', '{}', '[]', JSON.stringify({ ...clip, replicas: [{ id: 3 }] })])
      expect(clipOf(text)).toBeNull()
    expect(copy(TWO, ['nobody'])).toBeNull()
  })
})
