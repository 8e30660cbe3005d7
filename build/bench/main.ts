import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { readFlags } from '../read-flags.ts'
import { reached } from './figure.ts'
import type { BenchContext, Figure, Report } from './figure.ts'
import { suites } from './suites/index.ts'

const context: BenchContext = {
  engines: new URL('./main/', import.meta.url),
  benchThread: new URL('./bench-thread.mjs', import.meta.url),
  checkerChild: new URL('./checker-child.mjs', import.meta.url),
  program: fileURLToPath(new URL('./main/cli.mjs', import.meta.url)),
}

const FLAGS = {
  allowPositionals: true,
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
} as const
const USAGE = [
  'usage: npm run bench -- [SUITE…] [--json] [--quick]\n',
  ...suites.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}\n`),
].join('')

/** `npm run bench -- [SUITE…] [--json] [--quick]`: every figure with its reference, measured here and now. */
async function main(): Promise<void> {
  const { values, positionals } = readFlags(FLAGS, USAGE)
  const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name))
  if (values.help || unknown.length > 0) {
    for (const name of unknown) process.stderr.write(`no suite is called ${name}\n`)
    process.stderr.write(USAGE)
    process.exitCode = unknown.length > 0 ? 64 : 0
    return
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
  const figures: Figure[] = []
  if (!values.json) process.stdout.write(`${machine}${values.quick ? ' (quick: not for publication)' : ''}\n`)
  for (const suite of suites) {
    if (positionals.length > 0 && !positionals.includes(suite.name)) continue
    if (!values.json) process.stdout.write(`\n${suite.name}: ${suite.summary}\n`)
    const report: Report = (figure) => {
      const complete = { suite: suite.name, ...figure }
      figures.push(complete)
      if (!values.json) process.stdout.write(`${line(complete)}\n`)
      else process.stderr.write(`${suite.name}: ${figure.name}\n`)
    }
    await suite.run(values.quick ?? false, report, context)
  }
  if (values.json) {
    const rows = figures.map((figure) => ({ ...figure, reached: reached(figure) }))
    process.stdout.write(
      `${JSON.stringify({ format: 'replica-lab/bench@1', machine, quick: values.quick ?? false, figures: rows }, null, 2)}\n`,
    )
  }
}

function line(figure: Figure): string {
  const { name, value, unit, reference, ratio, goal, note } = figure
  const parts = [`  ${name.padEnd(52)} ${number(value).padStart(9)} ${unit.padEnd(8)}`]
  if (ratio !== undefined && reference !== undefined) {
    parts.push(`${ratio.toFixed(2)}× ${reference.name} (${number(reference.value)}, ${reference.measured})`)
  }
  const mark = reached(figure)
  if (mark !== null) parts.push(`${mark ? 'reached' : 'MISSED'}: goal ${goalText(goal)}`)
  if (note !== undefined) parts.push(note)
  return parts.join('  ')
}

function goalText(goal: Figure['goal']): string {
  if (goal?.ratio !== undefined) return `${goal.ratio}×`
  return `${goal?.atMost ? '≤ ' : '≥ '}${number(goal?.value ?? 0)}`
}

function number(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(3)).toString()
}

await main()
