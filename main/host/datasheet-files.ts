import path from 'node:path'
import type { Datasheet } from '../../shared/report/datasheet/index.ts'
import { FileSet, obstacleTo } from './write-atomic.ts'

/** A view of a datasheet, by the ending of its file. Loaded when asked for: the HTML view brings the charts along. */
const VIEWS: Readonly<Record<string, () => Promise<(sheet: Datasheet) => string>>> = {
  '.json': async () => (await import('../../shared/report/datasheet/views/json.ts')).jsonDatasheet,
  '.md': async () => (await import('../../shared/report/datasheet/views/markdown.ts')).markdownDatasheet,
  '.html': async () => {
    const [{ htmlDatasheet }, { drawChart }] = await Promise.all([
      import('../../shared/report/datasheet/views/html.ts'),
      import('./draw-chart.ts'),
    ])
    return (sheet) => htmlDatasheet(sheet, drawChart)
  },
}

/** The text of a view, by the ending of its files: ".html", ".md" or ".json". */
export async function datasheetView(ending: string, sheet: Datasheet): Promise<string> {
  return (await VIEWS[ending]())(sheet)
}

const endingOf = (target: string): string => path.extname(target).toLowerCase()

/** Why these files cannot be written, as a sentence, or null. To be asked before the battery runs; `input` must survive. */
export async function obstacleToDatasheets(
  targets: readonly string[],
  input: string,
): Promise<string | null> {
  const taken = new Set([path.resolve(input)])
  for (const target of targets) {
    if (VIEWS[endingOf(target)] === undefined) {
      return `${target}: a datasheet ends in ${Object.keys(VIEWS).join(', ')}.`
    }
    const resolved = path.resolve(target)
    if (taken.has(resolved)) return `${target}: this is the topology file itself, or another output already.`
    taken.add(resolved)
    const obstacle = await obstacleTo(target)
    if (obstacle !== null) return obstacle
  }
  return null
}

/** Writes the views of a datasheet, each whole or not at all. Throws a WriteError at the first that cannot be written. */
export async function writeDatasheets(targets: readonly string[], sheet: Datasheet): Promise<void> {
  for (const target of targets) {
    const files = new FileSet()
    try {
      await files.stage(target, await datasheetView(endingOf(target), sheet))
      await files.commit()
    } finally {
      await files.discard()
    }
  }
}
