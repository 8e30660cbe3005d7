import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { runProgram } from '../testing/program.ts'

/**
 * What the guide shows is what the program prints; how long a run took is all that may differ. Of a live run, which
 * never goes the same way twice, all figures may.
 */
const guide = await readFile(new URL('../../docs/guide.md', import.meta.url), 'utf8')
const blocks = [
  ...guide.matchAll(/```console\n\$ replica-lab ((?:run|predict|compare|sweep) [^\n]*)\n([\s\S]*?)```/g),
]
const lines = (text: string, isLive: boolean) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ in [\d.]+ m?s,/, ' in …,'))
    .map((line) => (isLive ? line.replace(/\b[\d,.]+\b/g, '#').replace(/ +/g, ' ') : line))

test('the guide shows runs, a live one among them, a prediction, a comparison and a sweep', () => {
  expect(blocks.map(([, command]) => command.replace(/ \S*(?<!--live)(?= |$)/g, ''))).toEqual([
    'run',
    'run --live',
    'run',
    'predict',
    'compare',
    'sweep',
  ])
})

describe.each(blocks.map(([, command, shown]) => [command, shown] as const))(
  'replica-lab %s',
  (command, shown) => {
    test('prints what the guide shows', async () => {
      const { stdout } = await runProgram(command.split(' '))
      const isLive = command.includes('--live')
      const expected = lines(shown, isLive).filter((line) => line !== '…')
      expect(lines(stdout, isLive).slice(0, expected.length)).toEqual(expected)
    })
  },
)
