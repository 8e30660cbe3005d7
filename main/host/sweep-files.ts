import type { Sweep } from '../../shared/report/sweep/types.ts'
import type { Views } from './view-files.ts'

const views = () => import('../../shared/report/sweep/views.ts')

/** A view of a sweep, by the ending of its file. */
export const SWEEP_VIEWS: Views<Sweep> = {
  '.json': async () => (await views()).jsonSweep,
  '.csv': async () => (await views()).csvSweep,
  '.md': async () => (await views()).markdownSweep,
  '.html': async () => {
    const [{ htmlSweep }, { drawNamedLines }] = await Promise.all([views(), import('./draw-chart.ts')])
    return (sweep) => htmlSweep(sweep, drawNamedLines)
  },
}

/** The text of a view, by the ending of its files: ".html", ".md", ".csv" or ".json". */
export async function sweepView(ending: string, sweep: Sweep): Promise<string> {
  return (await SWEEP_VIEWS[ending]())(sweep)
}
