import { readFile, readdir, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runHere, runProgram, Scratch, topologyFile } from '../testing/program.ts'

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.make()
})
afterEach(() => scratch.dispose())

interface Row {
  file: string
  guarantee: string
  status: string
  evidence: {
    sentence?: string
    reason?: string
    because?: string
    operations?: number[]
    shown?: { line: number }[]
    figures: Record<string, unknown>
  }
  operations: number
  wallMs: number
}
const rowsOf = (stdout: string): Row[] => JSON.parse(stdout) as Row[]

/** Two writes, and a read of the first after both. */
const STALE = [
  '{"format":"replica-lab/history@1","model":"register"}',
  '{"type":"invoke","process":0,"f":"write","key":"k","value":1,"timeNs":0}',
  '{"type":"ok","process":0,"f":"write","key":"k","value":1,"timeNs":1000000}',
  '{"type":"invoke","process":0,"f":"write","key":"k","value":2,"timeNs":2000000}',
  '{"type":"ok","process":0,"f":"write","key":"k","value":2,"timeNs":3000000}',
  '{"type":"invoke","process":1,"f":"read","key":"k","value":null,"timeNs":4000000}',
  '{"type":"ok","process":1,"f":"read","key":"k","value":1,"timeNs":5000000}',
].join('\n')
const FRESH = STALE.replace('"value":1,"timeNs":5000000', '"value":2,"timeNs":5000000')

const EDN = `{:type :invoke, :f :write, :value 1, :process 0, :time 1}
{:type :ok, :f :write, :value 1, :process 0, :time 2}
{:type :invoke, :f :cas, :value [1 2], :process 0, :time 3}
{:type :ok, :f :cas, :value [1 2], :process 0, :time 4}
{:type :invoke, :f :read, :value nil, :process 1, :time 5}
{:type :ok, :f :read, :value 2, :process 1, :time 6}
`

describe('check --json', () => {
  test('has a row for each file and guarantee', async () => {
    const stale = await scratch.write('stale.history.jsonl', STALE)
    const fresh = await scratch.write('fresh.history.jsonl', FRESH)
    const { code, stdout, stderr } = await runProgram([
      'check',
      stale,
      fresh,
      '--guarantee',
      'linearizable,sequential',
      '--guarantee=bounded-staleness:0.5',
      '--json',
    ])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const rows = rowsOf(stdout)
    expect(
      rows.map(({ file, guarantee, status, operations }) => [file, guarantee, status, operations]),
    ).toEqual([
      [stale, 'linearizable', 'violated', 3],
      [stale, 'sequential', 'holds', 3],
      [stale, 'bounded-staleness:0.5', 'violated', 3],
      [fresh, 'linearizable', 'holds', 3],
      [fresh, 'sequential', 'holds', 3],
      [fresh, 'bounded-staleness:0.5', 'holds', 3],
    ])
    expect(rows[0].evidence.sentence).toMatch(/process 1 read 1 from k/)
    expect(rows[0].evidence.operations).toEqual(expect.arrayContaining([1, 2]))
    expect(rows[0].evidence.shown?.map(({ line }) => line)).toContain(6)
    expect(rows[2].evidence.figures).toEqual({ deltaMs: 1 })
    for (const { wallMs } of rows) expect(wallMs).toBeGreaterThanOrEqual(0)
  })

  test('without --guarantee judges all that fit the model', async () => {
    const file = await scratch.write('h.jsonl', STALE)
    const { code, stdout } = await runHere(['check', file, '--json'])
    expect(code).toBe(1)
    const rows = rowsOf(stdout)
    expect(rows.map(({ guarantee }) => guarantee)).toContain('writes-follow-reads')
    expect(rows.map(({ guarantee }) => guarantee)).not.toContain('serializable')
    expect(rows.find(({ guarantee }) => guarantee === 'consistent-prefix')?.evidence.because).toBe(
      'sequential',
    )
    expect(rows.find(({ guarantee }) => guarantee === 'convergence')).toMatchObject({
      status: 'undecided',
      evidence: { reason: expect.stringContaining('no states of replicas') as string },
    })
  })
})

