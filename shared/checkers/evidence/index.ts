export {
  clause,
  deed,
  edge,
  evidence,
  keyWords,
  listWords,
  readWords,
  realTime,
  valueWords,
} from './words.ts'
export { shrink, withSupport } from './shrink.ts'
export { supportOf } from './support.ts'
