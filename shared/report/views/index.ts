export { csvReport, csvSeries, csvSummary } from './csv.ts'
export { htmlReport, type Draw } from './html/index.ts'
export { jsonReport } from './json.ts'
export { markdownReport } from './markdown.ts'
