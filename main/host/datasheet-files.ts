import type { Datasheet } from '../../shared/report/datasheet/index.ts'
import { obstacleToViews, writeViews, type Views } from './view-files.ts'

/** A view of a datasheet, by the ending of its file. The HTML view brings the charts along. */
const VIEWS: Views<Datasheet> = {
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

/** Why these files cannot be written, as a sentence, or null. To be asked before the battery runs; `input` must survive. */
export function obstacleToDatasheets(targets: readonly string[], input: string): Promise<string | null> {
  return obstacleToViews(targets, VIEWS, { what: 'a datasheet', input: 'the topology file', inputs: [input] })
}

/** Writes the views of a datasheet, each whole or not at all. Throws a WriteError at the first that cannot be written. */
export function writeDatasheets(targets: readonly string[], sheet: Datasheet): Promise<void> {
  return writeViews(targets, VIEWS, sheet)
}
