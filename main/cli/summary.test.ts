import { expect, test } from 'vitest'
import { barText, leftMs } from './progress.ts'
import { shellWord } from './shell-word.ts'
import { plain, tableText } from './table.ts'

test('columns line up: text at the left, figures at the right', () => {
  expect(tableText([['a', { right: 'p50' }], ['longer', { right: '1' }], ['é']], '  ')).toBe(
    '  a       p50\n  longer    1\n  é\n',
  )
})

test('nothing that a terminal would obey comes out of a file', () => {
  expect(plain('a\x1b[31mb\u202ec\nd')).toBe('a\ufffd[31mb\ufffdc\ufffdd')
  expect(tableText([['\x1b]0;x\x07']])).not.toContain('\x1b')
})

test('the progress bar is as wide at the start as at the end', () => {
  expect(barText('simulating', 0, null)).toBe(`simulating ${'░'.repeat(30)}   0 %`)
  expect(barText('simulating', 0.5, 8000)).toBe(
    `simulating ${'█'.repeat(15)}${'░'.repeat(15)}  50 %  8 s left`,
  )
  expect(barText('simulating', 0.02, 392_000)).toContain('6 min 32 s left')
  expect(barText('simulating', 1.5, 0)).toBe(`simulating ${'█'.repeat(30)} 100 %  0 s left`)
})

test('the time left goes by the pace so far', () => {
  expect(leftMs(0.25, 4000, 0.5)).toBe(8000)
  expect(leftMs(0.001, 4000, 0.999)).toBeNull()
  expect(leftMs(0.9, 4000, -0.1)).toBe(0)
})

test('words that a shell would take apart are quoted', () => {
  expect(shellWord('presets/a-b.topology.json')).toBe('presets/a-b.topology.json')
  expect(shellWord("it's here; rm *")).toBe(`'it'\\''s here; rm *'`)
  expect(shellWord('')).toBe(`''`)
})
