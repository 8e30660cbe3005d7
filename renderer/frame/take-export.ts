import type { ExportAnswer } from '../../shared/ipc/contract.ts'
import { sentenceOf } from '../api/index.ts'
import { useUi } from '../stores/ui.ts'

/** Asks for a file and brings it to the user: as a download where the platform has no dialogs. */
export async function takeExport(ask: () => Promise<ExportAnswer>): Promise<void> {
  const ui = useUi()
  try {
    const answer = await ask()
    if (answer.outcome === 'download') {
      const link = document.createElement('a')
      link.href = answer.url
      link.download = answer.name
      link.click()
    } else if (answer.outcome === 'saved') ui.notify(`Saved as ${answer.where}.`)
    else if (answer.outcome === 'refused') ui.notify(answer.sentence, 'error')
  } catch (error) {
    ui.notify(sentenceOf(error), 'error')
  }
}
