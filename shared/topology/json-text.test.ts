import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isTooDeep, parseJsonText } from './json-text.ts'

function sentenceOf(text: string): string {
  const result = parseJsonText(text)
  return result.ok ? 'ok' : result.error.map(({ path, sentence }) => `${path}: ${sentence}`).join('\n')
}

describe('broken JSON is located', () => {
  test.each([
    ['', '$: The file is empty. Start from a preset.'],
    [' \n\t', '$: The file is empty. Start from a preset.'],
    ['{', '$: A field name in double quotes is expected, at line 1, column 2: the file ends here.'],
    ['{"a": 1,\n "b": }', '$: A value is expected, at line 2, column 7, but "}" stands there.'],
    ['{"a": 1,\r\n\r\n}', '$: A comma stands before }, at line 3, column 1, but "}" stands there.'],
    ['[1, 2,]', '$: A comma stands before ], at line 1, column 7, but "]" stands there.'],
    ['[01]', '$: A comma or ] is expected, at line 1, column 3, but "1" stands there.'],
    ['[1.]', '$: A comma or ] is expected, at line 1, column 3, but "." stands there.'],
    ['[1e]', '$: A comma or ] is expected, at line 1, column 3, but "e" stands there.'],
    ['[-]', '$: A value is expected, at line 1, column 2, but "-" stands there.'],
    ['[1 2]', '$: A comma or ] is expected, at line 1, column 4, but "2" stands there.'],
    [
      '{"a" 1}',
      '$: A colon is expected after the field name "a", at line 1, column 6, but "1" stands there.',
    ],
    [
      "{'a': 1}",
      '$: A field name in double quotes is expected, at line 1, column 2. JSON texts stand in double quotes.',
    ],
    ['{a: 1}', '$: A field name in double quotes is expected, at line 1, column 2, but "a" stands there.'],
    ['// hi\n{}', '$: A value is expected, at line 1, column 1. JSON has no comments: use "notes".'],
    ['{"a": NaN}', '$: A value is expected, at line 1, column 7, but "NaN" stands there.'],
    [
      '{"a": "x}',
      '$: A text that begins here is not closed with a double quote, at line 1, column 7, but "\\"" stands there.',
    ],
    ['{} {}', '$: Something follows the end of the JSON value, at line 1, column 4, but "{" stands there.'],
    [
      '{"a":{"b":1,"b":2}}',
      '$.a.b: The field "b" is stated twice (again at line 1, column 13). Keep one of them.',
    ],
    [
      '{"a":1,"\\u0061":2}',
      '$.a: The field "a" is stated twice (again at line 1, column 8). Keep one of them.',
    ],
  ])('%j', (text, sentence) => {
    expect(sentenceOf(text)).toBe(sentence)
  })

  test('a control character in a text, a bad escape', () => {
    expect(sentenceOf('["a\nb"]')).toContain('must not contain a line break')
    expect(sentenceOf('["a\\x"]')).toContain('A backslash is followed by none of')
    expect(sentenceOf('["\\u12g4"]')).toContain('A backslash is followed by none of')
  })
})

test('a byte order mark is passed over', () => {
  expect(parseJsonText('\ufeff{"a": 1}')).toEqual({ ok: true, value: { a: 1 } })
})

test('agrees with JSON.parse on every JSON value', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(parseJsonText(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown })
    }),
    { numRuns: 300 },
  )
})

/** The reference: what the engine says, and whether any object in the text repeats a key. */
function engineAccepts(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('agrees with JSON.parse on what is not JSON', () => {
  const fragments = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '\\',
    '1',
    '-',
    '0',
    '.5',
    'e9',
    'null',
    'tru',
    ' ',
    '\n',
    '\u0001',
    '\\u00',
  )
  fc.assert(
    fc.property(
      fc.array(fragments, { maxLength: 9 }).map((parts) => parts.join('')),
      (text) => {
        const ours = parseJsonText(text)
        if (!ours.ok && ours.error[0].sentence.includes('stated twice')) return
        expect([text, ours.ok]).toEqual([text, engineAccepts(text)])
        // Every refusal is the scan's own, with a place.
        if (!ours.ok) expect(ours.error[0].sentence).not.toBe('The file is not JSON.')
      },
    ),
    { numRuns: 5_000 },
  )
})

describe('bounds hold before anything is built', () => {
  test('depth 64 is allowed, 65 is not', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJsonText(nested(64)).ok).toBe(true)
    expect(sentenceOf(nested(65))).toContain('nested more than 64 deep at line 1, column 65')
    expect(sentenceOf('['.repeat(200_000))).toContain('nested more than 64 deep')
    expect(sentenceOf('{"a":'.repeat(200_000))).toContain('nested more than 64 deep')
  })

  test('16 MiB of UTF-8 is the most, however few characters they are', () => {
    const limit = 16 * 1024 * 1024
    const padded = (char: string, bytes: number, total: number): string =>
      `"${char.repeat(Math.floor((total - 2) / bytes))}"`
    expect(parseJsonText(`"${'x'.repeat(limit - 2)}"`).ok).toBe(true)
    expect(sentenceOf(`"${'x'.repeat(limit - 1)}"`)).toContain('larger than 16 MiB')
    expect(parseJsonText(padded('€', 3, limit)).ok).toBe(true)
    expect(sentenceOf(padded('€', 3, limit + 9))).toContain('larger than 16 MiB')
    expect(sentenceOf(padded('😀', 4, limit + 9))).toContain('larger than 16 MiB')
  })
})

describe('values that are not text', () => {
  test('that contain themselves are too deep', () => {
    const loop: unknown[] = []
    loop.push(loop, loop)
    expect(isTooDeep(loop)).toBe(true)
  })

  test('that share parts are walked once per depth, not once per path', () => {
    let shared: unknown = 1
    for (let i = 0; i < 60; i++) shared = [shared, shared]
    expect(isTooDeep(shared)).toBe(false)
    expect(isTooDeep([[[[[shared]]]]])).toBe(true)
  })
})
