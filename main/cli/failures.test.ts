import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { describe, expect, test as plainTest } from 'vitest'
import type { Report } from '../../shared/report/types.ts'
import { brokenEngine, type Breakage } from '../testing/broken-engine.ts'
import { PROGRAM, runHere, Scratch, start, THREADS, topologyFile } from '../testing/program.ts'

/** Each test has a folder of its own, so that those which mostly wait can wait together. */
const test = plainTest.extend<{ scratch: Scratch }>({
  scratch: async ({ task: _ }, use) => {
    const scratch = await Scratch.make()
    await use(scratch)
    await scratch.dispose()
  },
})

/** Every line of a history file is whole JSON; answers its events. */
async function eventsOf(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  const [header, ...events] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(header).toMatchObject({ format: 'replica-lab/history@1' })
  return events
}

/** Nothing is in the folder but these: no file half-written. */
async function holdsOnly(scratch: Scratch, ...names: string[]): Promise<void> {
  expect((await readdir(scratch.folder)).sort()).toEqual(names.sort())
}

describe('a live run that cannot go on: one message, exit 70, and the record until then is saved', () => {
  const [KEYS, STEPS] = [20, 300]
  const FILE = topologyFile({
    clients: [{ id: 'c1', region: 'east', sessions: 4, timeoutMs: 300 }],
    workload: { mix: 'ycsb-a', keys: KEYS },
    run: { durationMs: 20_000, seed: 1 },
  })

  test.for<[string, Breakage, string]>([
    ['a protocol that throws', "throw new Error('the log has a gap')", 'failed: the log has a gap.'],
    ['a thread that exits', 'process.exit(3)', 'ended unasked, with code 3.'],
  ])('%s', async ([, breakage, sentence], { scratch }) => {
    const folder = path.join(scratch.folder, 'engine')
    const threads = { ...THREADS, engines: new URL('./', await brokenEngine(folder, breakage, STEPS)) }
    const file = await scratch.write('t.json', FILE)
    const history = scratch.path('h.jsonl')
    const args = ['run', file, '--live', '--json', '--history', history]
    const { code, stdout, stderr } = await runHere(args, { threads })
    expect(stderr).toBe(
      'replica-lab: The live run of "Three replicas" with seed 1 ended early: ' +
        `the thread of r2 ${sentence} What was recorded until then was written to ${history}.\n`,
    )
    expect(code).toBe(70)
    const report = JSON.parse(stdout) as Report
    expect(report.stoppedEarly).toContain('the thread of r2')
    expect(report.operations.ok).toBeGreaterThan(20)
    const invoked = (await eventsOf(history)).filter(({ type }) => type === 'invoke')
    // The file begins with the values that keys held before the run.
    expect(invoked.length).toBe(report.operations.invoked + report.operations.warmup + KEYS)
    await holdsOnly(scratch, 'engine', 'h.jsonl', 't.json')
  })

  test('where no history was asked for, the message says how to have one', async ({ scratch }) => {
    const engine = await brokenEngine(path.join(scratch.folder, 'engine'), 'throw 0', STEPS)
    const file = await scratch.write('t.json', FILE)
    const { code, stdout, stderr } = await runHere(['run', file, '--live'], {
      threads: { ...THREADS, engines: new URL('./', engine) },
    })
    expect(code).toBe(70)
    expect(stdout).toContain('Ended early: the thread of r2 failed: 0')
    expect(stderr).toMatch(/^replica-lab: [^\n]+ --history OUT\.jsonl would have kept [^\n]+\.\n$/)
  })
})

/** Temporary files go where a test can see what is left of them. */
const temporaryIn = async (scratch: Scratch) => {
  await mkdir(scratch.path('tmp'))
  return { TMPDIR: scratch.path('tmp') }
}