describe('exit codes', () => {
  test.each<[string, string, string[], number]>([
    ['holds', FRESH, ['-g', 'linearizable'], 0],
    ['violated', STALE, ['-g', 'linearizable'], 1],
    ['undecided', FRESH, ['-g', 'convergence'], 2],
    ['violated beats undecided', STALE, ['-g', 'convergence,linearizable'], 1],
    ['what nobody asked for need not be decided, unless it is a level', FRESH, [], 0],
    ['no such guarantee', FRESH, ['-g', 'linearisable'], 64],
    ['no such model', FRESH, ['--model', 'queue'], 64],
    ['no such format', FRESH, ['--from', 'xml'], 64],
    ['a guarantee of another model', FRESH, ['-g', 'serializable'], 64],
    ['a report that is no page', FRESH, ['--report', '/tmp/x.json'], 64],
    ['damaged', `${FRESH}\n{`, ['-g', 'linearizable'], 65],
  ])('%s', async (_, text, flags, expected) => {
    const file = await scratch.write('h.jsonl', text)
    const { code, stderr } = await runHere(['check', file, ...flags])
    expect(code).toBe(expected)
    if (expected < 64) expect(stderr).toBe('')
    else expect(stderr).not.toMatch(/\n\s+at /)
  })

  test.each([
    ['linearizable', STALE, 'linearizable is violated (stale read): '],
    // Its only anomaly has its own name, which need not be said twice.
    ['read-your-writes', STALE.replaceAll('"process":1', '"process":0'), 'read-your-writes is violated: '],
  ])('a violation of %s is called by its anomaly', async (name, text, heading) => {
    const { stdout } = await runHere(['check', await scratch.write('h.jsonl', text), '-g', name])
    expect(stdout).toContain(`\n${heading}`)
  })

  test('a step limit leaves a hard one undecided', async () => {
    const events = Array.from({ length: 24 }, (_, i) => ({ process: i, value: i % 3 }))
    const lines = [
      '{"format":"replica-lab/history@1","model":"cas-register"}',
      ...events.map(({ process, value }) =>
        JSON.stringify({
          type: 'invoke',
          process,
          f: 'cas',
          key: 'k',
          value: [value, (value + 1) % 3],
          timeNs: process,
        }),
      ),
      JSON.stringify({ type: 'invoke', process: 99, f: 'read', key: 'k', timeNs: 100 }),
      JSON.stringify({ type: 'ok', process: 99, f: 'read', key: 'k', value: 2, timeNs: 101 }),
    ]
    const file = await scratch.write('hard.jsonl', lines.join('\n'))
    const flags = ['-g', 'linearizable', '--initial', '0', '--json']
    expect((await runHere(['check', file, ...flags])).code).toBe(0)
    const { code, stdout } = await runHere(['check', file, ...flags, '--steps', '1'])
    expect(code).toBe(2)
    expect(rowsOf(stdout)[0].evidence.reason).toContain('took more than 1 steps')
  })
})

