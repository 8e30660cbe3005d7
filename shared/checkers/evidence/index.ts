export {
  clause,
  deed,
  edge,
  evidence,
  keyWords,
  listed,
  listWords,
  readWords,
  realTime,
  valueWords,
} from './words.ts'
export { shrink, withSupport } from './shrink.ts'
export { supportOf } from './support.ts'
