import { expect, test } from 'vitest'
import { bytes, duration, timeLeft } from './units.ts'

test('durations', () => {
  expect([0, 0.44, 9.96, 59.6, 185, 3599.7, 7800].map(duration)).toEqual([
    '0.0 s',
    '0.4 s',
    '10 s',
    '1 min 0 s',
    '3 min 5 s',
    '1 h 0 min',
    '2 h 10 min',
  ])
})

test('time left is rounded so that it does not flicker', () => {
  expect([1, 37, 89, 95, 700, 3570, 3600, 12000, 14300].map(timeLeft)).toEqual([
    'a few seconds',
    'about 35 s',
    'about 90 s',
    'about 2 min',
    'about 12 min',
    'about 1 h',
    'about 1 h',
    'about 3 h 20 min',
    'about 4 h',
  ])
})

test('sizes', () => {
  expect([0, 999, 1000, 12_345_678, 4.2e12].map(bytes)).toEqual(['0 B', '999 B', '1.0 kB', '12 MB', '4.2 TB'])
})
