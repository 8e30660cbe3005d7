import path from 'node:path'
import { dialog, type BrowserWindow, type FileFilter } from 'electron'
import type { ExportFormat } from '../../shared/ipc/contract.ts'
import type { PlatformDialogs } from '../host/desk/types.ts'
import { printToPdf } from './print.ts'

const FILTERS: Readonly<Record<ExportFormat, FileFilter>> = {
  html: { name: 'Web page', extensions: ['html'] },
  pdf: { name: 'PDF document', extensions: ['pdf'] },
  csv: { name: 'Tables', extensions: ['csv'] },
  json: { name: 'Report as JSON', extensions: ['json'] },
  md: { name: 'Markdown', extensions: ['md'] },
  'history.jsonl': { name: 'History', extensions: ['jsonl'] },
  'topology.json': { name: 'Topology', extensions: ['json'] },
}

/** The platform's own dialogs, in front of the window where there is one. */
export function platformDialogs(window: () => BrowserWindow | null): PlatformDialogs {
  return {
    async openTopology() {
      const options = {
        title: 'Open a topology',
        properties: ['openFile' as const],
        filters: [FILTERS['topology.json'], { name: 'All files', extensions: ['*'] }],
      }
      const parent = window()
      const answer = await (parent === null
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(parent, options))
      return answer.canceled ? null : (answer.filePaths[0] ?? null)
    },
    async save({ name, folder, format }) {
      const options = {
        title: format === 'topology.json' ? 'Save topology' : 'Export report',
        defaultPath: folder === null ? name : path.join(folder, name),
        filters: [FILTERS[format]],
        properties: ['createDirectory' as const, 'showOverwriteConfirmation' as const],
      }
      const parent = window()
      const answer = await (parent === null
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(parent, options))
      return answer.canceled || answer.filePath === '' ? null : answer.filePath
    },
    printToPdf,
  }
}
