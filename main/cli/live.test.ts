import { mkdir, readdir, readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Report } from '../../shared/report/types.ts'
import { runHere, runProgram, Scratch, start, topologyFile } from '../testing/program.ts'

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.make()
})
afterEach(() => scratch.dispose())

const reportOf = (stdout: string): Report => JSON.parse(stdout) as Report

test('run --live --json has the fields that scripts rely on, and nothing else is printed', async () => {
  const file = await scratch.write('t.json', topologyFile())
  const { code, stdout, stderr } = await runProgram(['run', file, '--live', '--json', '--duration', '800'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const report = reportOf(stdout)
  expect(report).toMatchObject({
    provenance: { command: `replica-lab run ${file} --live --duration 800` },
    topology: { name: 'Three replicas' },
    runtime: 'live',
    durationMs: expect.any(Number) as number,
    stoppedEarly: null,
    simulation: null,
    live: {
      faithful: expect.any(Boolean) as boolean,
      reason: expect.stringMatching(/\.$/) as string,
      timeScale: 1,
      threads: 4,
      fsyncMs: null,
    },
  })
  const { latenessMs, messages } = report.live as NonNullable<Report['live']>
  const ladder = [latenessMs.p50, latenessMs.p90, latenessMs.p99, latenessMs.p999, latenessMs.max]
  expect(ladder.every((ms) => ms !== null && ms >= 0)).toBe(true)
  expect(ladder).toEqual([...ladder].sort((a, b) => (a ?? 0) - (b ?? 0)))
  expect(latenessMs.count).toBeGreaterThan(1000)
  expect(messages?.lost).toBe(0)
  expect(report.operations.ok).toBeGreaterThan(200)
  expect(report.latencyMs.read.p50).toBeGreaterThan(0.1)
})

test('somebody at a terminal sees how far a live run has come, and in how long it will be over', async () => {
  const file = await scratch.write('t.json', topologyFile())
  const { code, stdout, stderr } = await runHere(['run', file, '--live'], { isWatched: true })
  expect(code).toBe(0)
  expect(stderr).toMatch(/running live █+░+ {2,}\d+ % {2}\d s left/)
  // The bar is gone in the end.
  expect(stderr.endsWith('\r\x1b[K')).toBe(true)
  expect(stdout).toMatch(/^timing +(not )?faithful: messages p99 [\d.]+ ms late/m)
  expect((await runHere(['run', file, '--live', '-q'], { isWatched: true })).stderr).toBe('')
})

test('--real-disk: writes wait for real files, which are gone afterwards', async () => {
  const durable = { strategy: 'leaderless', params: { n: 3, r: 1, w: 2, durability: 'fsync' } }
  const file = await scratch.write('t.json', topologyFile({ replication: durable }))
  await mkdir(scratch.path('tmp'))
  const args = ['run', file, '--live', '--real-disk', '--json', '--duration', '600']
  const { code, stdout } = await runProgram(args, { env: { TMPDIR: scratch.path('tmp') } })
  expect(code).toBe(0)
  const { live, provenance } = reportOf(stdout)
  expect(live?.fsyncMs?.count).toBeGreaterThan(50)
  expect(provenance.command).toContain(' --live --real-disk ')
  expect(await readdir(scratch.path('tmp'))).toEqual([])
})

test('Ctrl-C stops a live run and writes what there is: exit 130', async () => {
  const file = await scratch.write('t.json', topologyFile({ run: { durationMs: 600_000, warmupMs: 0 } }))
  const report = scratch.path('report.json')
  const { child, finished } = start(['run', file, '--live', '--report', report])
  await new Promise((resolve) => setTimeout(resolve, 2500))
  child.kill('SIGINT')
  const { code, stderr } = await finished
  expect(code).toBe(130)
  expect(stderr).toBe(
    `Stopping; what there is so far will be written to ${report}. Ctrl-C again ends at once.\n`,
  )
  const written = reportOf(await readFile(report, 'utf8'))
  expect(written.stoppedEarly).toContain('stopped by hand')
  expect(written.operations.ok).toBeGreaterThan(50)
  // What was done is told of the time in which it was done.
  expect(written.durationMs).toBeGreaterThan(200)
  expect(written.durationMs).toBeLessThan(60_000)
  expect(written.throughput.okPerS).toBeGreaterThan(5)
})
