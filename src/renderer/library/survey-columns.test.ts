import { expect, test } from 'vitest'
import { surveyColumns } from './survey-columns.ts'

test('photos are as large as they can be', () => {
  expect([surveyColumns(2, 1.5, 1000, 700, 0), surveyColumns(2, 0.67, 1000, 700, 0), surveyColumns(6, 1.5, 900, 700, 40), surveyColumns(1, 1.5, 900, 700, 40)]).toEqual([1, 2, 3, 1])
})
