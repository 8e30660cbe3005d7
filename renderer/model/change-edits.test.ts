import { describe, expect, test } from 'vitest'
import {
  addChange,
  changesOf,
  isThere,
  newChange,
  presenceOf,
  presences,
  removeChange,
  setChangeTime,
} from './change-edits.ts'
import { remove, rename } from './edits.ts'
import { EMPTY_FILE, textOf, type ChangeFile, type TopologyFile } from './file.ts'

function fileWith(changes: readonly ChangeFile[] | undefined): TopologyFile {
  const replicas = ['r1', 'r2', 'r3'].map((id) => ({ id, region: 'a' }))
  const file: TopologyFile = { ...EMPTY_FILE, regions: [{ id: 'a' }], replicas }
  return changes === undefined ? file : { ...file, changes }
}

const join = (replica: string, atMs: number): ChangeFile => ({ atMs, kind: 'join', replica })
const leave = (replica: string, atMs: number): ChangeFile => ({ atMs, kind: 'leave', replica })

describe('the list', () => {
  test('what is added and removed again leaves the bytes as they were', () => {
    const file = fileWith(undefined)
    const grown = addChange(file, join('r3', 5_000))
    expect(grown.changes).toEqual([{ atMs: 5_000, kind: 'join', replica: 'r3' }])
    expect(textOf(removeChange(grown, 0))).toBe(textOf(file))
  })

  test('a change stands between faults and run, as the lab writes it', () => {
    const file = { ...fileWith(undefined), run: { seed: 2 } }
    expect(Object.keys(addChange(file, join('r3', 1))).slice(-2)).toEqual(['changes', 'run'])
  })

  test('indices stay those of the file where something in it is no change', () => {
    const file = fileWith([join('r3', 1), 7 as unknown as ChangeFile, leave('r1', 2)])
    expect(changesOf(file).map((change) => change?.replica ?? null)).toEqual(['r3', null, 'r1'])
    expect(setChangeTime(file, 1, 9)).toBe(file)
    expect(changesOf(setChangeTime(file, 2, 9))[2]).toEqual(leave('r1', 9))
    expect(changesOf({ ...file, changes: 'no list' as unknown as ChangeFile[] })).toEqual([])
  })

  test('a change follows its replica to a new name, and goes with it', () => {
    const file = fileWith([join('r3', 1), leave('r1', 2)])
    expect(rename(file, 'r3', 'late').changes).toEqual([join('late', 1), leave('r1', 2)])
    expect(remove(file, ['r1']).changes).toEqual([join('r3', 1)])
    expect('changes' in remove(file, ['r1', 'r3'])).toBe(false)
    expect(remove(file, ['a']).changes).toBeUndefined()
  })
})

describe('who is there', () => {
  test('a replica is there from the beginning unless it joins first, whatever the order in the file', () => {
    const file = fileWith([leave('r2', 9_000), join('r2', 4_000), leave('r1', 3_000), join('r1', 6_000)])
    expect(presenceOf(file, 'r2', 20_000).spans).toEqual([{ fromMs: 4_000, toMs: 9_000 }])
    expect(presenceOf(file, 'r1', 20_000).spans).toEqual([
      { fromMs: 0, toMs: 3_000 },
      { fromMs: 6_000, toMs: 20_000 },
    ])
    expect(presenceOf(file, 'r3', 20_000)).toMatchObject({ marks: [], spans: [{ fromMs: 0, toMs: 20_000 }] })
    expect(
      presences(file, 20_000).map(({ replica, marks }) => [replica, marks.map(({ index }) => index)]),
    ).toEqual([
      ['r1', [2, 3]],
      ['r2', [1, 0]],
    ])
    expect([3_999, 4_000, 8_999, 9_000].map((ms) => isThere(file, 'r2', ms))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test('a name that no replica bears has a lane all the same: there its problem is shown', () => {
    expect(presences(fileWith([join('ghost', 1)]), 10).map(({ replica }) => replica)).toEqual(['ghost'])
  })
})

describe('a new change', () => {
  test('strikes whom is marked, else the last one for which it makes sense', () => {
    expect(newChange(fileWith(undefined), 'join', 5, ['r1'])).toEqual(join('r1', 5))
    expect(newChange(fileWith(undefined), 'join', 5)).toEqual(join('r3', 5))
    expect(newChange(fileWith([join('r3', 1)]), 'join', 5)).toEqual(join('r2', 5))
    // r3 is not there yet, so it cannot leave.
    expect(newChange(fileWith([join('r3', 9)]), 'leave', 5)).toEqual(leave('r2', 5))
    // It has left, so it may come back.
    expect(newChange(fileWith([leave('r3', 1), join('r2', 2), join('r1', 2)]), 'join', 5)).toEqual(
      join('r3', 5),
    )
    expect(newChange({ ...fileWith(undefined), replicas: [] }, 'join', 5)).toBeNull()
  })
})