describe('input', () => {
  test('problems name the line, in every file; nothing is judged then', async () => {
    const good = await scratch.write('good.jsonl', FRESH)
    const bad = await scratch.write(
      'bad.jsonl',
      STALE.replace(
        '"process":1,"f":"read","key":"k","value":1',
        '"process":7,"f":"read","key":"k","value":1',
      ),
    )
    const missing = scratch.path('missing.jsonl')
    const { code, stdout, stderr } = await runHere(['check', good, bad, missing, '--json'])
    expect(code).toBe(65)
    expect(stderr).toBe(
      `${bad}: line 7: Process 7 has no operation under way that could end.\n` +
        `${missing}: $: The file cannot be read: there is none of that name.\n`,
    )
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ file: bad, path: 'line 7' }, { file: missing }] })
  })

  test('Jepsen EDN', async () => {
    const file = await scratch.write('history.edn', EDN)
    const { code, stdout } = await runHere([
      'check',
      file,
      '--from',
      'jepsen-edn',
      '-g',
      'linearizable',
      '--json',
    ])
    expect(code).toBe(0)
    expect(rowsOf(stdout)).toMatchObject([{ guarantee: 'linearizable', status: 'holds', operations: 3 }])
    const damaged = await scratch.write('damaged.edn', EDN.replace(':time 4}', ':time 4'))
    expect((await runHere(['check', damaged, '--from', 'jepsen-edn'])).stderr).toContain(
      `${damaged}: line 4: The form that begins here is never closed.`,
    )
  })

  test('the name of a file tells EDN; what Jepsen prints is read, too; and so is what gzip packed', async () => {
    const edn = await scratch.write('history.edn', EDN)
    const log = await scratch.write(
      'history.txt',
      '0\t:invoke\t:write\t1\n0\t:ok\t:write\t1\n1\t:invoke\t:read\tnil\n1\t:ok\t:read\t2\n',
    )
    expect((await runHere(['check', edn, '-g', 'linearizable'])).code).toBe(0)
    expect((await runHere(['check', log, '-g', 'linearizable', '--from', 'jepsen-log'])).code).toBe(1)
    const packed = scratch.path('history.edn.gz')
    await writeFile(packed, gzipSync(EDN))
    expect((await runHere(['check', packed, '-g', 'linearizable'])).code).toBe(0)
    await writeFile(packed, gzipSync(EDN).subarray(0, 40))
    expect(await runHere(['check', packed])).toMatchObject({
      code: 65,
      stderr: `${packed}: $: The file cannot be read: what gzip packed is cut off.\n`,
    })
    const misnamed = await scratch.write('history.jsonl', EDN)
    expect((await runHere(['check', misnamed])).stderr).toBe(
      `${misnamed}: line 1: This is not JSON. It may be EDN: try --from jepsen-edn.\n`,
    )
  })

  test('a file that is no history is told once', async () => {
    const file = await scratch.write('some.json', '{\n  "format": "replica-lab/report@1",\n  "seed": 1\n}\n')
    expect((await runHere(['check', file])).stderr).toBe(
      `${file}: line 1: This is not JSON. A history has one JSON object a line, the header first.\n`,
    )
  })

  test('bytes that are no text', async () => {
    const file = scratch.path('binary.jsonl')
    await writeFile(file, Buffer.from([0x7b, 0xff, 0xfe, 0x0a]))
    const { code, stderr } = await runHere(['check', file])
    expect({ code, stderr }).toEqual({ code: 65, stderr: `${file}: $: The file is not UTF-8 text.\n` })
  })

  test('--model and --initial stand in for the header', async () => {
    const file = await scratch.write('h.jsonl', STALE.split('\n').slice(1).join('\n'))
    expect((await runHere(['check', file, '-g', 'linearizable'])).code).toBe(65)
    expect((await runHere(['check', file, '-g', 'linearizable', '--model', 'register'])).code).toBe(1)
    const read =
      '{"type":"invoke","process":0,"f":"read","timeNs":1}\n{"type":"ok","process":0,"f":"read","value":"x","timeNs":2}'
    const initial = await scratch.write(
      'i.jsonl',
      `{"format":"replica-lab/history@1","model":"register"}\n${read}`,
    )
    expect((await runHere(['check', initial, '-g', 'linearizable'])).code).toBe(1)
    expect((await runHere(['check', initial, '-g', 'linearizable', '--initial', 'x'])).code).toBe(0)
    expect((await runHere(['check', initial, '-g', 'linearizable', '--initial', ''])).code).toBe(1)
  })

  test('the history of a run has the verdicts that the run had', async () => {
    const file = await scratch.write('t.json', topologyFile({ consistency: { read: 'eventual' } }))
    const history = scratch.path('h.jsonl')
    const run = await runHere(['run', file, '--history', history, '--json'])
    const { guarantees } = JSON.parse(run.stdout) as {
      guarantees: { name: string; status: string; evidence: { sentence?: string } | null }[]
    }
    const { stdout } = await runHere(['check', history, '--json'])
    const checked = new Map(rowsOf(stdout).map((row) => [row.guarantee, row]))
    // What the replicas held is not in the file.
    for (const { name, status, evidence } of guarantees.filter(({ name }) => name !== 'convergence')) {
      expect(checked.get(name)?.status, name).toBe(status)
      if (status === 'violated') expect(checked.get(name)?.evidence.sentence, name).toBe(evidence?.sentence)
    }
    expect(guarantees.find(({ name }) => name === 'linearizable')?.status).toBe('violated')
  })
})

describe('for people', () => {
  test('the text tells what proves a violation, and the strongest level', async () => {
    const file = await scratch.write('h.jsonl', STALE)
    const { stdout } = await runHere(['check', file])
    expect(stdout).toContain('3 operations on 1 key by 2 processes (register)')
    expect(stdout).toMatch(/✕ linearizable +violated/)
    expect(stdout).toMatch(/line 6 +process 1 +read 1 from k +4 ms +… 5 ms/)
    expect(stdout).toContain('Strongest level observed: sequential holds; linearizable is violated.')
  })

  test('--report writes a page without scripts', async () => {
    const file = await scratch.write('h.jsonl', STALE)
    const page = scratch.path('out.html')
    const { code, stdout } = await runHere(['check', file, '--report', page])
    expect(code).toBe(1)
    expect(stdout).toContain(`Written: ${page}`)
    const html = await readFile(page, 'utf8')
    expect(html).toMatch(/^<!doctype html>/)
    expect(html).toContain('role="img"')
    expect(html).not.toMatch(/<script/i)
    expect((await readdir(scratch.folder)).sort()).toEqual(['h.jsonl', 'out.html'])
  })
})
