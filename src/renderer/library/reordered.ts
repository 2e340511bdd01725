/** `moved` in their order before `before`; null puts them last. Pure. */
export function reordered(members: readonly number[], moved: ReadonlySet<number>, before: number | null): number[] {
  const taken = members.filter((id) => moved.has(id))
  const target = before !== null && moved.has(before) ? members.slice(members.indexOf(before)).find((id) => !moved.has(id)) ?? null : before
  const rest = members.filter((id) => !moved.has(id))
  const at = target === null ? -1 : rest.indexOf(target)
  return at < 0 ? [...rest, ...taken] : [...rest.slice(0, at), ...taken, ...rest.slice(at)]
}
