/**
 * How many columns show `count` photos of about `aspect` (width / height) largest in a box.
 * @param foot height below each photo
 */
export function surveyColumns(count: number, aspect: number, width: number, height: number, foot: number): number {
  let best = { columns: 1, area: 0 }
  for (let columns = 1; columns <= count; columns++) {
    const cell = { width: width / columns, height: Math.max(1, height / Math.ceil(count / columns) - foot) }
    const shown = Math.min(cell.width, cell.height * aspect)
    const area = shown * shown / aspect
    if (area > best.area) best = { columns, area }
  }
  return best.columns
}
