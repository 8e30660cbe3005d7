import { describe, expect, test } from 'vitest'
import { stepsOf, withValueAt } from './paths.ts'
import { pathOf, type Step } from './problems.ts'

describe('paths', () => {
  test.each([
    ['$.replication.params.r', ['replication', 'params', 'r']],
    ['replication.params.r', ['replication', 'params', 'r']],
    ['replicas[2].region', ['replicas', 2, 'region']],
    [
      '$.links.between[0].oneWayOf["leaderless.write"]',
      ['links', 'between', 0, 'oneWayOf', 'leaderless.write'],
    ],
    ['$["a\\"]b"]', ['a"]b']],
  ] as [string, Step[]][])('%s', (path, steps) => {
    expect(stepsOf(path)).toEqual(steps)
    expect(stepsOf(pathOf(steps))).toEqual(steps)
  })

  test.each(['', '$', '.', '..a', 'a..b', 'a.', 'a[', 'a[-1]', 'a[1', 'a["b]', 'a b', '$a b'])(
    '%j is none',
    (path) => {
      expect(stepsOf(path)).toBe(null)
    },
  )
})

describe('a value at a path', () => {
  const file = { run: { seed: 1 }, replicas: [{ id: 'a' }, { id: 'b' }] }

  test('takes the place of what is there, or makes it, and changes nothing that was given', () => {
    const copy = structuredClone(file)
    const set = (path: string, value: unknown): unknown => withValueAt(file, stepsOf(path) ?? [], value)
    expect(set('run.seed', 2)).toEqual({ ok: true, value: { ...file, run: { seed: 2 } } })
    expect(set('replicas[1].id', 'c')).toEqual({
      ok: true,
      value: { ...file, replicas: [{ id: 'a' }, { id: 'c' }] },
    })
    expect(set('consistency.read', 'eventual')).toEqual({
      ok: true,
      value: { ...file, consistency: { read: 'eventual' } },
    })
    expect(file).toEqual(copy)
  })

  test.each([
    ['replicas[2].id', '$.replicas is a list of 2: there is no item 2.'],
    ['run[0]', '$.run is no list, it is an object.'],
    ['clients[0].id', '$.clients is no list.'],
    ['run.seed.x', '$.run.seed has no fields, it is 1.'],
  ])('%s leads nowhere', (path, error) => {
    expect(withValueAt(file, stepsOf(path) ?? [], 1)).toEqual({ ok: false, error })
  })

  test('no path reaches a prototype', () => {
    const result = withValueAt({}, ['__proto__', 'polluted'], true)
    expect(result.ok && Object.keys(result.value as object)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>).polluted).toBe(undefined)
  })
})
