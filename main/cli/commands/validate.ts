import { strategies } from '../../../shared/protocols/registry.ts'
import { listed } from '../../../shared/base/listed.ts'
import { countOf } from '../../../shared/report/numbers.ts'
import { warningsOf } from '../../../shared/topology/warnings.ts'
import { readTopology } from '../../host/files.ts'
import { refuseInput, type Arguments, type Terminal } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { plain } from '../table.ts'

/** `replica-lab validate FILE`. */
export async function run(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [file] = args.operands
  const topology = await readTopology(file, strategies)
  if (!topology.ok) return refuseInput(file, topology.error, args.has('json'), terminal)
  const warnings = warningsOf(topology.value, strategies)
  if (args.has('json')) {
    terminal.out(
      `${JSON.stringify({ problems: [], ...(warnings.length === 0 ? {} : { warnings }) }, null, 2)}\n`,
    )
    return EXIT.ok
  }
  for (const { path, sentence } of warnings) terminal.err(`${file}: ${path}: warning: ${plain(sentence)}\n`)
  const { name, regions, replicas, clients, replication } = topology.value
  const parts = [
    countOf(regions.length, 'region'),
    countOf(replicas.length, 'replica'),
    countOf(clients.length, 'client'),
  ]
  terminal.out(`${file} is valid: ${plain(name)} (${replication.strategy}, ${listed(parts)}).\n`)
  return EXIT.ok
}
