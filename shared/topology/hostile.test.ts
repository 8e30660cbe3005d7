import { describe, expect, test } from 'vitest'
import { testStrategies } from './fixtures/strategies.ts'
import { checkTopology, parseTopology } from './parse.ts'
import type { Problem } from './types.ts'

const smallest = {
  format: 'replica-lab/topology@1',
  name: 'Smallest',
  regions: [{ id: 'east' }],
  replicas: [{ id: 'r1', region: 'east' }],
  clients: [{ id: 'c1', region: 'east' }],
  replication: { strategy: 'led' },
  workload: { mix: 'ycsb-c' },
}

function refused(text: string): Problem[] {
  const result = parseTopology(text, testStrategies)
  expect(result.ok).toBe(false)
  return result.ok ? [] : result.error
}

/** Each takes well under a second on an idle machine; the bound is there for what would take minutes. */
const TIME_BOUND_MS = 10_000

describe('files made to hurt', () => {
  const many = (count: number, item: string): string => `[${Array(count).fill(item).join(',')}]`
  const withSection = (section: string, json: string): string =>
    JSON.stringify({ ...smallest, [section]: 0 }).replace(`"${section}":0`, `"${section}":${json}`)

  test.each<[string, () => string, string, string]>([
    [
      'a million replicas',
      () => withSection('replicas', many(1_000_000, '{"id":"r"}')),
      '$.replicas',
      '1,000,000',
    ],
    [
      'a million empty replicas',
      () => withSection('replicas', many(1_000_000, '{}')),
      '$.replicas',
      '1,000,000',
    ],
    ['a million faults', () => withSection('faults', many(1_000_000, '7')), '$.faults', '1,000,000'],
    [
      'eight million names that are none',
      () => withSection('faults', many(10_000, `{"kind":"partition","atMs":1,"groups":[${many(700, '1')}]}`)),
      '$.faults[0].groups[0][0]',
      'must be a name',
    ],
    [
      'a million unknown fields',
      () => withSection('run', `{${Array.from({ length: 1_000_000 }, (_, i) => `"f${i}":1`).join(',')}}`),
      '$.run',
      'more than 10000 fields',
    ],
    [
      'ten thousand unknown fields',
      () => withSection('run', `{${Array.from({ length: 10_000 }, (_, i) => `"f${i}":1`).join(',')}}`),
      '$.run.f0',
      'unknown',
    ],
    [
      'ten thousand faults of unknown replicas',
      () => withSection('faults', many(10_000, '{"kind":"crash","atMs":1,"replica":"rr11"}')),
      '$.faults[0].replica',
      'There is no replica',
    ],
    ['two hundred thousand brackets', () => '['.repeat(200_000), '$', 'nested more than 64'],
    [
      'a name of fifteen megabytes',
      () => withSection('name', `"${'x'.repeat(15_000_000)}"`),
      '$.name',
      '15,000,000',
    ],
    [
      'a field of fifteen megabytes',
      () => withSection('run', `{"${'x'.repeat(15_000_000)}":1}`),
      '$.run["xxx',
      'unknown',
    ],
    [
      'a number beyond all numbers',
      () => withSection('run', '{"durationMs":1e999}'),
      '$.run.durationMs',
      'too large',
    ],
    ['a negative one', () => withSection('run', '{"durationMs":-1e999}'), '$.run.durationMs', 'above 0'],
  ])('%s', (_, make, path, sentence) => {
    const text = make()
    const start = performance.now()
    const problems = refused(text)
    expect(performance.now() - start).toBeLessThan(TIME_BOUND_MS)
    expect(problems.length).toBeLessThanOrEqual(51)
    expect(problems[0].path.startsWith(path)).toBe(true)
    expect(problems[0].sentence).toContain(sentence)
    for (const problem of problems) expect(problem.sentence.length).toBeLessThan(1_000)
  })

  test('a full-sized topology is accepted in time', () => {
    const ids = Array.from({ length: 1_000 }, (_, i) => i)
    const text = JSON.stringify({
      ...smallest,
      replicas: ids.map((i) => ({ id: `r${i}`, region: 'east' })),
      clients: ids.map((i) => ({ id: `c${i}`, region: 'east', sessions: 100 })),
      links: { between: ids.slice(1).map((i) => ({ from: `r${i}`, to: `r${i - 1}`, oneWay: 1 })) },
      faults: ids.map((i) => ({ kind: 'crash', replica: `r${i}`, atMs: i, forMs: 1 })),
    })
    const start = performance.now()
    expect(parseTopology(text, testStrategies).ok).toBe(true)
    expect(performance.now() - start).toBeLessThan(TIME_BOUND_MS)
  })
})

describe('names that mean something to JavaScript', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s as a field', (name) => {
    const text = JSON.stringify(smallest).replace('"name"', `"${name}":{"polluted":1},"name"`)
    const problems = refused(text)
    expect(problems).toEqual([{ path: `$.${name}`, sentence: expect.stringContaining('unknown') as unknown }])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test.each(['__proto__', 'constructor'])('%s as an id, a parameter, a message kind, a strategy', (name) => {
    const text = JSON.stringify({ ...smallest, regions: [{ id: name }] })
    expect(refused(text)[0].path).toBe('$.regions[0].id')
    const params = `{"strategy":"led","params":{"${name}":1}}`
    const withParams = JSON.stringify(smallest).replace('{"strategy":"led"}', params)
    expect(refused(withParams).map(({ path }) => path)).toContain(`$.replication.params.${name}`)
    const withStrategy = JSON.stringify(smallest).replace('"led"', `"${name}"`)
    expect(refused(withStrategy)[0].sentence).toContain('There is no strategy')
  })

  test('a missing field is not found on the prototype', () => {
    const value: unknown = Object.create(smallest)
    expect(checkTopology(value, testStrategies)).toMatchObject({ ok: false, error: [{ path: '$.format' }] })
  })
})

test.each([null, 1, 'x', true, [], undefined, () => 1, Symbol('x'), new Map(), NaN])(
  '%s is no topology',
  (value) => {
    expect(checkTopology(value, testStrategies)).toMatchObject({ ok: false })
  },
)

test('sentences show no control characters of the file', () => {
  const [problem] = refused(JSON.stringify({ ...smallest, replication: { strategy: '\u001b[31m\u202eled' } }))
  expect(problem.sentence).toContain('\\u001b[31m\\u202eled')
})
