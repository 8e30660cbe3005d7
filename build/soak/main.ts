import { readFlags } from '../read-flags.ts'
import { registry } from '../../shared/protocols/registry.ts'
import type { AnyProtocol } from '../../shared/protocols/contract.ts'
import { soak } from '../../shared/testing/soak.ts'
import { CHECKERS_HEADER, checkersLine, crossCheckNames, soakCheckers } from './checkers.ts'
import { mib } from './leftovers.ts'
import { liveSoak, type LiveSoakOptions, type LiveSoakResult } from './live.ts'

const USAGE = `usage: npm run soak -- [--protocol P] [--seeds A..B] [--json]
       npm run soak -- --live [--protocol P] [--runs N] [--seed-from N] [--grace MS] [--json]
       npm run soak -- --checkers [--guarantee NAME] [--histories N] [--seed-from N] [--json]
protocols: ${[...registry.keys()].join(', ')}
`

/**
 * Random topologies under random faults, drawn from seeds: in checked mode on the simulator, or as live runs in a row,
 * which are watched for what they leave behind. Or random histories, judged by the checkers and by brute force. Exit
 * code 1 where something was violated.
 */
async function main(): Promise<number> {
  const config = {
    options: {
      protocol: { type: 'string' },
      seeds: { type: 'string' },
      live: { type: 'boolean' },
      runs: { type: 'string' },
      'seed-from': { type: 'string' },
      grace: { type: 'string' },
      checkers: { type: 'boolean' },
      guarantee: { type: 'string' },
      histories: { type: 'string' },
      json: { type: 'boolean' },
    },
  } as const
  const { values } = readFlags(config, USAGE)
  const json = values.json ?? false
  if (values.checkers === true) {
    const names = crossCheckNames(values.guarantee)
    const [histories, seedFrom] = [values.histories ?? '20000', values['seed-from'] ?? '1'].map(wholeNumber)
    if (names.length > 0 && histories !== null && seedFrom !== null)
      return checkersAgree(names, histories, seedFrom, json)
  } else if (values.live === true) {
    const { runs = '200', 'seed-from': from = '1', grace = '1000', protocol = 'all' } = values
    const [runCount, seedFrom, graceMs] = [runs, from, grace].map(wholeNumber)
    const protocols = [...registry.values()].filter(({ manifest }) => [manifest.id, 'all'].includes(protocol))
    const isUsable = protocols.length > 0 && values.seeds === undefined
    if (runCount !== null && seedFrom !== null && graceMs !== null && isUsable) {
      return soakLive({ protocols, runs: runCount, seedFrom, graceMs }, json)
    }
  } else {
    const range = /^(\d+)(?:\.\.(\d+))?$/.exec(values.seeds ?? '1..100')
    const protocol = registry.get(values.protocol ?? 'leaderless')
    if (range !== null && protocol !== undefined) {
      return soakSimulated(protocol, Number(range[1]), Number(range[2] ?? range[1]), json)
    }
  }
  process.stderr.write(USAGE)
  return 64
}

function checkersAgree(names: readonly string[], histories: number, seedFrom: number, json: boolean): number {
  if (!json) process.stdout.write(CHECKERS_HEADER)
  const rows = soakCheckers({
    names,
    histories,
    seedFrom,
    onDone: (row) => {
      if (!json) process.stdout.write(checkersLine(row))
    },
  })
  if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
  else for (const command of rows.flatMap(({ reproduce }) => reproduce)) process.stdout.write(`${command}\n`)
  return rows.every(({ wrong }) => wrong.length === 0) ? 0 : 1
}

function wholeNumber(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}