/** Runs the program in a shell that lets no file grow beyond so many KiB: a disk that is nearly full. */
function withFilesUpTo(kib: number, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const shell = ['-c', `ulimit -f ${kib}; exec "$@"`, 'bash', process.execPath, PROGRAM, ...args]
  const child = spawn('bash', shell, { env: { ...process.env, ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

describe.skipIf(process.platform === 'win32')(
  'a full disk: one message, exit 70, no file half-written',
  { concurrent: true },
  () => {
    test.for(['simulated', 'live'])('nothing fits, after a %s run', async (kind, { scratch }) => {
      const file = await scratch.write('t.json', topologyFile({ run: { durationMs: 300 } }))
      const [report, history] = [scratch.path('r.html'), scratch.path('h.jsonl')]
      await writeFile(report, 'old')
      const live = kind === 'live' ? ['--live'] : []
      const outputs = ['--report', report, '--history', history]
      const { code, stdout, stderr } = await withFilesUpTo(1, ['run', file, ...live, ...outputs])
      const why = 'could not be written: it would become larger than files may be here.'
      expect(stderr).toBe(`replica-lab: ${history} ${why} ${report} ${why} No output was written.\n`)
      expect(code).toBe(70)
      expect(stdout).toMatch(/^Three replicas\n/)
      expect(stdout).not.toContain('Written')
      expect(await readFile(report, 'utf8')).toBe('old')
      await holdsOnly(scratch, 'r.html', 't.json')
    })

    test('what fits is saved: the history without the report', async ({ scratch }) => {
      const file = await scratch.write('t.json', topologyFile({ run: { durationMs: 20 } }))
      const [report, history] = [scratch.path('r.html'), scratch.path('h.jsonl')]
      const outputs = ['--report', report, '--history', history]
      const { code, stderr } = await withFilesUpTo(16, ['run', file, '-q', ...outputs])
      expect(stderr).toBe(
        `replica-lab: ${report} could not be written: it would become larger than files may be here. ` +
          `Written whole: ${history}.\n`,
      )
      expect(code).toBe(70)
      expect((await eventsOf(history)).length).toBeGreaterThan(5)
      await holdsOnly(scratch, 'h.jsonl', 't.json')
    })

    test('a real disk of a live run: it ends, and says which', async ({ scratch }) => {
      const replication = { strategy: 'leaderless', params: { n: 3, r: 1, w: 2, durability: 'fsync' } }
      const file = await scratch.write('t.json', topologyFile({ replication, run: { durationMs: 20_000 } }))
      const args = ['run', file, '--live', '--real-disk']
      const { code, stdout, stderr } = await withFilesUpTo(4, args, await temporaryIn(scratch))
      expect(stderr).toMatch(
        /^replica-lab: The live run of "Three replicas" with seed 1 ended early: [^\n]*disk of r[123][^\n]+\n$/,
      )
      expect(code).toBe(70)
      expect(stdout).toMatch(/^operations +[1-9]\d* ok/m)
      expect(await readdir(scratch.path('tmp'))).toEqual([])
    })
  },
)

describe.skipIf(process.platform !== 'linux')('standard output', () => {
  test('that is full: one message, exit 70', async () => {
    const child = spawn('sh', ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath, PROGRAM, 'presets'])
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect({ code, stderr }).toEqual({
      code: 70,
      stderr: 'replica-lab: Standard output could not be written: no space is left on the device.\n',
    })
  })
})

describe.concurrent('a second Ctrl-C ends the program at once', () => {
  /** By then a program that was just started is at work, on a busy machine too. */
  const UNDER_WAY_MS = 4000
  /** Long enough to be stopped, and with a history that takes a while to write. */
  const LONG = topologyFile({
    clients: [{ id: 'c1', region: 'east', sessions: 200, loop: { open: { ratePerS: 20_000 } } }],
    run: { durationMs: 300_000, seed: 1 },
  })

  test.for([
    ['SIGINT', [], 130],
    ['SIGTERM', [], 143],
    ['SIGINT', ['--live', '--real-disk'], 130],
  ] as const)(
    '%s %j: exit %i, and what was not written is said',
    async ([signal, flags, exitCode], { scratch }) => {
      const file = await scratch.write('t.json', LONG)
      const [report, history] = [scratch.path('r.md'), scratch.path('h.jsonl')]
      await writeFile(report, 'old')
      const args = ['run', file, ...flags, '--report', report, '--history', history]
      const { child, finished } = start(args, { env: await temporaryIn(scratch) })
      await new Promise((resolve) => setTimeout(resolve, UNDER_WAY_MS))
      child.stderr?.on('data', (text: string) => {
        if (text.includes('Stopping')) child.kill(signal)
      })
      child.kill('SIGINT')
      const { code, stdout, stderr } = await finished
      expect(stderr).toBe(
        `Stopping; what there is so far will be written to ${report} and ${history}. Ctrl-C again ends at once.\n` +
          `replica-lab: ended at once. Not written: ${report} and ${history}.\n`,
      )
      expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
      expect(await readFile(report, 'utf8')).toBe('old')
      await holdsOnly(scratch, 'r.md', 't.json', 'tmp')
      expect(await readdir(scratch.path('tmp'))).toEqual([])
    },
  )

  test('in the midst of writing: the half-written file goes too', async ({ scratch }) => {
    const file = await scratch.write('t.json', LONG)
    const { child, finished } = start(['run', file, '--history', scratch.path('h.jsonl')])
    await new Promise((resolve) => setTimeout(resolve, UNDER_WAY_MS))
    child.kill('SIGINT')
    let isWriting = false
    while (child.exitCode === null && !isWriting) {
      isWriting = (await readdir(scratch.folder)).some((name) => name.endsWith('.tmp'))
    }
    child.kill('SIGINT')
    const { code, stderr } = await finished
    expect(isWriting).toBe(true)
    expect(stderr).toContain('replica-lab: ended at once. Not written: ')
    expect(code).toBe(130)
    await holdsOnly(scratch, 't.json')
  })
})

test('a plan larger than the machine can hold is refused before it begins: exit 65', async ({ scratch }) => {
  const file = await scratch.write(
    't.json',
    topologyFile({
      clients: [{ id: 'c1', region: 'east', sessions: 4, loop: { open: { ratePerS: 1_000_000 } } }],
      run: { durationMs: 86_400_000 },
    }),
  )
  const args = ['run', file, '--live', '--json', '--history', scratch.path('h.jsonl')]
  const { code, stdout, stderr } = await runHere(args)
  expect(stderr).toMatch(
    /t\.json: \$\.run\.durationMs: A live run of about 86,400,000,000 operations needs about [^\n]+\. Lower run\.durationMs, to [^\n]+ or less, or the rate of the clients\.\n$/,
  )
  expect(code).toBe(65)
  expect(JSON.parse(stdout)).toMatchObject({ problems: [{ path: '$.run.durationMs' }] })
  await holdsOnly(scratch, 't.json')
})
