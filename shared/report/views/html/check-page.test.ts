import { expect, test } from 'vitest'
import { linearizable } from '../../../checkers/linearizable/index.ts'
import { operationsFrom } from '../../../checkers/operations/index.ts'
import { reportedEvidence } from '../../evidence/reported.ts'
import type { CheckedRecord } from '../../evidence/types.ts'
import { HOSTILE_NAMES } from '../../testdata/hostile.ts'
import { ALLOWED, elements } from '../../testdata/html-elements.ts'
import { checkPage } from './check-page.ts'

function record(name: string): CheckedRecord {
  const ops = operationsFrom({ model: 'register' }, [
    { process: name, f: 'write', key: name, value: name, at: 0, end: 1e6, line: 2 },
    { process: 'b', f: 'read', key: name, result: null, at: 2e6, end: 3e6, line: 4 },
  ])
  const verdict = linearizable.check(ops, 1e6)
  if (verdict.status !== 'violated') throw new Error('it is not violated')
  const evidence = { ...reportedEvidence(ops, verdict.evidence), legalPrefix: [0] }
  return {
    file: name,
    model: 'register',
    operations: 2,
    keys: 1,
    processes: 2,
    faults: [{ label: name, from: 0, to: null }],
    results: [
      { name: 'linearizable', title: 'L', definition: name, status: 'violated', evidence, wallMs: 1 },
      { name: 'sequential', status: 'violated', evidence, because: 'linearizable', wallMs: 0 },
      { name: 'convergence', status: 'undecided', evidence: name, figures: { [name]: name }, wallMs: 0 },
      { name: 'causal', status: 'holds', evidence: null, wallMs: 0 },
      { name: 'odd', status: 'violated', evidence: { [name]: name }, wallMs: 0 },
    ],
    strongestLevel: name,
  }
}

test.each([['plain', 'k7'] as const, ...HOSTILE_NAMES.map((name) => ['hostile', name] as const)])(
  'a page of %s names (%s) is balanced HTML without scripts, handlers or links',
  (_, name) => {
    const html = checkPage([record(name), record(name)])
    expect([...new Set(elements(html))].filter((element) => !ALLOWED.has(element))).toEqual([])
    const bare = html.replace(/="[^"]*"/g, '')
    expect(/<[^>]+\s(?:on\w+|href|src|srcset|action)\b/i.exec(bare)?.[0]).toBeUndefined()
    expect(html).toContain(`content="default-src 'none'`)
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
  },
)

test('one picture per proof, none for what follows from it', () => {
  const html = checkPage([record('k7')])
  expect(html.match(/role="img"/g)).toHaveLength(1)
  expect(html).toContain('Follows from linearizable.')
  expect(html).toContain('linearizable is violated')
  expect(html).toContain('1 history, 5 verdicts, 3 violated, 1 undecided.')
  expect(html).toContain('A legal order gets as far as: process k7 wrote')
  // Line numbers of the file lead back to it.
  expect(html).toMatch(/<td class="num">2<\/td>|<th scope="row" class="num">2<\/th>/)
})

test('colours follow the scheme', () => {
  expect(checkPage([record('k7')])).toMatch(/fill="var\(--write\)"/)
})
