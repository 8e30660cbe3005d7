import { strategies } from '../../../shared/protocols/registry.ts'
import {
  contentionSentence,
  convergenceSentence,
  pacelcText,
  probesSentence,
  sheetTables,
  type Datasheet,
  type SheetTable,
} from '../../../shared/report/datasheet/index.ts'
import { jsonDatasheet } from '../../../shared/report/datasheet/views/json.ts'
import { listed } from '../../../shared/base/listed.ts'
import { formatMs } from '../../../shared/report/numbers.ts'
import { runDatasheet } from '../../host/datasheet.ts'
import { obstacleToDatasheets, writeDatasheets } from '../../host/datasheet-files.ts'
import { readTopology } from '../../host/files.ts'
import { Lab } from '../../host/lab.ts'
import {
  integerOf,
  refuseInput,
  UsageError,
  type Arguments,
  type Program,
  type Terminal,
} from '../command.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { ProgressBar } from '../progress.ts'
import { shellWord } from '../../host/shell-word.ts'
import { StopSignals } from '../stop-signals.ts'
import { plain, tableText, type Cell } from '../table.ts'

/** `replica-lab datasheet FILE`. */
export async function run(args: Arguments, terminal: Terminal, program: Program): Promise<ExitCode> {
  const [file] = args.operands
  const seed = integerOf(args, 'seed', 0, Number.MAX_SAFE_INTEGER)
  const targets = args.values('report')
  const obstacle = await obstacleToDatasheets(targets, file)
  if (obstacle !== null) throw new UsageError(obstacle)
  const topology = await readTopology(file, strategies)
  if (!topology.ok) return refuseInput(file, topology.error, args.has('json'), terminal)
  const isQuiet = args.has('quiet')
  const bar = terminal.isWatched && !isQuiet ? new ProgressBar(terminal, 'probing') : null
  const signals = new StopSignals(() => bar?.clear())
  const lab = new Lab(program.threads)
  let sheet: Datasheet
  try {
    sheet = await runDatasheet(lab, topology.value, {
      ...(seed === undefined ? {} : { seed }),
      isQuick: args.has('quick'),
      command: commandOf(file, args),
      onProgress: (share) => bar?.update(share),
      signal: signals.signal,
    })
  } catch (error) {
    if (signals.received === null) throw error
    if (!isQuiet) terminal.err('Stopped; a datasheet takes the whole battery, so nothing was written.\n')
    return signals.received === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
  } finally {
    bar?.clear()
    signals.release()
    await lab.dispose()
  }
  await writeDatasheets(targets, sheet)
  if (args.has('json')) terminal.out(jsonDatasheet(sheet))
  else if (!isQuiet) terminal.out(datasheetText(sheet, targets))
  return EXIT.ok
}

/** The command that makes the datasheet again. */
function commandOf(file: string, args: Arguments): string {
  const seed = args.value('seed')
  const rest = [...(seed === null ? [] : ['--seed', seed]), ...(args.has('quick') ? ['--quick'] : [])]
  return ['replica-lab', 'datasheet', file, ...rest].map(shellWord).join(' ')
}

function datasheetText(sheet: Datasheet, written: readonly string[]): string {
  const { pacelc, saturation, rebalancing, topology, provenance } = sheet
  return [
    `${plain(topology.name)}\n${pacelc.cap}, ${pacelcText(sheet)}. ${plain(`${pacelc.evidence.partition} ${pacelc.evidence.else}`)}\n`,
    ...sheetTables(sheet).map(tablePart),
    [contentionSentence(sheet), convergenceSentence(sheet), saturation.sentence, rebalancing.sentence]
      .map((sentence) => `${plain(sentence)}\n`)
      .join(''),
    `${probesSentence(sheet)} It took ${formatMs(provenance.wallMs)}.\n`,
    ...(written.length === 0 ? [] : [`Written: ${plain(listed(written))}\n`]),
  ].join('\n')
}

/** Longer texts are in the reports. */
const CELL_CHARS_MAX = 60

function tablePart({ title, columns, rows }: SheetTable): string {
  const cell = (value: string, at: number): Cell => {
    const text = value.length > CELL_CHARS_MAX ? `${value.slice(0, CELL_CHARS_MAX - 1)}…` : value
    return columns[at].numeric === true ? { right: text } : text
  }
  const head = columns.map((column, at) => cell(column.title, at))
  return `${title}\n${tableText([head, ...rows.map((row) => row.map(cell))], '  ')}`
}
