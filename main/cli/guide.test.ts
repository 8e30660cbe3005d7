import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { runProgram } from '../testing/program.ts'

/** What the guide shows is what the program prints; how long a run took is all that may differ. */
const guide = await readFile(new URL('../../docs/guide.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/```console\n\$ replica-lab ((?:run|predict) [^\n]*)\n([\s\S]*?)```/g)]
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ in [\d.]+ m?s,/, ' in …,'))

test('the guide shows a run and a prediction', () => {
  expect(blocks.map(([, command]) => command.split(' ')[0])).toEqual(['run', 'predict'])
})

describe.each(blocks.map(([, command, shown]) => [command, shown] as const))(
  'replica-lab %s',
  (command, shown) => {
    test('prints what the guide shows', async () => {
      const { stdout } = await runProgram(command.split(' '))
      const expected = lines(shown).filter((line) => line !== '…')
      expect(lines(stdout).slice(0, expected.length)).toEqual(expected)
    })
  },
)
