// Numbers as people read them: `12,345` and `0.42 %`.

export function numeral(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** Two digits after the point; what is more than nothing never reads as nothing. */
export function percent(part: number, of: number): string {
  const share = of === 0 ? 0 : (100 * part) / of
  return share > 0 && share < 0.01 ? 'under 0.01 %' : `${share.toFixed(2)} %`
}
