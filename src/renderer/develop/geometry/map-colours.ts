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
  if (map.kind === 'lines') return map.words.map(word => ({ word, colour: 'rgb(255 255 255)' }))
  return map.words.flatMap((word, index) => {
    if (word === '') return []
    const colour = colourOf(map, index)
    if (colour === null) return []
    return [{ word, colour: isScale(map) && index === 0 ? 'transparent' : `rgb(${colour[0]} ${colour[1]} ${colour[2]})` }]
  })
}
