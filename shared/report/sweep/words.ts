import { metricOf } from '../../topology/metric-names.ts'
import { figureText } from '../compare/comparison.ts'
import { countOf } from '../numbers.ts'
import type { Sweep, SweepFigure, Varied } from './types.ts'

/** What pages, Markdown and the terminal say of a sweep in the same words. */

/** "n = 3, r = 1" */
export function combinationWords(vary: readonly Varied[], set: readonly unknown[]): string {
  const names = shortPaths(vary)
  return set.map((value, i) => `${names[i]} = ${valueWords(value)}`).join(', ')
}

/** "eventual, r = 2": as short as it can be said in a picture, without settings that have one value. */
export function briefWords(vary: readonly Varied[], set: readonly unknown[]): string {
  const names = shortPaths(vary)
  return set
    .flatMap((value, i) => {
      if (vary[i].values.length < 2) return []
      return [typeof value === 'string' ? value : `${names[i]} = ${valueWords(value)}`]
    })
    .join(', ')
}

/** A value as it was given: texts without quotes. */
export function valueWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The last fields of paths, as many as tell them apart: `$.replication.params.r` is "r" beside "w". */
export function shortPaths(vary: readonly Varied[]): string[] {
  const fields = vary.map(({ path }) => path.replace(/^\$\.?/, '').split(/\.(?![^[]*\])/))
  const last = (of: readonly string[], count: number): string => of.slice(-count).join('.')
  return fields.map((own, at) => {
    for (let count = 1; count < own.length; count++) {
      const name = last(own, count)
      if (fields.every((other, i) => i === at || last(other, count) !== name)) return name
    }
    return own.join('.')
  })
}

/** Head and rows of the table. */
export function sweepTable({ vary, metrics, rows, seeds }: Sweep): { columns: string[]; rows: string[][] } {
  const isPartial = rows.some(({ runs }) => runs < seeds.length)
  return {
    columns: [...shortPaths(vary), ...(isPartial ? ['runs'] : []), ...metrics.map(({ name }) => name)],
    rows: rows.map(({ set, runs, figures }) => [
      ...set.map(valueWords),
      ...(isPartial ? [`${runs} of ${seeds.length}`] : []),
      ...figures.map((figure, i) => sweepFigureText(metrics[i].name, figure)),
    ]),
  }
}

/** "12.3 ms", and where seeds differ in what is shown "12.3 ms (11.8 to 13.1)". */
export function sweepFigureText(name: string, { median, min, max }: SweepFigure): string {
  const metric = metricOf(name)!
  const [text, from, to] = [median, min, max].map((value) => figureText(metric, value))
  if (from === to) return text
  const unit = / \D+$/.exec(text)?.[0] ?? ''
  const isShared = [from, to].every((each) => each.endsWith(unit))
  const bare = (each: string): string => (isShared ? each.slice(0, each.length - unit.length) : each)
  return `${text} (${bare(from)} to ${bare(to)})`
}

/** "9 combinations with 5 seeds each (1 to 5): median and range. 2 combinations refused." */
export function sweepSentence({ rows, seeds, refused, failed, missing }: Sweep): string {
  const each =
    seeds.length === 1
      ? `, seed ${seeds[0]}.`
      : ` with ${seeds.length} seeds each (${seeds[0]} to ${seeds[seeds.length - 1]}): median and range.`
  return [
    `${countOf(rows.length, 'combination')}${each}`,
    ...(refused.length === 0 ? [] : [`${countOf(refused.length, 'combination')} refused.`]),
    ...(failed.length === 0 ? [] : [`${countOf(failed.length, 'run')} failed.`]),
    ...(missing === 0 ? [] : [`Stopped: ${countOf(missing, 'run')} not made.`]),
  ].join(' ')
}

/** "The same in every run: availability 100 %."; empty where every figure changes. */
export function constantsSentence({ metrics, rows }: Sweep, changing: readonly number[]): string {
  const same = metrics.flatMap((metric, at) => {
    const value = rows[0]?.figures[at].median ?? null
    return changing.includes(at) || value === null
      ? []
      : [`${metric.name} ${figureText(metricOf(metric.name)!, value)}`]
  })
  return same.length === 0 ? '' : `The same in every run: ${same.join(', ')}.`
}
