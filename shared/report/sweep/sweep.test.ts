import { describe, expect, test } from 'vitest'
import { HOSTILE_NAMES } from '../testdata/hostile.ts'
import { ALLOWED, elements } from '../testdata/html-elements.ts'
import { product, sweepFigure } from './figures.ts'
import type { Sweep } from './types.ts'
import { csvSweep, htmlSweep, markdownSweep } from './views.ts'
import { shortPaths } from './words.ts'

test.each([
  [[3, 1, 2], 2, 1, 3],
  [[4, 1, 2, 3], 2.5, 1, 4],
  // Numbers, not their texts: 10 comes after 9.
  [[10, 9, 2], 9, 2, 10],
  [[null, 5, null], 5, 5, 5],
  [[null], null, null, null],
])('the median of %j is %j, from %j to %j', (values, median, min, max) => {
  expect(sweepFigure(values)).toEqual({ median, min, max, values })
})

test('combinations, the last setting fastest', () => {
  const lists = [[1, 2], ['a', 'b', 'c'], [true]]
  expect(product(lists).map((each) => each.join(''))).toEqual([
    '1atrue',
    '1btrue',
    '1ctrue',
    '2atrue',
    '2btrue',
    '2ctrue',
  ])
})

test('paths are called by as many of their last fields as tell them apart', () => {
  const named = (...paths: string[]): string[] => shortPaths(paths.map((path) => ({ path, values: [] })))
  expect(named('$.replication.params.r', '$.replication.params.w')).toEqual(['r', 'w'])
  expect(named('$.replicas[0].region', '$.replicas[1].region')).toEqual([
    'replicas[0].region',
    'replicas[1].region',
  ])
  expect(named('$.a', '$.b.a')).toEqual(['a', 'b.a'])
})

function sweepNamed(name: string): Sweep {
  const figure = { median: 2, min: 1, max: 3, values: [1, 2, 3] }
  return {
    format: 'replica-lab/sweep@1',
    provenance: {
      tool: 'replica-lab',
      version: '1',
      command: `replica-lab sweep ${name}`,
      at: '2020-01-01T00:00:00.000Z',
      node: 'v20',
      platform: 'linux x64',
      wallMs: 1,
      eventsPerS: null,
    },
    topology: name,
    vary: [{ path: `$.${name}`, values: [name, 2] }],
    seeds: [1, 2, 3],
    metrics: [{ name: 'read.latency.p99', unit: 'ms' }],
    rows: [
      { set: [name], runs: 3, figures: [figure] },
      { set: [2], runs: 2, figures: [{ ...figure, values: [1, 3, null] }] },
    ],
    refused: [{ set: [name], problems: [{ path: '$', sentence: name }] }],
    failed: [{ set: [name], seed: 3, sentence: name }],
    missing: 1,
  }
}

describe.each([...HOSTILE_NAMES, 'plain'])('%s', (name) => {
  const sweep = sweepNamed(name)

  test('the page is balanced HTML without scripts, handlers or links', () => {
    const html = htmlSweep(sweep, () => '<svg ></svg>')
    expect([...new Set(elements(html))].filter((element) => !ALLOWED.has(element))).toEqual([])
    expect(/<[^>]+\s(?:on\w+|href|src|srcset|action)\b/i.exec(html.replace(/="[^"]*"/g, ''))).toBe(null)
    expect(html).toContain(`content="default-src 'none'`)
  })

  test('every row of the Markdown tables has as many cells as its head', () => {
    for (const block of markdownSweep(sweep).split('\n\n')) {
      if (!block.startsWith('|')) continue
      const widths = block.split('\n').map((line) => line.split(/(?<!\\)\|/).length)
      expect(new Set(widths).size, block).toBe(1)
    }
  })
})

test('CSV has median and range in full precision', () => {
  expect(csvSweep(sweepNamed('plain'))).toBe(
    '$.plain,runs,read.latency.p99 (ms),read.latency.p99 (ms): min,read.latency.p99 (ms): max\r\n' +
      'plain,3,2,1,3\r\n2,2,2,1,3\r\n',
  )
})
