import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Driver } from '../../testing/driver.ts'
import type { DriverSetup } from '../../testing/driver.ts'
import type { Sent } from '../../testing/driver.ts'
import { protocol } from './index.ts'
import type { Message } from './messages.ts'

/**
 * Golden transcripts: `testdata/*.txt` hold scenarios, one command per line, and below each command what the machines
 * did. UPDATE_GOLDEN=1 writes them anew; only commit a change that you can explain.
 *
 *   # comment
 *   setup {"params": {…}, …}        a fresh cluster (see DriverSetup); resets everything. Where it says nothing else,
 *                                 requests time out after a second and silence is suspected after half of one
 *   request PLACE f key=… value=… expected=… count=… session=…
 *   deliver|drop [kind] [from=…] [to=…]     without conditions: everything
 *   fire PLACE timer · advance MS · crash PLACE · boot PLACE · flush PLACE
 */

const FOLDER = join(import.meta.dirname, 'testdata')

type Cluster = ReturnType<typeof clusterOf>

function clusterOf(json: string) {
  const setup = JSON.parse(json) as DriverSetup
  return new Driver(protocol, {
    ...setup,
    params: { requestTimeoutMs: 1000, suspectAfterMs: 500, ...setup.params },
  })
}

function run(scenario: string): string {
  let cluster: Cluster | null = null
  const lines: string[] = []
  for (const line of scenario.split('\n')) {
    if (line.startsWith('    ')) continue
    lines.push(line)
    if (line === '' || line.startsWith('#')) continue
    const [command, ...words] = line.split(' ')
    if (command === 'setup') cluster = clusterOf(words.join(' '))
    else if (cluster === null) throw new Error(`no setup before "${line}"`)
    else perform(cluster, command, words)
    const log = cluster.log.splice(0)
    if (command !== 'setup') lines.push(...log.map((entry) => `    ${entry}`))
  }
  return lines.join('\n')
}

function perform(cluster: Cluster, command: string, words: readonly string[]): void {
  const fields: Partial<Record<string, string>> = {}
  for (const [name, value] of words.map((word) => word.split('='))) fields[name] = value
  const number = (name: string) => (fields[name] === undefined ? 0 : Number(fields[name]))
  const placeOf = (name: string) => {
    const place = cluster.places.find((candidate) => candidate.name === name)
    if (place === undefined) throw new Error(`no place "${name}"`)
    return place.id
  }
  const kind = words.find((word) => !word.includes('='))
  const matches = ({ from, to, body }: Sent<Message>) =>
    (kind === undefined || body.kind === `leaderless.${kind}`) &&
    (fields['from'] === undefined || from === placeOf(fields['from'])) &&
    (fields['to'] === undefined || to === placeOf(fields['to']))
  switch (command) {
    case 'request': {
      const f = words[1] as 'read'
      const request = {
        f,
        key: number('key'),
        value: number('value'),
        expected: number('expected'),
        count: number('count'),
      }
      cluster.request(placeOf(words[0]), request, number('session'))
      break
    }
    case 'deliver':
      cluster.deliver(matches)
      break
    case 'drop':
      cluster.log.push(`${cluster.drop(matches)} lost`)
      break
    case 'fire':
      cluster.fire(placeOf(words[0]), words[1])
      break
    case 'advance':
      cluster.advance(Number(words[0]))
      break
    case 'crash':
      cluster.crash(placeOf(words[0]))
      break
    case 'boot':
      cluster.boot(placeOf(words[0]))
      break
    case 'flush':
      cluster.flush(placeOf(words[0]))
      break
    default:
      throw new Error(`no command "${command}"`)
  }
}

describe('golden transcripts', () => {
  const names = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.txt')) : []
  test('there are some', () => expect(names.length).toBeGreaterThan(0))

  test.each(names.sort())('%s', (name) => {
    const path = join(FOLDER, name)
    const before = readFileSync(path, 'utf8')
    const after = run(before)
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, after)
    else expect(after).toBe(before)
  })
})
