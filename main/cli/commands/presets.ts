import { presets } from '../../host/presets.ts'
import { mendFor } from '../../../shared/topology/suggest.ts'
import { UsageError, type Arguments, type Terminal } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { tableText, type Cell } from '../table.ts'

/** `replica-lab presets [NAME]`. The file of a preset is a JSON document, so `--json` changes nothing with a NAME. */
export function run(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const id = args.operands.at(0)
  if (id !== undefined) {
    const preset = presets.get(id)
    if (preset === undefined) {
      throw new UsageError(`There is no preset "${id}".${mendFor(id, [...presets.keys()], 'preset')}`)
    }
    terminal.out(preset.text)
  } else if (args.has('json')) {
    const list = [...presets.values()].map(({ id, name, strategy, cap, summary }) => ({
      id,
      name,
      strategy,
      cap,
      summary,
    }))
    terminal.out(`${JSON.stringify(list, null, 2)}\n`)
  } else {
    const rows = [...presets.values()].map((preset): Cell[] => [
      preset.id,
      preset.strategy,
      preset.cap,
      preset.summary,
    ])
    terminal.out(tableText([['preset', 'strategy', 'CAP', 'summary'], ...rows]))
  }
  return Promise.resolve(EXIT.ok)
}
