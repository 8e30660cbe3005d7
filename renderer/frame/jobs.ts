import type { Problem } from '../../shared/topology/types.ts'
import { countOf } from '../../shared/report/numbers.ts'
import { sentenceOf } from '../api/index.ts'
import { useDocument } from '../stores/document.ts'
import { useUi } from '../stores/ui.ts'
import { showPanel } from './bottom-panels.ts'

/** How the lab answers who asks for something that takes minutes. */
type Started =
  { readonly jobId: string } | { readonly problems: readonly Problem[] } | { readonly refused: string }

/** Has something begun that is made of the open topology, and says why where it was not: "Not measured". */
export async function startJob(start: () => Promise<Started>, notDone: string): Promise<void> {
  const ui = useUi()
  useDocument().endGesture()
  try {
    const answer = await start()
    if ('refused' in answer) ui.notify(answer.refused, 'error')
    else if ('problems' in answer) {
      ui.notify(`${notDone}: the file has ${countOf(answer.problems.length, 'problem')}.`, 'error')
      showPanel('problems')
    }
  } catch (error) {
    ui.notify(sentenceOf(error), 'error')
  }
}

export async function stopJob(stop: () => Promise<unknown>): Promise<void> {
  await stop().catch((error: unknown) => useUi().notify(sentenceOf(error), 'error'))
}
