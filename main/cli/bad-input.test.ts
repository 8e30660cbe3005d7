import { mkdir, stat } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runHere, runProgram, Scratch, topologyFile } from '../testing/program.ts'

let scratch: Scratch
beforeAll(async () => {
  scratch = await Scratch.make()
})
afterAll(() => scratch.dispose())

const replicas = (count: number): unknown[] =>
  Array.from({ length: count }, (_, index) => ({ id: `r${index}`, region: 'east' }))

const FILES: [string, string | Uint8Array, string][] = [
  ['empty', '', '$: '],
  ['white space', ' \n', '$: '],
  ['broken JSON', '{"format": ', '$: '],
  ['not an object', '[1, 2]', '$: '],
  ['200,000 brackets', '['.repeat(200_000), '$: '],
  ['200,000 objects', '{"a":'.repeat(200_000), '$: '],
  ['not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), '$: The file is not UTF-8 text.'],
  ['an unknown field', topologyFile({ replicsa: [] }), '$.replicsa: '],
  ['another format', topologyFile({ format: 'replica-lab/topology@99' }), '$.format: '],
  [
    'w > n',
    topologyFile({ replication: { strategy: 'leaderless', params: { n: 3, w: 4 } } }),
    '$.replication.params.w: ',
  ],
  ['a negative number', topologyFile({ run: { durationMs: -1 } }), '$.run.durationMs: '],
  [
    'an infinite number',
    topologyFile().replace('"durationMs":1000', '"durationMs":1e999'),
    '$.run.durationMs: ',
  ],
  ['an unknown strategy', topologyFile({ replication: { strategy: 'magic' } }), '$.replication.strategy: '],
  [
    'an unknown id',
    topologyFile({ faults: [{ atMs: 1, kind: 'crash', replica: 'r9' }] }),
    '$.faults[0].replica: ',
  ],
  ['300,000 replicas', topologyFile({ replicas: replicas(300_000) }), '$.replicas: '],
  ['a prototype', topologyFile().replace('{', '{"__proto__":{"x":1},'), '$.__proto__: '],
]

describe('a bad file: exit 65 within two seconds, each problem with its path', () => {
  test.each(FILES)('%s', async (name, content, expected) => {
    const file = await scratch.write(`${name.replaceAll(/\W/g, '-')}.json`, content)
    for (const command of ['validate', 'run', 'predict']) {
      const startedMs = performance.now()
      const { code, stdout, stderr } = await runHere([command, file, '--json'])
      const tookMs = performance.now() - startedMs
      expect(code).toBe(65)
      const lines = stderr.trimEnd().split('\n')
      expect(lines.some((line) => line.startsWith(`${file}: ${expected}`))).toBe(true)
      expect(lines.every((line) => line.startsWith(`${file}: $`))).toBe(true)
      const { problems } = JSON.parse(stdout) as { problems: { path: string; sentence: string }[] }
      expect(problems.map(({ path, sentence }) => `${file}: ${path}: ${sentence}`)).toEqual(lines)
      // Generous, for a loaded machine: the target is two seconds.
      expect(tookMs).toBeLessThan(10_000)
    }
  })
})

test.each([
  ['no-such-preset', 'No preset has this name either'],
  ['raik', 'Did you mean "riak"?'],
  ['missing/file.json', 'there is none of that name'],
  ['folder', 'This is a folder'],
])('%s cannot be read', async (name, sentence) => {
  await mkdir(scratch.path('folder'), { recursive: true })
  const { code, stdout, stderr } = await runProgram(['validate', name], { cwd: scratch.folder })
  expect(stderr).not.toMatch(/\n\s+at /)
  expect({ code, stdout }).toEqual({ code: 65, stdout: '' })
  expect(stderr).toContain(`${name}: $: `)
  expect(stderr).toContain(sentence)
})

test('a file of more than 16 MiB is refused unread', async () => {
  const file = await scratch.write('large.json', new Uint8Array(16 * 1024 * 1024 + 1).fill(0x20))
  const { code, stderr } = await runHere(['validate', file])
  expect(code).toBe(65)
  expect(stderr).toContain('at most 16 MiB are read')
})

test('a bad file leaves no output behind', async () => {
  const file = await scratch.write('bad.json', '{}')
  const report = scratch.path('report.html')
  const { code } = await runHere(['run', file, '--report', report])
  expect(code).toBe(65)
  await expect(stat(report)).rejects.toThrow('ENOENT')
})

test('a valid file is valid', async () => {
  const file = await scratch.write('good.json', topologyFile())
  const { code, stdout, stderr } = await runHere(['validate', file])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(`${file} is valid: Three replicas (leaderless, 1 region, 3 replicas and 1 client).\n`)
  const json = await runHere(['validate', file, '--json'])
  expect(JSON.parse(json.stdout)).toEqual({ problems: [] })
})

test('what a file will probably rue is a warning, and the file is valid all the same', async () => {
  const replication = { strategy: 'raft', params: { electionTimeoutMs: 50, heartbeatMs: 5 } }
  const links = { default: { oneWay: 50 } }
  const file = await scratch.write('hasty.json', topologyFile({ replication, links }))
  const { code, stdout, stderr } = await runHere(['validate', file])
  expect(code).toBe(0)
  expect(stdout).toContain('is valid')
  expect(stderr).toContain(`${file}: $.replication.params.electionTimeoutMs: warning: A candidate hears`)
  const json = JSON.parse((await runHere(['validate', file, '--json'])).stdout) as { warnings: object[] }
  expect(json).toMatchObject({ problems: [], warnings: [{ path: '$.replication.params.electionTimeoutMs' }] })
})
