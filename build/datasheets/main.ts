import { readFlags } from '../read-flags.ts'
import { writeFileSync } from 'node:fs'
import { strategies } from '../../shared/protocols/registry.ts'
import { pacelcText } from '../../shared/report/datasheet/index.ts'
import { parseTopology } from '../../shared/topology/parse.ts'
import { runDatasheet } from '../../main/host/datasheet.ts'
import { Lab } from '../../main/host/lab.ts'
import { presets } from '../../main/host/presets.ts'
import { datasheetsPage, type PresetSheet } from './page.ts'

const USAGE = `usage: npm run datasheets [-- PRESET…] [-- --json]
Without a preset: measures all, and writes docs/datasheets.md.
`
const PAGE = 'docs/datasheets.md'
const SEED = 1

/** Measures presets one after the other; each takes all cores. */
async function main(): Promise<number> {
  const flags = { allowPositionals: true, options: { json: { type: 'boolean' } } } as const
  const { values, positionals } = readFlags(flags, USAGE)
  const unknown = positionals.filter((id) => !presets.has(id))
  if (unknown.length > 0) {
    process.stderr.write(`There is no preset ${unknown.join(', ')}.\n${USAGE}`)
    return 64
  }
  const ids = positionals.length > 0 ? positionals : [...presets.keys()]
  const lab = new Lab(threads())
  const sheets: PresetSheet[] = []
  try {
    for (const id of ids) sheets.push(await measured(lab, id))
  } finally {
    await lab.dispose()
  }
  if (values.json === true) process.stdout.write(`${JSON.stringify(sheets, null, 2)}\n`)
  if (positionals.length === 0) writeFileSync(PAGE, datasheetsPage(sheets))
  return 0
}

async function measured(lab: Lab, id: string): Promise<PresetSheet> {
  const preset = presets.get(id)
  const parsed = parseTopology(preset?.text ?? '', strategies)
  if (preset === undefined || !parsed.ok) throw new Error(`the preset ${id} cannot be read`)
  const startedMs = performance.now()
  const command = `replica-lab datasheet ${id} --quick --seed ${SEED}`
  const sheet = await runDatasheet(lab, parsed.value, { seed: SEED, isQuick: true, command })
  const { cap } = sheet.pacelc
  const differs = cap === preset.cap ? '' : `, stated as ${preset.cap}`
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  process.stderr.write(`${id}: ${cap}, ${pacelcText(sheet)}${differs} (${seconds} s)\n`)
  return { id, stated: preset.cap, sheet }
}

function threads() {
  return {
    engines: new URL('./main/', import.meta.url),
    simulation: new URL('./main/simulation-thread.mjs', import.meta.url),
    analysis: new URL('./main/analysis-thread.mjs', import.meta.url),
  }
}

process.exitCode = await main()
