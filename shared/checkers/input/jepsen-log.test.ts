import { describe, expect, test } from 'vitest'
import { FUNCTIONS } from '../contract.ts'
import type { ModelName } from '../contract.ts'
import { JepsenLogReader } from './index.ts'

function outcome(text: string, model: ModelName | null = null) {
  const reader = new JepsenLogReader({ model, initial: undefined })
  for (let from = 0; from < text.length; from += 7) reader.push(text.slice(from, from + 7))
  return reader.finish()
}

function read(text: string) {
  const record = outcome(text)
  if (!record.ok) throw new Error(JSON.stringify(record.error))
  return record.value
}

const LOG = [
  'INFO  jepsen.core - nodes are up',
  'INFO  jepsen.util - 0\t:invoke\t:read\tnil',
  'INFO  jepsen.util - 3\t:invoke\t:cas\t[3 4]',
  'INFO  jepsen.util - 0\t:fail\t:read\t:timed-out',
  'INFO  jepsen.util - 3\t:fail\t:cas\t[3 4]',
  'INFO  jepsen.util - :nemesis\t:info\t:start\tnil',
  'WARN  jepsen.core - Process 1 crashed',
  'INFO  jepsen.util - 1\t:invoke\t:write\t2',
  'INFO  jepsen.util - 1\t:info\t:write\t:timed-out',
]

describe('what Jepsen prints of a history', () => {
  test.each([
    ['with tabs', LOG],
    ['with spaces', LOG.map((line) => line.replaceAll('\t', '   '))],
    [
      'with what loggers of later days put before',
      LOG.map((line) =>
        line.replace(/^(\w+) +(\S+) -/, '2026-01-02 03:04:05,678{GMT}\t$1\t[jepsen worker 3] $2:'),
      ),
    ],
    [
      'without a logger, and lines that end as on Windows',
      LOG.map((line) => `${line.replace(/^.* - /, '')}\r`),
    ],
  ])('%s', (_, lines) => {
    const { operations: ops, faults } = read(lines.join('\n'))
    expect([ops.model, ops.hasTimes]).toEqual(['cas-register', false])
    expect([...ops.f].map((f) => FUNCTIONS[f])).toEqual(['read', 'cas', 'write'])
    // A cas that fails without an error observed a mismatch.
    expect([...ops.status]).toEqual([2, 1, 3])
    expect(ops.result[1]).toBe(0)
    expect([...(ops.line ?? [])]).toEqual([2, 3, 8])
    expect(faults.map(({ kind }) => kind)).toEqual(['nemesis'])
  })

  test('an error stands behind the value', () => {
    const { operations: ops } = read(
      LOG.map((line) => line.replace(/(:fail\t:cas\t.*)/, '$1\t[:refused "by n1"]')).join('\n'),
    )
    expect([...ops.status]).toEqual([2, 2, 3])
  })

  test.each([
    ['no operation at all', 'INFO  jepsen.core - bye', 'line 1: There is no operation in this history.'],
    [
      'a value that is none',
      `${LOG[0]}\n0\t:invoke\t:write\t[3`,
      'line 2: There is "}" where "]" should be.',
    ],
    [
      'an end without a beginning',
      `${LOG[0]}\n\n0\t:ok\t:read\t3`,
      'line 3: Process 0 has no operation under way',
    ],
  ])('%s', (_, text, problem) => {
    const record = outcome(text)
    const told = record.ok ? '' : `${record.error[0].path}: ${record.error[0].sentence}`
    expect(told).toContain(problem)
  })
})
