import type { BroughtRun, Comparison } from '../../shared/report/compare/document.ts'
import type { Views } from './view-files.ts'

export interface ComparedHere {
  comparison: Comparison
  runs: readonly BroughtRun[]
}

/** A view of a comparison, by the ending of its file. The HTML view brings the charts along. */
export const COMPARISON_VIEWS: Views<ComparedHere> = {
  '.json': async () => {
    const { jsonComparison } = await import('../../shared/report/compare/views/json.ts')
    return ({ comparison }) => jsonComparison(comparison)
  },
  '.csv': async () => {
    const { csvComparison } = await import('../../shared/report/compare/views/csv.ts')
    return ({ comparison }) => csvComparison(comparison)
  },
  '.md': async () => {
    const { markdownComparison } = await import('../../shared/report/compare/views/markdown.ts')
    return ({ comparison, runs }) => markdownComparison(comparison, runs)
  },
  '.html': async () => {
    const [{ htmlComparison }, { drawNamedLines }] = await Promise.all([
      import('../../shared/report/compare/views/html.ts'),
      import('./draw-chart.ts'),
    ])
    return ({ comparison, runs }) => htmlComparison(comparison, runs, drawNamedLines)
  },
}
