import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonlReader } from './index.ts'
import { PlainLines } from './plain-lines.ts'

/** Reads by `piece` characters at a time: cut lines go to the real parser, whole ones mostly do not. */
function read(lines: readonly string[], piece: number): unknown {
  const reader = new JsonlReader({ model: 'register', initial: undefined })
  const text = lines.join('\n')
  for (let from = 0; from < text.length; from += piece) reader.push(text.slice(from, from + piece))
  const record = reader.finish()
  if (!record.ok) return record.error
  const { operations: ops } = record.value
  return Array.from({ length: ops.count }, (_, row) => [
    ops.processName(ops.process[row]),
    ops.keyName(ops.key[row]),
    ops.f[row],
    ops.status[row],
    ops.invokedAt[row],
    ops.endedAt[row],
    ops.valueText(ops.value[row]),
    ops.valueText(ops.result[row]),
    ops.line?.[row],
  ])
}

const NUMBER = fc.oneof(
  fc.nat(20),
  fc.integer(),
  fc.double(),
  fc.constantFrom(
    '007',
    '-0',
    '1e3',
    '1.0',
    '123456789012345',
    '9007199254740993',
    '12345678901234567890',
    '',
  ),
)
const TEXT = fc.oneof(
  fc.constantFrom(
    '"k1"',
    '"a longer name of a key, that is kept"',
    '"\\u0041"',
    '"\\"',
    '"é"',
    '"\t"',
    '""',
    '7',
  ),
  fc.string().map((text) => JSON.stringify(text)),
)
const LINE = fc
  .record({
    type: fc.constantFrom('"invoke"', '"ok"', '"info"', '"fail"', '"fault"', '"okay"'),
    process: NUMBER,
    f: fc.constantFrom('"write"', '"write"', '"read"', '"cas"'),
    key: TEXT,
    value: fc.oneof(NUMBER, TEXT, fc.constantFrom('null', 'nul', 'true', '[1,2]', '{}')),
    timeNs: NUMBER,
    more: fc.constantFrom(
      '',
      '',
      ',"version":"3.1"',
      ',"version":"3.1","place":"r1"',
      ',"place":"r',
      ',"x":1',
    ),
    end: fc.constantFrom('}', '}', '} ', '}\r', '', '}}'),
    cut: fc.oneof(fc.constant(0), fc.nat(90)),
  })
  .map(({ type, process, f, key, value, timeNs, more, end, cut }) => {
    const whole = `{"type":${type},"process":${process},"f":${f},"key":${key},"value":${value},"timeNs":${timeNs}${more}${end}`
    return cut === 0 ? whole : whole.slice(0, cut) + whole.slice(cut + 1)
  })

describe('lines of the usual form', () => {
  test('whatever the lines are, they say the same to both readers', () => {
    fc.assert(
      fc.property(fc.array(LINE, { minLength: 1, maxLength: 6 }), (lines) => {
        expect(read(lines, 1e6)).toEqual(read(lines, 5))
      }),
      { numRuns: 3000 },
    )
  })

  test('operations that follow one another, too', () => {
    const operation = fc.tuple(
      fc.constantFrom('write', 'read'),
      fc.nat(3),
      fc.option(fc.integer()),
      fc.nat(2),
    )
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 12 }), (operations) => {
        const lines = operations.flatMap(([f, process, value, key], i) =>
          ['invoke', 'ok'].map((type, end) =>
            JSON.stringify({
              type,
              process,
              f,
              key: `k${key}`,
              value,
              timeNs: 10 * i + end,
              version: `${i}.0`,
            }),
          ),
        )
        expect(read(lines, 1e6)).toEqual(read(lines, 5))
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['{"type":"ok","process":3,"f":"write","key":"k7","value":12,"timeNs":410000,"version":"12.0"}', true],
    ['{"type":"invoke","process":3,"f":"read","key":"k7","value":null,"timeNs":0}', true],
    ['{"type":"fail","process":3,"f":"write","key":"k7","value":"text","timeNs":5,"place":"r1"}', true],
    ['{"type":"ok","process":3,"f":"read","key":"k7","value":-5,"timeNs":5}', true],
    ['{"type":"ok","process":3,"f":"cas","key":"k7","value":[1,2],"swapped":false,"timeNs":5}', false],
    ['{"type": "ok","process":3,"f":"read","key":"k7","value":5,"timeNs":5}', false],
    ['{"process":3,"type":"ok","f":"read","key":"k7","value":5,"timeNs":5}', false],
    ['{"type":"ok","process":3,"f":"read","key":"k\\u0037","value":5,"timeNs":5}', false],
  ])('%s: %s', (line, isPlain) => {
    expect(new PlainLines().read(`x${line}y`, 1, 1 + line.length)).toBe(isPlain)
  })
})
