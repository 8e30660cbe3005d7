import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { MessageBody, OpName, Protocol } from '../protocols/contract.ts'
import { Driver } from './driver.ts'
import type { DriverSetup, Sent } from './driver.ts'

/**
 * Golden transcripts: `testdata/*.txt` hold scenarios, one command per line, and below each command what the machines
 * did. UPDATE_GOLDEN=1 writes them anew; only commit a change that you can explain.
 *
 *   # comment
 *   setup {"params": {…}, …}     a fresh cluster (see DriverSetup); resets everything
 *   request PLACE f key=… value=… count=… expected=… session=…
 *   deliver|drop [kind] [from=…] [to=…]     without conditions: everything
 *   fire PLACE timer · advance MS · crash PLACE · boot PLACE · flush PLACE
 *
 * A protocol may add commands of its own, and shorten what is printed.
 */
export interface Dialect<S, M extends MessageBody, P, D> {
  protocol: Protocol<S, M, P, D>
  /** Parameters of every setup that says nothing else. */
  params: NonNullable<DriverSetup['params']>
  commands: Readonly<Record<string, (driver: Driver<S, M, P, D>, words: readonly string[]) => void>>
  shorten: (line: string) => string
}

export function testTranscripts<S, M extends MessageBody, P, D>(
  folder: string,
  dialect: Dialect<S, M, P, D>,
): void {
  describe('golden transcripts', () => {
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.txt')) : []
    test('there are some', () => expect(names.length).toBeGreaterThan(0))

    test.each(names.sort())('%s', (name) => {
      const path = join(folder, name)
      const before = readFileSync(path, 'utf8')
      const after = run(before, dialect)
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, after)
      else expect(after).toBe(before)
    })
  })
}

function run<S, M extends MessageBody, P, D>(scenario: string, dialect: Dialect<S, M, P, D>): string {
  let driver: Driver<S, M, P, D> | null = null
  const lines: string[] = []
  for (const line of scenario.split('\n')) {
    if (line.startsWith('    ')) continue
    lines.push(line)
    if (line === '' || line.startsWith('#')) continue
    const [command, ...words] = line.split(' ')
    if (command === 'setup') {
      const setup = JSON.parse(words.join(' ')) as DriverSetup
      driver = new Driver(dialect.protocol, { ...setup, params: { ...dialect.params, ...setup.params } })
      driver.log.length = 0
      continue
    }
    if (driver === null) throw new Error(`no setup before "${line}"`)
    perform(driver, command, words, dialect)
    lines.push(...driver.log.splice(0).map((entry) => `    ${dialect.shorten(entry)}`))
  }
  return lines.join('\n')
}

function perform<S, M extends MessageBody, P, D>(
  driver: Driver<S, M, P, D>,
  command: string,
  words: readonly string[],
  { commands, protocol }: Dialect<S, M, P, D>,
): void {
  const own = commands[command]
  if (own !== undefined) {
    own(driver, words)
    return
  }
  const fields = fieldsOf(words)
  const number = (name: string) => Number(fields[name] ?? 0)
  const kind = words.find((word) => !word.includes('='))
  const matches = ({ from, to, body }: Sent<M>) =>
    (kind === undefined || body.kind === `${protocol.manifest.id}.${kind}`) &&
    (fields['from'] === undefined || from === placeOf(driver, fields['from'])) &&
    (fields['to'] === undefined || to === placeOf(driver, fields['to']))
  switch (command) {
    case 'request': {
      const f = words[1] as OpName
      const numbers = { key: number('key'), value: number('value'), count: number('count') }
      const request = { f, ...numbers, expected: number('expected') }
      driver.request(placeOf(driver, words[0]), request, number('session'))
      break
    }
    case 'deliver':
      driver.deliver(matches)
      break
    case 'drop':
      driver.log.push(`${driver.drop(matches)} lost`)
      break
    case 'fire':
      driver.fire(placeOf(driver, words[0]), words[1])
      break
    case 'advance':
      driver.advance(Number(words[0]))
      break
    case 'crash':
      driver.crash(placeOf(driver, words[0]))
      break
    case 'boot':
      driver.boot(placeOf(driver, words[0]))
      break
    case 'flush':
      driver.flush(placeOf(driver, words[0]))
      break
    default:
      throw new Error(`no command "${command}"`)
  }
}

/** `name=value` words, by name. */
export function fieldsOf(words: readonly string[]): Partial<Record<string, string>> {
  const fields: Partial<Record<string, string>> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    if (at > 0) fields[word.slice(0, at)] = word.slice(at + 1)
  }
  return fields
}

/** The place of a name such as r0; throws where there is none. */
export function placeOf(
  driver: { places: Driver<unknown, MessageBody, unknown, unknown>['places'] },
  name: string,
): number {
  const place = driver.places.find((candidate) => candidate.name === name)
  if (place === undefined) throw new Error(`no place "${name}"`)
  return place.id
}
