import { sentenceOf } from '../api/index.ts'
import { useUi } from '../stores/ui.ts'
import { ask } from './ask.ts'

/** Asks whether something that is kept may go, and has it go: `sentence` says what is lost with it. */
export async function askToDelete(
  noun: string,
  sentence: string,
  remove: () => Promise<unknown>,
): Promise<void> {
  const answer = await ask({
    title: `Delete this ${noun}?`,
    sentence: `${sentence} The topology file stays.`,
    answers: [{ value: 'delete', label: 'Delete', variant: 'danger' }],
  })
  if (answer !== null) await tell(remove())
}

/** Asks for another name of something that is kept, and gives it that. */
export async function askToRename(
  noun: string,
  suggestion: string,
  rename: (name: string) => Promise<unknown>,
): Promise<void> {
  const answer = await ask({
    title: `Rename ${noun}`,
    sentence: 'The name is for the list alone; the topology keeps its own.',
    answers: [{ value: 'rename', label: 'Rename', variant: 'primary' }],
    name: { label: 'Name', suggestion },
  })
  if (answer !== null && answer.name !== '') await tell(rename(answer.name))
}

async function tell(done: Promise<unknown>): Promise<void> {
  await done.catch((error: unknown) => useUi().notify(sentenceOf(error), 'error'))
}
