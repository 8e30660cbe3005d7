import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import cassandra from '../../presets/cassandra-three-regions.topology.json?raw'
import { partitionSides } from '../../shared/plan/faults.ts'
import type { Place } from '../../shared/plan/types.ts'
import { strategies } from '../../shared/protocols/registry.ts'
import { checkTopology } from '../../shared/topology/parse.ts'
import {
  addFaults,
  changeKind,
  duplicateFault,
  faultsOf,
  newFault,
  removeFault,
  setFaultField,
  setTimes,
  timesOf,
  type FaultKind,
} from './fault-edits.ts'
import { groupsFor, partAnew, sidesOf, withSide } from './fault-edits-groups.ts'
import { roleRefusal, scenariosFor } from './fault-edits-scenarios.ts'
import { EMPTY_FILE, fileOf, textOf, type FaultFile, type TopologyFile } from './file.ts'

const KINDS: readonly FaultKind[] = [
  ...(['partition', 'isolate', 'cut', 'slow', 'loss', 'crash', 'restart', 'pause', 'clock'] as const),
  ...(['slow-disk', 'power-loss'] as const),
]
const LEADERLESS = { id: 'leaderless', roles: ['replica'] }
const RAFT = { id: 'raft', roles: ['leader', 'follower', 'candidate'] }
const TIMES = { atMs: 1_000, forMs: 500 }

const place = (id: string, region: string) => ({ id, region })
const WORLD: TopologyFile = {
  ...EMPTY_FILE,
  regions: [{ id: 'east' }, { id: 'west' }],
  replicas: [place('r1', 'east'), place('r2', 'east'), place('r3', 'west')],
  clients: [place('c1', 'east'), place('c2', 'west')],
}
const withFaults = (...faults: FaultFile[]): TopologyFile => ({ ...WORLD, faults })
const CRASH: FaultFile = { atMs: 1_000, kind: 'crash', replica: 'r1', forMs: 500 }

function preset(): TopologyFile {
  const file = fileOf(cassandra)
  if (file === null) throw new Error('the preset is no file')
  return file
}

function problemsOf(file: TopologyFile): readonly unknown[] {
  const checked = checkTopology(JSON.parse(textOf(file)), strategies)
  return checked.ok ? [] : checked.error
}

describe('the list', () => {
  test('faults are added at its end; with the last one the list goes', () => {
    const one = addFaults(WORLD, [CRASH])
    expect(one.faults).toEqual([CRASH])
    const two = addFaults(one, [{ ...CRASH, replica: 'r2' }])
    expect(two.faults?.map(({ replica }) => replica)).toEqual(['r1', 'r2'])
    expect(removeFault(two, 0).faults?.map(({ replica }) => replica)).toEqual(['r2'])
    expect(removeFault(one, 0)).not.toHaveProperty('faults')
    expect(textOf(removeFault(one, 0))).toBe(textOf(WORLD))
    expect(removeFault(one, 1)).toBe(one)
    expect(addFaults(WORLD, [])).toBe(WORLD)
  })

  test('a copy stands right below', () => {
    const two = withFaults(CRASH, { ...CRASH, kind: 'pause' })
    expect(duplicateFault(two, 0).faults?.map(({ kind }) => kind)).toEqual(['crash', 'crash', 'pause'])
    expect(duplicateFault(two, 2)).toBe(two)
  })

  test('what a half-typed file has instead of faults keeps its place and does no harm', () => {
    const odd = { ...WORLD, faults: [null, CRASH, 7, { atMs: 1 }] } as unknown as TopologyFile
    expect(faultsOf(odd)).toEqual([null, CRASH, null, null])
    expect(faultsOf({ ...WORLD, faults: 'none' } as unknown as TopologyFile)).toEqual([])
    expect(setFaultField(odd, 0, 'atMs', 5)).toBe(odd)
    expect(timesOf({ kind: 'crash', atMs: 'soon', forMs: -1 } as unknown as FaultFile)).toEqual({
      atMs: 0,
      forMs: null,
    })
  })
})

