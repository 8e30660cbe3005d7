import { expect, test } from 'vitest'
import { escapeHtml, printable, shortened, shortenedInside } from './escape.ts'

test('text is safe in elements and in quoted attributes', () => {
  expect(escapeHtml(`<a href="x" b='y'>&amp;]]>`)).toBe(
    '&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;]]&gt;',
  )
})

test('what cannot be printed is replaced, what can is kept', () => {
  expect(printable('a\u0000b\u0008c\u007fd\u0085e')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde')
  expect(printable('tab\tline\nreturn\r')).toBe('tab\tline\nreturn\r')
  expect(printable('\u202egnp.exe\u2066')).toBe('\ufffdgnp.exe\ufffd')
  expect(printable('\ud83d\ude00 \ud83d \ude00 \ude00\ud83d')).toBe('\ud83d\ude00 \ufffd \ufffd \ufffd\ufffd')
  expect(printable('東京 São Paulo')).toBe('東京 São Paulo')
})

test('cutting counts characters, not halves of them', () => {
  expect(shortened('\u{1f600}\u{1f600}\u{1f600}', 2)).toBe('\u{1f600}…')
  expect(shortened('abc', 3)).toBe('abc')
})

test('cut inside, names that differ in their ends still differ', () => {
  expect(shortenedInside('replica-east-17', 9)).toBe('repl…t-17')
  expect(shortenedInside('replica-east-17', 15)).toBe('replica-east-17')
  expect(shortenedInside('abcdef', 2)).toBe('a…')
  for (const length of [1, 2, 3, 5, 8]) {
    const cut = shortenedInside('\u{1f600}'.repeat(9), length)
    expect([...cut].length).toBe(Math.max(2, length))
    expect(printable(cut)).toBe(cut)
  }
})
