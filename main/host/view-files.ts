import path from 'node:path'
import { FileSet, obstacleTo, WriteError } from './write-atomic.ts'

/** Views of something, by the ending of their files: ".html". Loaded when asked for, for some bring a lot along. */
export type Views<Subject> = Readonly<Record<string, () => Promise<(subject: Subject) => string>>>

const endingOf = (target: string): string => path.extname(target).toLowerCase()

/**
 * Why these files cannot be written, as a sentence, or null. To be asked before the work begins. `what` is called what
 * they show ("a datasheet"); no input may be replaced, and `input` is what the first of them is called.
 */
export async function obstacleToViews(
  targets: readonly string[],
  views: Views<never>,
  { what, input, inputs }: { what: string; input: string; inputs: readonly string[] },
): Promise<string | null> {
  const taken = new Set(inputs.map((each) => path.resolve(each)))
  for (const target of targets) {
    if (views[endingOf(target)] === undefined) {
      return `${target}: ${what} ends in ${Object.keys(views).join(', ')}.`
    }
    const resolved = path.resolve(target)
    if (taken.has(resolved)) return `${target}: this is ${input} itself, or another output already.`
    taken.add(resolved)
    const obstacle = await obstacleTo(target)
    if (obstacle !== null) return obstacle
  }
  return null
}

/** Writes the views, each whole or not at all. Throws a WriteError at the first that cannot be written. */
export async function writeViews<Subject>(
  targets: readonly string[],
  views: Views<Subject>,
  subject: Subject,
): Promise<void> {
  for (const target of targets) {
    const files = new FileSet()
    try {
      await files.stage(target, (await views[endingOf(target)]())(subject))
      await files.commit()
    } finally {
      await files.discard()
    }
  }
}

/** The same; answers why one could not be written, or null, for whoever has more to say before that is told. */
export async function failureToWrite<Subject>(
  targets: readonly string[],
  views: Views<Subject>,
  subject: Subject,
): Promise<WriteError | null> {
  try {
    await writeViews(targets, views, subject)
    return null
  } catch (error) {
    if (error instanceof WriteError) return error
    throw error
  }
}