describe('fields', () => {
  test('times change in place; a length that goes is no longer stated', () => {
    const file = withFaults(CRASH)
    expect(setTimes(file, 0, { atMs: 1_000, forMs: 500 })).toBe(file)
    expect(setTimes(file, 0, { atMs: 2_000, forMs: 250 }).faults?.[0]).toEqual({
      ...CRASH,
      atMs: 2_000,
      forMs: 250,
    })
    expect(setTimes(file, 0, { atMs: 1_000, forMs: null }).faults?.[0]).not.toHaveProperty('forMs')
    const restart: FaultFile = { atMs: 1, kind: 'restart', replica: 'r1' }
    expect(setTimes(withFaults(restart), 0, { atMs: 2, forMs: 3 }).faults?.[0]).toEqual({
      ...restart,
      atMs: 2,
    })
  })

  test('a field that is added stands where the lab would write it, and the others stay where they were', () => {
    const cut: FaultFile = { kind: 'cut', atMs: 1, from: 'east', to: 'west', forMs: 9 }
    const one = setFaultField(withFaults(cut), 0, 'oneWay', true)
    expect(Object.keys(one.faults?.[0] ?? {})).toEqual(['kind', 'atMs', 'from', 'to', 'oneWay', 'forMs'])
    expect(textOf(setFaultField(one, 0, 'oneWay', undefined))).toBe(textOf(withFaults(cut)))
    expect(setFaultField(one, 0, 'oneWay', true)).toBe(one)
  })

  test('another kind keeps when, how long and whom', () => {
    const file = withFaults({ ...CRASH, replica: 'leader' }, { atMs: 5, kind: 'cut', from: 'r3', to: 'c1' })
    expect(changeKind(file, 0, 'pause').faults?.[0]).toEqual({ ...CRASH, kind: 'pause', replica: 'leader' })
    expect(changeKind(file, 0, 'restart').faults?.[0]).toEqual({
      atMs: 1_000,
      kind: 'restart',
      replica: 'r1',
    })
    expect(changeKind(file, 1, 'loss').faults?.[1]).toEqual({
      ...{ atMs: 5, kind: 'loss', from: 'r3', to: 'c1' },
      lossPpm: 50_000,
    })
    expect(changeKind(file, 1, 'crash').faults?.[1]).toEqual({ atMs: 5, kind: 'crash', replica: 'r3' })
    expect(changeKind(file, 0, 'crash')).toBe(file)
  })
})

describe('new faults', () => {
  test('each kind is sound in a shipped file, wherever it is put', () => {
    const start = addFaults(preset(), [{ atMs: 10, kind: 'crash', replica: 'us-2' }])
    const marks = [[], ['us-east-1'], ['us-east-1', 'eu-west-1'], ['us-2'], ['us-2', 'eu-west-1']]
    expect(problemsOf(start)).toEqual([])
    for (const kind of KINDS)
      for (const places of marks) {
        const fault = newFault(start, kind, TIMES, places)
        expect([fault, problemsOf(addFaults(start, [fault]))]).toEqual([fault, []])
      }
  })

  test('what is marked is struck; what cannot be struck is passed over', () => {
    expect(newFault(WORLD, 'crash', TIMES, ['c1', 'r3'])).toMatchObject({ replica: 'r3' })
    expect(newFault(WORLD, 'power-loss', TIMES, ['east'])).toMatchObject({ replicas: ['r1', 'r2'] })
    expect(newFault(WORLD, 'cut', TIMES, ['r1', 'c2'])).toMatchObject({ from: 'r1', to: 'c2' })
    expect(newFault(WORLD, 'cut', TIMES, ['west'])).toMatchObject({ from: 'west', to: 'east' })
    expect(newFault(WORLD, 'cut', TIMES)).toMatchObject({ from: 'east', to: 'west' })
    const after = withFaults({ ...CRASH, replica: 'r3', atMs: 5 })
    expect(newFault(after, 'restart', TIMES)).toEqual({ atMs: 1_000, kind: 'restart', replica: 'r3' })
  })
})

