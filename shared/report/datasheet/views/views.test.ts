import { describe, expect, test } from 'vitest'
import { ALLOWED, elements } from '../../testdata/html-elements.ts'
import { HOSTILE_NAMES } from '../../testdata/hostile.ts'
import { contentionSentence, convergenceSentence, sheetTables } from '../tables.ts'
import { sampleSheet } from '../testdata/sample-sheet.ts'
import { htmlDatasheet } from './html.ts'
import { jsonDatasheet } from './json.ts'
import { markdownDatasheet } from './markdown.ts'

/** Stands in for the drawing of a chart; what it draws is tried elsewhere. */
const draw = (option: object): string => `<svg ><desc>${'series' in option ? 'drawn' : ''}</desc></svg>`

describe('the page', () => {
  test('is of elements that neither run nor load anything, whatever the file calls its places', () => {
    for (const name of ['plain', HOSTILE_NAMES.join(' ')]) {
      const page = htmlDatasheet(sampleSheet(name), draw)
      expect(elements(page).filter((element) => !ALLOWED.has(element))).toEqual([])
    }
  })

  test('says the class, the figures to take away, and how to make it again', () => {
    const page = htmlDatasheet(sampleSheet(), draw)
    expect(page).toContain('<strong>CP, PC/EC.</strong>')
    expect(page).toContain('12,000 <span class="unit">per second</span>')
    expect(page).toContain('1.7 <span class="unit">s</span>')
    expect(page).toContain('<pre>replica-lab datasheet r3</pre>')
    expect(page).toContain('<span class="chip bad">✕ violated</span>')
    expect(page.indexOf('2026-01-02')).toBeGreaterThan(page.indexOf('<footer id="provenance">'))
  })

  test('has a sentence where there is nothing to draw', () => {
    const { saturation } = sampleSheet()
    const sheet = sampleSheet('r3', {
      saturation: { ...saturation, points: [], knee: null, sentence: 'Nothing bounds the throughput.' },
    })
    expect(htmlDatasheet(sheet, draw)).toContain('<div class="void">Nothing bounds the throughput.</div>')
  })
})

describe('the tables', () => {
  const rowsOf = (id: string) => sheetTables(sampleSheet()).find((table) => table.id === id)?.rows

  test('a partition has a row for each side', () => {
    expect(rowsOf('partitions')).toEqual([
      ['r3', 'the majority (r3)', '100 %', '100 %', '0 %', '40 ms', '80 ms', ''],
      ['', 'the minority (r3)', '0 %', '0 %', '—', '90 s', '90 s', 'timeout 300'],
    ])
  })

  test('what never became calm is said in words', () => {
    expect(rowsOf('failovers')?.[0].slice(-2)).toEqual(['2 s', 'not within the run'])
  })

  test('a join and a leave: what moved against an even spread, and what clients noticed', () => {
    expect(rowsOf('rebalancing')).toEqual([
      ['new-1 joins', '3', '360', '400 (moved: 90 %)', '360', '36.5 kB', '200 ms'],
      ['new-1 leaves', '3', '0', '0', '0', '0 B', 'not in half a minute'],
    ])
    const same = ['1.50 ms', '4.25 ms', '1.50 ms', '4.25 ms', '100 %', '0 %', '']
    expect(rowsOf('rebalancing-clients')).toEqual([
      ['new-1 joins', 'nobody joins', ...same],
      ['', 'while data move', '1.50 ms', '9 ms', '1.50 ms', '4.25 ms', '100 %', '0 %', ''],
      ['new-1 leaves', 'nobody joins', ...same],
      ['', 'while data move', '1.50 ms', '4.25 ms', '1.50 ms', '4.25 ms', '50 %', '—', 'timeout 300'],
    ])
    expect(rowsOf('lost')?.at(-1)?.slice(0, 4)).toEqual([
      'new-1, a replica like r3, joins and leaves again',
      '0',
      '100',
      '50',
    ])
  })

  test('sheets of earlier versions, and of strategies whose members stay, tell the placement alone', () => {
    for (const measured of [undefined, null]) {
      const rebalancing = {
        moved: null,
        sentence: 'There is one shard.',
        ...(measured === null && { measured }),
      }
      const sheet = sampleSheet('r3', { rebalancing })
      expect(sheetTables(sheet).map(({ id }) => id)).not.toContain('rebalancing')
      for (const view of [htmlDatasheet(sheet, draw), markdownDatasheet(sheet)])
        expect(view.split('There is one shard.')).toHaveLength(2)
    }
  })

  test('guarantees of one verdict and reason share a row', () => {
    expect(rowsOf('guarantees')).toEqual([
      ['Linearizable', '✓ holds', '✕ violated', 'r3 was lost'],
      ['Causal, Sequential', '✓ holds', '✓ holds', ''],
      ['2-atomic', '? undecided', '—', 'too many operations'],
    ])
  })

  test('lost writes are named', () => {
    expect(rowsOf('lost')?.[2]).toEqual([
      'Crash of r3, the leader',
      '2',
      '100',
      '50',
      'process 1 wrote 6 to r3; in the end process 2 read 5',
    ])
  })
})

test('sentences', () => {
  expect(contentionSentence(sampleSheet())).toBe(
    'A read that begins when a write was acknowledged returns it with probability 0.95; 99.9 % do from 10 ms on. ' +
      'Under contention for two keys 2 % of the reads were stale, by 1 versions at p99 (3 at most), and by up to 8 ms in 99 of 100 such cases.',
  )
  expect(convergenceSentence(sampleSheet())).toBe('After the heal all replicas held the same within 62.5 ms.')
  const apart = { afterHealMs: null, watchedMs: 10_000, definition: '' }
  expect(convergenceSentence(sampleSheet('r3', { convergence: apart }))).toBe(
    'After the heal the replicas still differed when the run ended, 10 s later.',
  )
})

test('Markdown: every row of a table has as many cells as its head, and nothing hostile survives', () => {
  const page = markdownDatasheet(sampleSheet(HOSTILE_NAMES.join(' ')))
  let cells = 0
  for (const line of page.split('\n')) {
    if (!line.startsWith('|')) {
      cells = 0
      continue
    }
    const found = line.split(/(?<!\\)\|/).length
    if (cells !== 0) expect(found, line).toBe(cells)
    cells = found
  }
  // What stands in a block of code is shown as it is.
  expect(page.replace(/```sh[^`]*```/, '')).not.toMatch(/<script|<img|(?<!\\)\]\(javascript/)
})

test('JSON: sorted, and the same again', () => {
  const text = jsonDatasheet(sampleSheet())
  expect(JSON.parse(text)).toEqual(sampleSheet())
  expect(text.indexOf('"calm"')).toBeLessThan(text.indexOf('"convergence"'))
})
