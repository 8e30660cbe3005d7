import path from 'node:path'

/** Files among the arguments of a start: what the system adds when somebody double-clicks a topology. */
export function filesIn(args: readonly string[], folder: string): string[] {
  return args
    .filter((each) => !each.startsWith('-') && /\.json$/i.test(each))
    .map((each) => path.resolve(folder, each))
}
