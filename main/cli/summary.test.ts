import { expect, test } from 'vitest'
import { barText } from './progress.ts'
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
  expect(barText('simulating', 0, 0)).toBe(`simulating ${'░'.repeat(30)}   0 %`)
  expect(barText('simulating', 0.5, 8000)).toBe(
    `simulating ${'█'.repeat(15)}${'░'.repeat(15)}  50 %  8 s left`,
  )
  expect(barText('simulating', 0.02, 8000)).toContain('6 min 32 s left')
  expect(barText('simulating', 1.5, 8000)).toBe(`simulating ${'█'.repeat(30)} 100 %  0 s left`)
})

test('words that a shell would take apart are quoted', () => {
  expect(shellWord('presets/a-b.topology.json')).toBe('presets/a-b.topology.json')
  expect(shellWord("it's here; rm *")).toBe(`'it'\\''s here; rm *'`)
  expect(shellWord('')).toBe(`''`)
})
