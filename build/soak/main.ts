import { parseArgs } from 'node:util'
import { registry } from '../../shared/protocols/registry.ts'
import { soak } from '../../shared/testing/soak.ts'

/** `npm run soak -- --protocol P --seeds A..B [--json]`: random topologies under random faults, in checked mode. */
function main(): number {
  const { values } = parseArgs({
    options: { protocol: { type: 'string' }, seeds: { type: 'string' }, json: { type: 'boolean' } },
  })
  const range = /^(\d+)(?:\.\.(\d+))?$/.exec(values.seeds ?? '1..100')
  const protocol = registry.get(values.protocol ?? 'leaderless')
  if (range === null || protocol === undefined) {
    process.stderr.write('usage: npm run soak -- --protocol P --seeds A..B [--json]\n')
    process.stderr.write(`protocols: ${[...registry.keys()].join(', ')}\n`)
    return 64
  }
  const first = Number(range[1])
  const last = Number(range[2] ?? range[1])
  const id = protocol.manifest.id
  const total = { runs: 0, refused: 0, operations: 0, simulatedHours: 0 }
  const faults: Record<string, number> = {}
  const violations: { seed: number; violation: string; reproduce: string }[] = []
  let shown = 0
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
      process.stderr.write(`seed ${seed}: ${violation}\n  ${reproduce}\n`)
    }
    if (process.stderr.isTTY && Date.now() - shown > 200) {
      shown = Date.now()
      process.stderr.write(`\r${seed - first + 1} of ${last - first + 1}, ${violations.length} violations `)
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\n')
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ protocol: id, ...total, faults, violations }, null, 2)}\n`)
  } else {
    const struck = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`)
    process.stdout.write(
      `${id}, seeds ${first}..${last}: ${total.runs} runs (${total.refused} random files refused by the strategy's checks), ` +
        `${total.operations.toLocaleString('en')} operations, ${total.simulatedHours.toFixed(2)} simulated hours\n` +
        `faults that struck: ${struck.join(', ') || 'none'}\nviolations: ${violations.length}\n`,
    )
  }
  return violations.length === 0 ? 0 : 1
}

process.exitCode = main()
