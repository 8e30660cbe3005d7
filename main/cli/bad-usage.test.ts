import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { runHere, runProgram } from '../testing/program.ts'

/** Some file that exists, whatever is in it: usage is judged first. */
const FILE = fileURLToPath(new URL('../../presets/index.json', import.meta.url))

describe('bad usage: exit 64, one sentence, nothing on stdout', () => {
  test.each([
    [['rnu', 'riak'], 'There is no command "rnu". Did you mean "run"?'],
    [['--jsn'], 'There is no flag --jsn here.'],
    [['run'], 'FILE is missing.'],
    [['run', 'riak', 'riak'], '"riak" is one argument too many.'],
    [['run', 'riak', '--sede', '1'], 'There is no flag --sede. Did you mean "--seed"?'],
    [['run', 'riak', '--seed', 'x'], '--seed must be a whole number'],
    [['run', 'riak', '--seed=-1'], '--seed must be a whole number'],
    [['run', 'riak', '--seed', '9007199254740992'], '--seed must be a whole number'],
    [['run', 'riak', '--duration', '0'], '--duration must be a number of ms'],
    [['run', 'riak', '--duration', '1e9'], '--duration must be a number of ms'],
    [['run', 'riak', '--duration', '86400001'], '--duration must be a number of ms'],
    [['run', 'riak', '--real-disk'], '--real-disk is for live runs: give --live too.'],
    [['run', 'riak', '--report', 'x.pdf'], 'x.pdf: a report ends in .json, .csv, .md, .html.'],
    [['run', 'riak', '--report', 'report'], 'report: a report ends in'],
    [['run', 'riak', '--history', 'x.json'], 'x.json: a history ends in .jsonl.'],
    [['run', 'riak', '--report', 'none/x.md'], 'does not exist.'],
    [['run', 'riak', '--report', 'x.md', '--report', './x.md'], './x.md: this is another output already.'],
    [['run', FILE, '--report', FILE], 'this is the topology file itself.'],
    [['predict', 'riak', '--trials', '0'], '--trials must be a whole number from 1'],
    [['presets', 'raik'], 'There is no preset "raik". Did you mean "riak"?'],
    [['check', FILE, '-g', 'linear'], 'There is no guarantee "linear". Did you mean "linearizable"?'],
    [['check', FILE, '-g', 'k-atomic:0'], 'k-atomic cannot be asked with "0": k-atomic:3 is of 3 versions'],
    [['check', FILE, '-g', 'causal:3'], 'There is no guarantee "causal:3". Did you mean "causal"?'],
    [['validate'], 'FILE is missing.'],
    [['help', 'nothing'], 'There is no command "nothing"'],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await runHere(args)
    expect(stderr).toContain(sentence)
    expect(stderr).toMatch(/^replica-lab: [^\n]+\nSee: replica-lab( [a-z]+)? --help\n$/)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
  })
})

describe('help: exit 0, on stdout', () => {
  test.each([
    [[], 'usage: replica-lab COMMAND'],
    [['--help'], 'usage: replica-lab COMMAND'],
    [['help'], 'usage: replica-lab COMMAND'],
    [['help', 'run'], 'usage: replica-lab run FILE [flags]'],
    [['run', '--help'], 'usage: replica-lab run FILE [flags]'],
    [['predict', '-h'], 'usage: replica-lab predict FILE [flags]'],
    [['validate', '--help'], 'usage: replica-lab validate FILE [flags]'],
    [['presets', '--help'], 'usage: replica-lab presets [NAME] [flags]'],
    [['--version'], 'replica-lab 0.'],
  ])('%j', async (args, text) => {
    const { code, stdout, stderr } = await runHere(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(text)
  })
})

test('the built program says the same with its exit code', async () => {
  const [wrong, alone] = await Promise.all([runProgram(['rnu']), runProgram([])])
  expect(wrong).toMatchObject({ code: 64, stdout: '', stderr: (await runHere(['rnu'])).stderr })
  expect(alone).toMatchObject({ code: 0, stdout: (await runHere([])).stdout, stderr: '' })
})