function soakSimulated(protocol: AnyProtocol, first: number, last: number, json: boolean): number {
  const { id } = protocol.manifest
  const total = { runs: 0, refused: 0, operations: 0, simulatedHours: 0 }
  const faults: Record<string, number> = {}
  const violations: { seed: number; violation: string; reproduce: string }[] = []
  const counter = new Counter(last - first + 1)
  for (let seed = first; seed <= last; seed++) {
    const result = soak(protocol, seed)
    if (result.refused !== null) total.refused++
    else total.runs++
    total.operations += result.operations
    total.simulatedHours += result.virtualMs / 3_600_000
    for (const [kind, count] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + count
    for (const violation of result.violations) {
      const reproduce = `npm run soak -- --protocol ${id} --seeds ${seed}..${seed}`
      violations.push({ seed, violation, reproduce })
    }
    counter.next(seed, result.violations)
  }
  counter.end()
  if (json) {
    process.stdout.write(`${JSON.stringify({ protocol: id, ...total, faults, violations }, null, 2)}\n`)
  } else {
    process.stdout.write(
      `${id}, seeds ${first}..${last}: ${total.runs} runs (${total.refused} random files refused by the strategy's checks), ` +
        `${count(total.operations)} operations, ${total.simulatedHours.toFixed(2)} simulated hours\n` +
        `faults that struck: ${struck(faults)}\n${violationText(violations)}`,
    )
  }
  return violations.length === 0 ? 0 : 1
}

async function soakLive(options: Omit<LiveSoakOptions, 'threads' | 'onRun'>, json: boolean): Promise<number> {
  const { protocols, seedFrom } = options
  const counter = new Counter(options.runs)
  const threads = {
    engines: new URL('./main/', import.meta.url),
    simulation: new URL('./main/simulation-thread.mjs', import.meta.url),
    analysis: new URL('./main/analysis-thread.mjs', import.meta.url),
  }
  const onRun = (seed: number, violations: readonly string[]) => counter.next(seed, violations)
  const result = await liveSoak({ ...options, threads, onRun })
  counter.end()
  const ids = protocols.map(({ manifest }) => manifest.id)
  if (json) process.stdout.write(`${JSON.stringify({ protocols: ids, seedFrom, ...result }, null, 2)}\n`)
  else process.stdout.write(liveText(ids, seedFrom, result))
  return result.violations.length === 0 ? 0 : 1
}

function liveText(ids: readonly string[], seedFrom: number, result: LiveSoakResult): string {
  const { memory, latestEndMs } = result
  return [
    `live, ${ids.join(', ')}, from seed ${seedFrom}: ${result.runs} runs (${result.refused} refused), ` +
      `${count(result.threads)} threads, ${count(result.operations)} operations, ${count(result.messages)} messages`,
    `faults that struck: ${struck(result.faults)}; ${result.realDisks} runs with real disks`,
    `the latest end was ${Math.round(latestEndMs)} ms after the planned one; ${result.faithful} runs were faithful`,
    ...(result.unaccounted === 0 ? [] : [`messages could not be counted in ${result.unaccounted} runs`]),
    ...(memory === null
      ? []
      : [
          `memory: ${mib(memory.before)} after the first run, ${mib(memory.after)} after the last: ${result.growth}`,
        ]),
    violationText(result.violations),
  ].join('\n')
}

function struck(faults: Readonly<Record<string, number>>): string {
  const each = Object.entries(faults).map(([kind, times]) => `${kind} ${times}`)
  return each.join(', ') || 'none'
}

function violationText(
  violations: readonly { seed: number; violation: string; reproduce: string }[],
): string {
  const each = violations.map(
    ({ seed, violation, reproduce }) => `seed ${seed}: ${violation}\n  ${reproduce}\n`,
  )
  return `violations: ${violations.length}\n${each.join('')}`
}

function count(number: number): string {
  return number.toLocaleString('en')
}

/** Tells on stderr how far a soak has come, and what it found as soon as it does. */
class Counter {
  readonly #total: number
  #done = 0
  #violations = 0
  #shownMs = 0

  constructor(total: number) {
    this.#total = total
  }

  next(seed: number, violations: readonly string[]): void {
    this.#done++
    this.#violations += violations.length
    const clear = process.stderr.isTTY ? '\r\x1b[K' : ''
    for (const violation of violations) process.stderr.write(`${clear}seed ${seed}: ${violation}\n`)
    if (!process.stderr.isTTY || performance.now() - this.#shownMs < 200) return
    this.#shownMs = performance.now()
    process.stderr.write(`\r${this.#done} of ${this.#total}, ${this.#violations} violations `)
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\n')
  }
}

process.exitCode = await main()