describe('sides of a partition', () => {
  test('a region that stands together is named as a whole', () => {
    const sides = new Map([
      ...(['r1', 'r2', 'c1'] as const).map((name) => [name, 0] as const),
      ...(['r3', 'c2'] as const).map((name) => [name, 1] as const),
    ])
    expect(groupsFor(WORLD, sides)).toEqual([['east'], ['west']])
    expect(groupsFor(WORLD, new Map([...sides, ['c1', 1]]))).toEqual([
      ['r1', 'r2'],
      ['west', 'c1'],
    ])
  })

  test('one side alone is none, and a wish without words is refused', () => {
    const all = sidesOf(WORLD, [['east'], ['west']])
    expect(withSide(WORLD, all, ['r3', 'c2'], 0)).toBeNull()
    // c1 alone cannot be left out: without a name it would go with the rest of its region.
    expect(withSide(WORLD, all, ['c1'], null)).toBeNull()
    expect(withSide(WORLD, sidesOf(WORLD, [['r1'], ['r2', 'west', 'c1']]), ['c1'], null)).toEqual([
      ['r1'],
      ['west', 'r2'],
    ])
  })

  test('a line drawn anew changes a partition and nothing else', () => {
    const file = withFaults({ atMs: 1, kind: 'partition', groups: [['east']] }, CRASH)
    const line = [
      ['r1', 'c1'],
      ['r2', 'r3', 'c2'],
    ]
    expect(partAnew(file, 0, line).faults?.[0]).toMatchObject({
      groups: [
        ['r1', 'c1'],
        ['west', 'r2'],
      ],
    })
    expect(partAnew(file, 1, line)).toBe(file)
  })

  test('groups come out as a run reads them: every wish that can be said, and no other', () => {
    const places: Place[] = [...WORLD.replicas, ...WORLD.clients].map(({ id: name, region }, id) => ({
      ...{ id, name, region, zone: null },
      kind: name.startsWith('r') ? 'replica' : 'client',
    }))
    const reads = (groups: string[][]): (number | null)[] => {
      const sides = partitionSides(places, groups)
      return places.map(({ id }) => {
        const side = sides.findIndex((ids) => ids.includes(id))
        return side < 0 ? null : side
      })
    }
    // Every way to write two or three groups of these places and regions, by brute force: what can be said at all.
    const sayable = new Set<string>()
    const names = [...places.map(({ name }) => name), 'east', 'west']
    for (let code = 0; code < 4 ** names.length; code++) {
      const groups: string[][] = [[], [], []]
      names.forEach((name, i) => {
        const side = Math.floor(code / 4 ** i) % 4
        if (side < 3) groups[side].push(name)
      })
      const used = groups.filter((group) => group.length > 0)
      if (used.length > 1) sayable.add(JSON.stringify(canonical(reads(used))))
    }
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(null, 0, 1, 2), { minLength: 5, maxLength: 5 }),
        (wish: (number | null)[]) => {
          const sides = new Map(
            places.flatMap(({ name }, i) => (wish[i] === null ? [] : [[name, wish[i]] as const])),
          )
          const groups = groupsFor(WORLD, sides)
          const isTwoSided = new Set(sides.values()).size > 1
          expect(groups !== null).toBe(isTwoSided && sayable.has(JSON.stringify(canonical(wish))))
          if (groups !== null) expect(canonical(reads(groups))).toEqual(canonical(wish))
        },
      ),
      { numRuns: 400 },
    )
  })
})

/** Sides numbered in the order of their first place. */
function canonical(sides: readonly (number | null)[]): (number | null)[] {
  const order = [...new Set(sides.filter((side) => side !== null))]
  return sides.map((side) => (side === null ? null : order.indexOf(side)))
}

describe('scenarios', () => {
  test('every one that is offered is sound; one that names a role needs a strategy that has it', () => {
    const file = preset()
    for (const scenario of scenariosFor(file, LEADERLESS, ['eu-west-1'])) {
      expect(scenario.refused === null).toBe(scenario.id !== 'isolate-leader')
      if (scenario.refused === null) expect(problemsOf(addFaults(file, scenario.faults(TIMES)))).toEqual([])
    }
    const byId = new Map(scenariosFor(WORLD, RAFT, []).map((scenario) => [scenario.id, scenario]))
    expect(byId.get('isolate-leader')?.faults(TIMES)).toEqual([
      { atMs: 1_000, kind: 'isolate', replica: 'leader', forMs: 500 },
    ])
    expect(roleRefusal(LEADERLESS)).toMatch(/has no leader.*Name a replica/)
    expect(roleRefusal(RAFT)).toBeNull()
  })

  test('five replicas are split two against three, the preferred ones together', () => {
    const five = { ...WORLD, replicas: ['a', 'b', 'c', 'd', 'e'].map((id) => place(id, 'east')) }
    const split = scenariosFor(five, RAFT, []).find(({ id }) => id === 'split')
    expect(split?.label).toBe('Split 2 | 3')
    expect(split?.faults(TIMES)[0].groups).toEqual([
      ['d', 'e'],
      ['a', 'b', 'c'],
    ])
  })

  test('without anything to strike they say what is missing', () => {
    expect(scenariosFor(EMPTY_FILE, RAFT, []).filter(({ refused }) => refused === null)).toEqual([])
    const one = { ...WORLD, replicas: WORLD.replicas.slice(0, 1) }
    const refused = scenariosFor(one, RAFT, []).filter((scenario) => scenario.refused !== null)
    expect(refused.map(({ id }) => id)).toEqual(['split', 'lose-region'])
  })
})
