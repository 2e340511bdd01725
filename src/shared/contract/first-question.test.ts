import { expect, test } from 'vitest'
import { firstSort, noFilter } from './first-question.ts'
import { filterSchema, sortSchema } from './library.ts'

test('what is asked at first is what the schemas fill in', () => {
  expect(noFilter).toEqual(filterSchema.parse({}))
  expect(firstSort).toEqual(sortSchema.parse({}))
})
