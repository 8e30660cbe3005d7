import type { ExportFormat } from '../../shared/ipc/contract.ts'

/** What a report is exported as. */
export const EXPORT_WORDS: Readonly<Record<ExportFormat, string>> = {
  html: 'Page with charts (HTML)',
  pdf: 'Document (PDF)',
  csv: 'Tables (CSV)',
  json: 'Everything, for programs (JSON)',
  md: 'Text (Markdown)',
  'history.jsonl': 'Operations, one per line (JSONL)',
  'topology.json': 'The topology that ran (JSON)',
}
