import { describe, expect, test } from 'vitest'
import { helpOf, integerOf, readArguments, UsageError, type CommandSpec } from './command.ts'

const spec: CommandSpec = {
  name: 'try',
  operands: ['FILE', '[EXTRA]'],
  summary: 'Try things.',
  flags: [
    { name: 'seed', value: 'N', help: 'A seed.' },
    { name: 'report', value: 'OUT', multiple: true, help: 'A report.' },
    { name: 'quiet', short: 'q', help: 'Silence.' },
  ],
  details: ['The end.'],
}

const read = (...argv: string[]): NonNullable<ReturnType<typeof readArguments>> => {
  const args = readArguments(spec, argv)
  if (args === null) throw new Error('help was asked for')
  return args
}

test('operands and flags may mix, in both spellings', () => {
  const args = read('--seed=7', 'a.json', '-q', '--report', 'x.md', '--report=y.md')
  expect(args.operands).toEqual(['a.json'])
  expect(args.value('seed')).toBe('7')
  expect(args.values('report')).toEqual(['x.md', 'y.md'])
  expect(args.has('quiet')).toBe(true)
  expect(read('a.json').has('quiet')).toBe(false)
  expect(read('--', '--seed').operands).toEqual(['--seed'])
})

describe('each mistake has its sentence', () => {
  test.each([
    [[], 'FILE is missing'],
    [['a', 'b', 'c'], '"c" is one argument too many'],
    [['a', '--sed', '1'], 'There is no flag --sed. Did you mean "--seed"?'],
    [['a', '-x'], 'There is no flag -x'],
    [['a', '--seed'], '--seed needs a value: --seed N'],
    [['a', '--seed='], '--seed needs a value'],
    [['a', '--seed', '--quiet'], '--quiet looks like a flag'],
    [['a', '--seed', '1', '--seed', '2'], '--seed was given twice'],
    [['a', '--quiet=yes'], '--quiet takes no value'],
    [['a', '--no-quiet'], 'There is no flag --no-quiet'],
  ])('%j', (argv, sentence) => {
    expect(() => readArguments(spec, argv)).toThrow(UsageError)
    expect(() => readArguments(spec, argv)).toThrow(sentence)
  })

  test.each(['x', '', '1.5', '-1', '1e3', '0x10', '101', ' 7', '٣'])(
    '--seed=%j is no number up to 100',
    (text) => {
      expect(() => integerOf(read('a', `--seed=${text}`), 'seed', 0, 100)).toThrow(UsageError)
    },
  )
})

test('a whole number in range', () => {
  expect(integerOf(read('a', '--seed', '100'), 'seed', 0, 100)).toBe(100)
  expect(integerOf(read('a'), 'seed', 0, 100)).toBe(undefined)
})

test('help wins over whatever else is wrong with the operands', () => {
  expect(readArguments(spec, ['--help'])).toBe(null)
  expect(readArguments(spec, ['-h', 'a', 'b', 'c'])).toBe(null)
})

test('the help of a command', () => {
  expect(helpOf(spec)).toBe(`Try things.

usage: replica-lab try FILE [EXTRA] [flags]

      --seed N      A seed.
      --report OUT  A report. May be given several times.
  -q, --quiet       Silence.
  -h, --help        Show this help.

The end.
`)
})
