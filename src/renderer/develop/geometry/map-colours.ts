/** Colours of maps over the photo, told apart by people of every colour vision, and what the legend says of them. Pure. */
import type { OverlayMap } from '../../../shared/contract/develop.ts'

type Rgb = readonly [number, number, number]

/** Classes: Okabe and Ito's set. [Okabe, Ito 2008: Color Universal Design] */
const classColours: readonly Rgb[] = [[230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [213, 94, 0], [204, 121, 167], [0, 114, 178], [240, 240, 240]]
/** Levels, low to high: five points of cividis. [Nuñez, Anderton, Renslow 2018] */
const levelColours: readonly Rgb[] = [[0, 34, 78], [66, 78, 108], [124, 123, 120], [187, 172, 109], [254, 232, 56]]
/** Scales: one colour, the more of it the higher. */
const scaleColour: Rgb = [254, 232, 56]
const steady = 140

interface LegendEntry { word: string, colour: string }

/** Levels with at most two words are a scale from 0 to 1; otherwise values count the words. */
function isScale(map: OverlayMap): boolean {
  return map.kind === 'levels' && map.words.length <= 2
}

function levelColour(fraction: number): Rgb {
  const at = Math.min(1, Math.max(0, fraction)) * (levelColours.length - 1)
  const low = levelColours[Math.floor(at)]!
  const high = levelColours[Math.ceil(at)]!
  const mix = (channel: 0 | 1 | 2) => Math.round(low[channel] + (high[channel] - low[channel]) * (at - Math.floor(at)))
  return [mix(0), mix(1), mix(2)]
}

/** Colour of a value with its opacity 0..255; null where nothing is drawn. */
export function colourOf(map: OverlayMap, value: number | null): readonly [...Rgb, number] | null {
  if (value === null || Number.isNaN(value)) return null
  if (isScale(map)) return [...scaleColour, Math.round(200 * Math.min(1, Math.max(0, value)))]
  const word = Math.round(value)
  if (map.words[word] === '') return null
  const colour = map.kind === 'classes' ? classColours[word % classColours.length]! : levelColour(word / Math.max(1, map.words.length - 1))
  return [...colour, steady]
}

/** One pixel a cell, row by row. */
export function paintMap(map: OverlayMap): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(map.width * map.height * 4)
  for (let cell = 0; cell < map.width * map.height; cell++) {
    const colour = colourOf(map, map.values[cell] ?? null)
    if (colour !== null) pixels.set(colour, cell * 4)
  }
  return pixels
}

export function legendOf(map: OverlayMap): LegendEntry[] {
  if (map.kind === 'vectors') return []
  return map.words.flatMap((word, index) => {
    if (word === '') return []
    const colour = colourOf(map, index)
    if (colour === null) return []
    return [{ word, colour: isScale(map) && index === 0 ? 'transparent' : `rgb(${colour[0]} ${colour[1]} ${colour[2]})` }]
  })
}

interface Arrow { x: number, y: number, dx: number, dy: number }

/** Arrows of a vector map inside a rectangle of the photo, photo pixels; thinned so that there are at most `most`. */
export function arrowsIn(map: OverlayMap, photo: { width: number, height: number }, rect: { x: number, y: number, width: number, height: number }, most: number): Arrow[] {
  const cellWidth = photo.width / map.width
  const cellHeight = photo.height / map.height
  const first = { column: Math.max(0, Math.floor(rect.x / cellWidth)), row: Math.max(0, Math.floor(rect.y / cellHeight)) }
  const end = { column: Math.min(map.width, Math.ceil((rect.x + rect.width) / cellWidth)), row: Math.min(map.height, Math.ceil((rect.y + rect.height) / cellHeight)) }
  const cells = Math.max(0, end.column - first.column) * Math.max(0, end.row - first.row)
  const step = Math.max(1, Math.ceil(Math.sqrt(cells / most)))
  const arrows: Arrow[] = []
  for (let row = first.row - first.row % step; row < end.row; row += step) {
    for (let column = first.column - first.column % step; column < end.column; column += step) {
      const at = (row * map.width + column) * 2
      const dx = map.values[at] ?? null
      const dy = map.values[at + 1] ?? null
      if (dx !== null && dy !== null && row >= 0 && column >= 0) arrows.push({ x: (column + 0.5) * cellWidth, y: (row + 0.5) * cellHeight, dx, dy })
    }
  }
  return arrows
}
